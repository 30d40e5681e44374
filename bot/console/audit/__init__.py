"""The audit: who of staff did what."""
