"""How numbers, widths and Markdown are written: one formatter each."""
