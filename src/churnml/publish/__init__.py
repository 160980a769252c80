"""A day scored and published, whole or not at all."""
