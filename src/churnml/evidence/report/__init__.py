"""The book on one page of Markdown, a file a section."""
