"""The knowledge base: its files read and written, kept true, and what is learned for it."""
