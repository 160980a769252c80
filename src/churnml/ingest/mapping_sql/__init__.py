"""A book's mapping SQL: what it may do, what it reads, what it leaves out, and its digest."""
