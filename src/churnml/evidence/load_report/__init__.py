"""What a check of a book's raw files found, for whoever has to trust the load: in figures, sentences and pictures."""
