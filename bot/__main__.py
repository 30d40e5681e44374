"""`python -m bot <verb>`: runs one process. Each verb is a file in `bot/processes/`."""

from __future__ import annotations

import sys
from importlib import import_module

from bot.errors import BotError

VERBS = {
    "run": "everything on this machine, until Ctrl-C",
    "engine": "answers messages from Redis (engine environment)",
    "web": "the chat page, /api/chat, /healthz, /metrics",
    "telegram": "the Telegram adapter",
    "discord": "the Discord adapter",
    "console": "pages for moderators and campaign staff",
    "recorder": "writes the journal to SQL",
    "train": "trains the model (engine environment)",
    "trainer": "trains, judges and previews drafts for the console (engine environment)",
    "evaluate": "scores per language on held-out questions (engine environment)",
    "shell": "talk to the bot in the terminal (engine environment)",
    "check": "lists every problem in what staff wrote",
    "new_topic": "writes the files of a new topic, to be filled in",
    "redact": "marks personal data in what staff paste into a report",
    "keygen": "writes a new key file",
    "alive": "whether a process does its work; exit 1 if not (for containers)",
    "alerts": "who may be in danger or asked for a person, newest first",
    "unanswered": "what people asked in vain, commonest first",
    "views": "what moderators do: list views, decide, say what came of them",
    "staff": "accounts of the console: add, invite, roles, passwords; checks the audit",
    "rekey": "encrypts the record anew with the newest key",
    "erased": "saves or restores the ids of erased conversations; looks up a proof of erasure",
}


def main(arguments: list[str]) -> int:
    """Run the verb; a known error ends in its own sentence, not a traceback."""
    if not arguments or arguments[0] not in VERBS:
        width = max(map(len, VERBS))
        lines = "\n".join(f"  {verb:<{width}}  {what}" for verb, what in VERBS.items())
        sys.stderr.write(f"Usage: python -m bot <verb>\n\n{lines}\n")
        return 2
    try:
        process = import_module(f"bot.processes.{arguments[0]}")
        return int(process.main(arguments[1:]))
    except BotError as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
