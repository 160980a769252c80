"""The list as one page for a browser: the book at a glance, every account, and why."""
