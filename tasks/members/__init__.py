"""Who the members are: counts, mood and segment."""
