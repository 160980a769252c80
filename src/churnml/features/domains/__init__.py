"""The features, a file a domain."""
