"""A delivery in figures, and what differs from the one accepted before it."""
