"""Platform objects to `IncomingMessage`, `Reply` to platform objects; one folder a platform."""
