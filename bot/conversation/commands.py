"""The few commands that begin with a slash, the same on every platform, and deep links.

Everything else that begins with a slash is plain text: nothing a person types reaches the dialogue
engine as a command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation.messages import Language, as_language

COMMANDS = {
    "start": "welcome",
    "help": "help",
    "aide": "help",
    "language": "change_language",
    "langue": "change_language",
    "privacy": "bot_privacy",
    "confidentialite": "bot_privacy",
    "delete": "delete_my_data",
    "effacer": "delete_my_data",
    "human": "talk_to_human",
    "humain": "talk_to_human",
    "report": "report_problem",
    "signaler": "report_problem",
    "stop": "stop_messages",
    "share": "share_view",
    "partager": "share_view",
    "views": "see_views",
    "opinions": "see_views",
    "results": "view_picture",
    "resultats": "view_picture",
    "data": "my_data",
    "donnees": "my_data",
    "withdraw": "withdraw_view",
    "retirer": "withdraw_view",
    "cancel": "cancel",
    "annuler": "cancel",
}
"""Command -> intent."""
OFFERED = (
    "help",
    "share",
    "views",
    "results",
    "data",
    "withdraw",
    "stop",
    "language",
    "privacy",
    "delete",
    "human",
    "report",
)
"""Those that platforms show in a menu, in this order."""
TAKE_AN_ARGUMENT = ("welcome", "change_language")

_COMMAND = re.compile(r"/([a-zé]{2,20})(?:\s+(\S{1,64}))?")
_DEEP_LINK = re.compile(r"([ct])_([A-Za-z0-9_-]+?)(?:_(fr|en))?")


@dataclass(frozen=True)
class DeepLink:
    """What the code of a campaign's link says: `c_<campaign>_fr` or `t_<topic>_en`."""

    campaign: str | None = None
    topic: str | None = None
    language: Language | None = None


def read_command(text: str) -> tuple[str, str] | None:
    """The intent of a command and its argument, or None for any other text."""
    found = _COMMAND.fullmatch(text.strip().lower().replace("é", "e"))
    if found is None or found[1] not in COMMANDS:
        return None
    intent = COMMANDS[found[1]]
    if found[2] and intent not in TAKE_AN_ARGUMENT:  # words, which somebody must read
        return None
    return intent, text.split(maxsplit=1)[1].strip() if found[2] else ""


def read_deep_link(code: str) -> DeepLink:
    """What a `/start` code says; an unknown code says nothing."""
    found = _DEEP_LINK.fullmatch(code)
    if found is None:
        return DeepLink()
    kind, name, language = found.groups()
    return DeepLink(
        campaign=name if kind == "c" else None,
        topic=name if kind == "t" else None,
        language=as_language(language),
    )


def as_plain_text(text: str) -> str:
    """The text without the slashes that Rasa would take for a command."""
    return text.lstrip("/\\ \n")
