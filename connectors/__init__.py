"""Who Vigie talks to: one file for each outside party, each through that party's own client library."""
