"""Signing in and out, invitations, the second factor, accounts."""
