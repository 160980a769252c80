"""What commands print of a list: plain text, at most 100 columns."""
