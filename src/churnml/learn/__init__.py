"""What can be learned from a book, how well, and the artifact that remembers it."""
