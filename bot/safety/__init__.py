"""The screens that a message passes before any dialogue."""
