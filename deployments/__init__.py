"""Where and how Vigie is started: the command `vigie`, the served schedules, and the sandbox."""
