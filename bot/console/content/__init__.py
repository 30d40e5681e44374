"""Content: changing what the bot understands and says, publishing it, going back."""
