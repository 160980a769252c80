"""Written values: what is read of them, beside an oracle in plain Python."""
