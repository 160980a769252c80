"""The health score by rules, and the models that start from it."""
