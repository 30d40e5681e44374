"""Conversations: finding them, reading them, taking them over."""
