"""Outcomes in money: one distribution an account, and what it makes of the book's ARR in the coming quarters."""
