"""Survival regressions by lifelines, and the candidate made of them."""
