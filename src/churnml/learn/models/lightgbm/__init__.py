"""Bags of LightGBM boosters, their trees as arrays, and exact SHAP values of them."""
