"""Several rows of one key: the newest stands, each is known from its own date, and what contradicts is refused."""
