"""Flat tables: one row a customer and no history. What can be learned from one, and what cannot be proved."""
