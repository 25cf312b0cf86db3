"""Answers members from the knowledge base, or hands them to a human."""
