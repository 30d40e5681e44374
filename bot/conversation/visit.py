"""One turn as the answers see it that need more than their file: who gave what, what is published.

Made by `turn` for each message, changed by the rooms beside it (`sharing`, `voting`, `own_data`,
`results`, `notices`, `handover`), read by `turn` at the end.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from bot.content.library import Library
from bot.conversation.board import Board
from bot.conversation.given import CONSENT_VERSION, Consent, Given
from bot.conversation.messages import Button, IncomingMessage, Language
from bot.conversation.ports import JsonObject

CHOICE = "f:"
"""Button of a step: `f:<answer>:<choice>`."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CODE_LENGTH = 8


@dataclass
class Visit:
    """What one message may read and change beside the dialogue."""

    message: IncomingMessage
    given: Given
    board: Board
    library: Library
    language: Language
    campaign: str | None = None
    state: JsonObject = field(default_factory=dict)
    """Small things kept until the next turn: the step asked, a draft, whether to invite."""
    handover: JsonObject = field(default_factory=dict)
    """Which hand-over to a person is open, until when, and what of it the person is to hear."""
    is_stranger: bool = False
    """Nothing is kept of them: they are new, or had everything erased."""
    journal: list[JsonObject] = field(default_factory=list)

    def note(self, kind: str, **what: Any) -> None:
        """Leave an event for the recorder."""
        about = {"kind": kind, "conversation": self.message.conversation, "at": self.message.at}
        self.journal.append(about | what)

    def consent(self, what: Consent, *, is_given: bool = True) -> None:
        """Remember that the person agrees to something, or no longer does."""
        if is_given:
            self.given.consents[what] = self.message.at
        else:
            self.given.consents.pop(what, None)
        self.note(
            "consent",
            platform=self.message.platform,
            what=what,
            given=is_given,
            version=CONSENT_VERSION,
        )

    def word(self, key: str, **values: object) -> str:
        """A short text in the person's language."""
        return self.library.word(key, self.language, **values)

    def choice(self, answer: str, choice: str) -> Button:
        """A button of a step."""
        return Button(self.word(f"choices.{answer}_{choice}"), f"{CHOICE}{answer}:{choice}", None)

    def code(self, purpose: str) -> str:
        """Eight signs that are always the same for this message and purpose, and no other's.

        So a turn that is run again after a crash gives the same view the same id.
        """
        return code_of(f"{purpose}\n{self.message.conversation}\n{self.message.id}")


def code_of(name: str) -> str:
    """Eight signs for a name; the same ones each time."""
    number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8], "big")
    return "".join(_ALPHABET[number >> 5 * n & 31] for n in range(_CODE_LENGTH))


def as_receipt(code: str) -> str:
    """A code as people read it: `7KQ2-M9XD`."""
    return f"{code[:4]}-{code[4:]}".upper()
