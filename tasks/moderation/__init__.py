"""Judges comments against the charter: rules, local models and the cascade that joins them."""
