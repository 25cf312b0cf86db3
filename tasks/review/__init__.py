"""Puts what waits in front of a human, and carries out what they decide."""
