"""The worker and Rasa's hooks. With `bot.actions` the only code that imports rasa."""
