"""What a period comes down to: topics, rhythm, mood, peaks and figures."""
