"""What staff write: loaded for the bot, checked for staff."""
