"""Usage measures for any set of as-of dates, in one pass over the rows of each account."""
