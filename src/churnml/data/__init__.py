"""Raw files to canonical tables, the one door to them, and money over time."""
