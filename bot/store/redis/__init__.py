"""Everything in Redis; every key is spelled in `keys`."""
