"""Scores on held-out questions: measured by `make evaluate`, written as text, JSON and a page."""
