"""Votes on statements: what to ask next, who thinks alike, and what of it may be published."""
