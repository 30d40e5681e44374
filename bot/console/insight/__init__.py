"""Insight: how the bot is used, in figures and charts."""
