"""The list as files and on a terminal: each writes the same snapshot of a day."""
