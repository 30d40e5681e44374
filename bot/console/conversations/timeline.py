"""A conversation as it went: what the person said, what the bot answered, what staff did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bot.console.conversations.masking import Piece
from bot.console.conversations.naming import AnswerShown, Names
from bot.console.conversations.room import ConversationsRoom
from bot.conversation.language import FIRST_LANGUAGE
from bot.store.sql.conversation_rows import Alert, Stretch, TurnSaid

Kind = Literal["turn", "alert", "taken", "staff", "ended"]
ORDER: tuple[Kind, ...] = ("turn", "alert", "taken", "staff", "ended")
"""What comes first where two things have one time."""

BYTES_OF_TURNS = 69_500
"""Of a page, roughly: where turns are long there are fewer, so that it loads quickly anywhere."""
BYTES_OF_WRITING = 10_000
"""Of these, what the form to write to the person takes."""
OF_A_TURN, OF_AN_ANSWER = 545, 140
"""Bytes, roughly, of what stands around the words, and of an answer in short."""


@dataclass(frozen=True)
class Item:
    """One thing of a conversation; what does not belong to its kind is empty."""

    id: str
    """Unlike any other's of the conversation."""
    kind: Kind
    at: float
    language: str
    turn: TurnSaid | None = None
    words: tuple[Piece, ...] = ()
    """What the person wrote."""
    button: str = ""
    """What stood on the button that was pressed."""
    answers: tuple[AnswerShown, ...] = ()
    alert: str = ""
    who: str = ""
    """Name of whoever of staff took it or wrote."""
    text: str = ""
    """What staff wrote."""
    is_told: bool = True
    """Whether the person has been told, or will be as soon as they can."""
    why: str = ""
    """Why a hand-over ended."""


def read_timeline(
    room: ConversationsRoom,
    names: Names,
    conversation: str,
    stretch: Stretch,
    *,
    is_masked: bool = True,
) -> list[Item]:
    """All of a stretch, oldest first.

    Args:
        room: Doors to the record.
        names: What things are called.
        conversation: Whose.
        stretch: The turns and alerts.
        is_masked: Whether to hide what could tell who somebody is.
    """
    items = [_turn(room, names, turn, is_masked=is_masked) for turn in stretch.turns]
    items += [_alert(alert) for alert in stretch.alerts]
    items += [
        item
        for item in _of_staff(room, names, conversation)
        if stretch.since <= item.at < stretch.until
    ]
    return sorted(items, key=lambda item: (item.at, ORDER.index(item.kind), item.id))


def shorten(stretch: Stretch, *, has_writing: bool) -> Stretch:
    """The last turns of a stretch that a page has room for; one at least."""
    room, kept = BYTES_OF_TURNS - (BYTES_OF_WRITING if has_writing else 0), 0
    for turn in reversed(stretch.turns):
        words = len((turn.text or "").encode("utf-8", "replace"))
        room -= OF_A_TURN + words + OF_AN_ANSWER * len(turn.answers)
        if room < 0 and kept:
            break
        kept += 1
    if kept == len(stretch.turns):
        return stretch
    turns = stretch.turns[-kept:]
    since = turns[0].at
    alerts = tuple(alert for alert in stretch.alerts if alert.at >= since)
    return replace(stretch, turns=turns, alerts=alerts, since=since, has_earlier=True)


def _turn(room: ConversationsRoom, names: Names, turn: TurnSaid, *, is_masked: bool) -> Item:
    language = turn.language or FIRST_LANGUAGE
    words: list[Piece] = []
    if turn.text:
        words = room.masking.pieces(turn.text) if is_masked else [Piece("plain", turn.text)]
    return Item(
        id=f"turn-{turn.position}",
        kind="turn",
        at=turn.at,
        language=language,
        turn=turn,
        words=tuple(words),
        button=names.button(turn.button, language) if turn.button else "",
        answers=tuple(names.answer_shown(id, language) for id in turn.answers),
    )


def _alert(alert: Alert) -> Item:
    language = alert.language or FIRST_LANGUAGE
    return Item(f"alert-{alert.position}", "alert", alert.at, language, alert=alert.answer)


def _of_staff(room: ConversationsRoom, names: Names, conversation: str) -> Iterator[Item]:
    for held in room.handovers.of(conversation):
        language = held.language or FIRST_LANGUAGE
        who = names.staff(held.taken_by)
        yield Item(
            f"taken-{held.number}",
            "taken",
            held.at,
            language,
            who=who,
            is_told=held.told != "nothing",
        )
        if held.ended_at is not None:
            yield Item(
                f"ended-{held.number}",
                "ended",
                held.ended_at,
                language,
                who=who,
                why=held.ended_why or "given_back",
                is_told=held.told == "ended",
            )
    for message in room.handovers.messages(conversation):
        yield Item(
            f"staff-{message.number}",
            "staff",
            message.at,
            FIRST_LANGUAGE,
            who=names.staff(message.by),
            text=message.text,
            is_told=message.told,
        )
