"""The model families: one folder each, what they owe (base), and the table of all (registry)."""
