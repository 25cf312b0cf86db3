"""Tells the team at once what cannot wait for the morning: urgent and overdue hand-offs, and a crisis that rises."""
