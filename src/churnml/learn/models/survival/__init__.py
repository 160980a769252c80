"""Survival regressions, and the candidate made of them."""
