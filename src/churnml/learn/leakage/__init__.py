"""Leakage alarms: numbered checks for columns that know the outcome. They look at a table and fit nothing."""
