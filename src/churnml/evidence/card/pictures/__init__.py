"""The card's drawings: each gives SVG text, the same bytes for the same figures."""
