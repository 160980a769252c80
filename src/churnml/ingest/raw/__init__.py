"""The raw folder: which files are read, how their text is written, and a view for each, every record accounted for."""
