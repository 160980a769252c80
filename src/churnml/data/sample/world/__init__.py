"""The invented company: who its accounts are, what happens to them, and why."""
