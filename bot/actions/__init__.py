"""Rasa SDK actions: flat, short, without words of their own. Keep this folder flat."""
