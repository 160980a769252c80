"""What training leaves behind: the bundle, what it believes its features to be, and the checksums over its files."""
