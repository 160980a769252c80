"""Regularised logistic regression."""
