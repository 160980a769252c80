"""Which candidate is used, and whether it may be promoted."""
