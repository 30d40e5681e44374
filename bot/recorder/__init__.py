"""Journal to SQL."""
