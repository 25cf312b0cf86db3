"""Local stand-ins of Reddit, YouTube, X, an OpenAI-compatible endpoint, Slack and a mail server, and a demo community."""
