"""What staff fill in to make a test of a conversation, and the file that comes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import yaml

from bot.content.plain_words import plain_words
from bot.store.sql.conversation_rows import TurnSaid

FEWEST_WORDS = 4
"""Of the person's words that must not stand inside longer ones; less is anybody's."""
MOST_WORDS = 5
"""Of the person's words that may stand one after the other; more of a long message is theirs."""
ORIGIN = {
    "fr": "# Écrit par l'équipe : ce que le robot doit répondre. Aucun mot d'une vraie personne.",
    "en": "# Written by staff: what the bot must answer. No words of a real person.",
}


@dataclass(frozen=True)
class Line:
    """A turn of the test, as it stands in the form."""

    position: str
    """Of the turn that it was thought of at."""
    says: str
    answers: str
    """Ids with blanks between."""
    wrong: str = ""
    """What cannot stay as it is: a key `wrong_...` of the words."""

    @property
    def ids(self) -> list[str]:
        """The answers that must come."""
        return self.answers.replace(",", " ").split()

    @property
    def is_used(self) -> bool:
        """Whether it is part of the test; a box that is left empty is not."""
        return bool(self.says.strip())


def empty_lines(turns: Iterable[TurnSaid]) -> list[Line]:
    """A line for each turn: what was answered, and an empty box for words of staff's own."""
    return [Line(turn.position, "", " ".join(turn.answers)) for turn in turns]


def typed_lines(positions: list[str], says: list[str], answers: list[str]) -> list[Line]:
    """The lines of a form."""
    return [Line(*fields) for fields in zip(positions, says, answers, strict=False)]


def check_lines(
    lines: Iterable[Line], *, texts: Collection[str], answers: Mapping[str, object]
) -> list[Line]:
    """The lines, with what is wrong in each.

    Args:
        lines: What was typed.
        texts: What the person wrote in this conversation: none of it may stand in a file.
        answers: By id, the answers that there are.
    """
    return [replace(line, wrong=_wrong(line, texts, answers)) for line in lines]


def as_yaml(language: str, lines: Iterable[Line]) -> str:
    """The file: see `bot/content/conversation_tests.py`."""
    turns = [{"says": line.says.strip(), "answers": line.ids} for line in lines if line.is_used]
    body = yaml.safe_dump(
        {"language": language, "turns": turns}, allow_unicode=True, sort_keys=False, width=90
    )
    return f"{ORIGIN[language]}\n{body}"


def _wrong(line: Line, texts: Collection[str], answers: Mapping[str, object]) -> str:
    if not line.is_used:
        return ""
    if any(_repeats(line.says, text) for text in texts):
        return "test_same"
    if not line.ids:
        return "test_no_answer"
    return "" if all(id in answers for id in line.ids) else "test_answer"


def _repeats(says: str, text: str) -> bool:
    """Whether words are the person's own, whatever their accents, capitals and signs."""
    ours, theirs = plain_words(says).split(), plain_words(text).split()
    if not theirs:
        return says.strip() == text.strip()
    if len(theirs) < FEWEST_WORDS:
        return ours == theirs
    run = min(len(theirs), MOST_WORDS + 1)
    runs = {" ".join(theirs[at : at + run]) for at in range(len(theirs) - run + 1)}
    return any(" ".join(ours[at : at + run]) in runs for at in range(len(ours) - run + 1))
