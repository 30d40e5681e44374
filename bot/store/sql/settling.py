"""Who of staff did what about an item of the queue: each item once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, select

from bot.store.sql.moderation import Also
from bot.store.sql.questions import DISMISSED, HANDLED, Wording
from bot.store.sql.queue import ALERT, HOLD, QUESTION, hold_subject, kind_of
from bot.store.sql.refusals import AlreadySettled, Refused, check_name
from bot.store.sql.tables import alerts, holds, settled
from bot.store.sql.writing import insert_into, writing
from bot.store.vault import Vault

ALERT_OUTCOMES = ("looked_at", "helped", "not_serious", "false_alarm")
QUESTION_OUTCOMES = (HANDLED, DISMISSED)
STILL_HELD = "still_held"
UNDO_SECONDS = 600.0

AlsoAbout = Callable[[Connection, str], object]
"""The same as `Also`, told whose conversation it is about."""


class Settling:
    """Takes items out of the queue, over an open record."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now

    def alert(self, position: str, outcome: str, by: str, *, also: AlsoAbout) -> None:
        """Settle an alert, and the earlier ones of its conversation that are of the same kind.

        Args:
            position: Which.
            outcome: One of `ALERT_OUTCOMES`.
            by: Who did it.
            also: Called with the connection and the conversation, in the same transaction.

        Raises:
            Refused: there is no such alert or outcome.
            AlreadySettled: somebody was first.
        """
        row = _row(outcome, ALERT_OUTCOMES, by, self._now())
        _check_name_of_item(position)
        with writing(self._engine) as connection:
            found = connection.execute(
                select(alerts).where(alerts.c.position == position)
            ).one_or_none()
            if found is None:
                raise Refused("There is no such alert any more.", "gone")
            if not _insert(connection, row | {"kind": ALERT, "subject": position}):
                raise _first(connection, ALERT, position)
            earlier = connection.execute(
                select(alerts.c.position, alerts.c.answer)
                .where(alerts.c.conversation == found.conversation, alerts.c.at <= found.at)
                # In one order, so that two who settle at once do not wait for each other.
                .order_by(alerts.c.at.desc(), alerts.c.position.desc())
            ).all()
            for each in earlier:
                if kind_of(each.answer) == kind_of(found.answer):
                    _insert(connection, row | {"kind": ALERT, "subject": each.position})
            also(connection, found.conversation)

    def undo_alert(self, position: str, by: str, *, also: AlsoAbout) -> None:
        """Put back what the same person settled a moment ago, with all that it settled.

        Raises:
            Refused: they did not, or it is too long ago.
        """
        name = check_name(by)
        _check_name_of_item(position)
        with writing(self._engine) as connection:
            done = connection.execute(
                select(settled, alerts.c.conversation)
                .join(alerts, alerts.c.position == settled.c.subject)
                .where(settled.c.kind == ALERT, settled.c.subject == position)
            ).one_or_none()
            if done is None or done.by != name:
                raise Refused("Only who settled this can undo it.", "not_yours")
            if done.at < self._now() - UNDO_SECONDS:
                raise Refused("It is too late to undo this.", "too_late")
            of_person = select(alerts.c.position).where(alerts.c.conversation == done.conversation)
            connection.execute(
                delete(settled).where(
                    settled.c.kind == ALERT,
                    settled.c.by == name,
                    settled.c.at == done.at,
                    settled.c.subject.in_(of_person),
                )
            )
            also(connection, done.conversation)

    def leave_held(self, conversation: str, by: str, *, also: Also) -> None:
        """Somebody looked at held votes and leaves them held: they leave the queue.

        Raises:
            Refused: they are not held back.
            AlreadySettled: somebody was first.
        """
        row = _row(STILL_HELD, (STILL_HELD,), by, self._now())
        _check_name_of_item(conversation)
        subject = hold_subject(self._vault, conversation)
        with writing(self._engine) as connection:
            held = connection.scalar(
                select(holds.c.at).where(
                    holds.c.conversation == conversation, holds.c.released_at.is_(None)
                )
            )
            if held is None:
                raise Refused("These votes are not held back any more.", "gone")
            if not _insert(connection, row | {"kind": HOLD, "subject": subject}, older_than=held):
                raise _first(connection, HOLD, subject)
            also(connection)

    def questions(self, wordings: Iterable[Wording], outcome: str, by: str, *, also: Also) -> None:
        """Settle what people asked alike.

        What is handled comes back when it is asked again; what is dismissed does not.

        Raises:
            Refused: there is no such outcome.
            AlreadySettled: somebody was first, with all of it.
        """
        row = _row(outcome, QUESTION_OUTCOMES, by, self._now())
        in_order = sorted(wordings, key=lambda wording: wording.mark)
        with writing(self._engine) as connection:
            done = [
                _insert(
                    connection,
                    row | {"kind": QUESTION, "subject": wording.mark},
                    older_than=wording.at,
                )
                for wording in in_order
            ]
            if not any(done):
                raise _first(connection, QUESTION, in_order[0].mark)
            also(connection)


def _check_name_of_item(name: str) -> None:
    """Refuse what names nothing; not every database takes whatever may come from outside."""
    if not name.isprintable():
        raise Refused("There is nothing of this name.", "gone")


def _row(outcome: str, outcomes: tuple[str, ...], by: str, at: float) -> dict[str, Any]:
    if outcome not in outcomes:
        raise Refused(f"`{outcome}` is no outcome; take one of: {', '.join(outcomes)}.", "gone")
    return {"outcome": outcome, "by": check_name(by), "at": at}


def _insert(connection: Connection, row: dict[str, Any], older_than: float | None = None) -> bool:
    """Settle one subject; False when it was settled before, after `older_than` or for good."""
    added = insert_into(connection, settled).values(**row)
    keys = ["kind", "subject"]
    if older_than is None:
        added = added.on_conflict_do_nothing(index_elements=keys)
    else:
        added = added.on_conflict_do_update(
            index_elements=keys,
            set_={name: row[name] for name in ("outcome", "by", "at")},
            where=and_(settled.c.outcome != DISMISSED, settled.c.at < older_than),
        )
    return connection.scalar(added.returning(settled.c.subject)) is not None


def _first(connection: Connection, kind: str, subject: str) -> Refused:
    row = connection.execute(
        select(settled).where(settled.c.kind == kind, settled.c.subject == subject)
    ).one_or_none()
    if row is None:  # undone at this moment
        return Refused("This waits again: somebody undid it just now.", "gone")
    return AlreadySettled(row.outcome, row.by, row.at)
