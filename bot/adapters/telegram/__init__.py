"""Telegram: updates in by polling or webhook, replies out of the outbox (see `service`)."""
