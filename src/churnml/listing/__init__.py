"""The risk list as data, in no file format: its columns, who comes first, who is called, and what is said of each account."""
