"""Situations that the world brings: a small book with one thing changed, through the commands a person runs."""
