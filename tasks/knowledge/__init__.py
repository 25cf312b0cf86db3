"""Keeps the knowledge base true: what the CM's own site says, and what in the entries does not hold."""
