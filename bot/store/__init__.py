"""Where things rest: Redis, SQL, memory, and the key that locks them."""
