"""How the book has done over time, by definitions that do not move."""
