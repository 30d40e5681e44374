"""The votes that count, whose do not, and the results that were published of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    cast,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from bot.store.sql.erasing import chunks
from bot.store.sql.fitting import fitting
from bot.store.sql.moderation import Also, Moderation
from bot.store.sql.refusals import Refused, check_name, readable_time
from bot.store.sql.rows import Hold, SavedResult, Vote
from bot.store.sql.tables import consents, holds, results, turns, views, votes
from bot.store.sql.writing import insert_into, writing

BURST = "burst"
"""Many newcomers answer one view alike; their other votes are like anybody's."""


class Opinions(Moderation):
    """What opinion groups are made of."""

    def votes(self) -> list[Vote]:
        """Votes on approved views, oldest first, without undone ones and those of held people.

        Of somebody held for a `burst` only the votes of the burst are left out: by the caller, who
        knows which they are.
        """
        is_held = (
            select(holds)
            .where(
                holds.c.conversation == votes.c.conversation,
                holds.c.released_at.is_(None),
                holds.c.reason != BURST,
            )
            .exists()
        )
        wanted = (
            select(votes.c.conversation, votes.c.view, votes.c.value, votes.c.at, votes.c.platform)
            .join(views, views.c.id == votes.c.view)
            .where(views.c.status == "approved", votes.c.value.is_not(None), ~is_held)
            .order_by(votes.c.at, votes.c.conversation, votes.c.view)
        )
        with self._engine.connect() as connection:
            return [Vote(*row) for row in connection.execute(wanted)]

    def first_seen(self, conversations: Iterable[str]) -> dict[str, float]:
        """When the first of what the record holds of these people came; strangers are left out."""
        first: dict[str, float] = {}
        with self._engine.connect() as connection:
            for some in chunks(sorted(set(conversations))):
                earliest = union_all(
                    *(
                        select(table.c.conversation, func.min(table.c.at).label("at"))
                        .where(table.c.conversation.in_(some))
                        .group_by(table.c.conversation)
                        for table in (turns, votes, consents, views)
                    )
                )
                for conversation, at in connection.execute(earliest):
                    first[conversation] = min(at, first.get(conversation, at))
        return first

    def fingerprint(self) -> str:
        """A value that changes when published views, votes or holds do; cheap to ask for."""
        parts = (
            select(func.count(), _total(views.c.decided_at)).where(views.c.status == "approved"),
            select(func.count(), func.sum(votes.c.value), _total(votes.c.at)).select_from(votes),
            select(func.count(), _total(holds.c.at), _total(holds.c.released_at)),
        )
        with self._engine.connect() as connection:
            rows = [connection.execute(part).one() for part in parts]
        return "/".join("-".join(str(int(value or 0)) for value in row) for row in rows)

    def hold(self, conversation: str, reason: str) -> bool:
        """Hold somebody's votes back; False when they are held, were released, or have none.

        Who is held for a burst, and then for something that all their votes have, is held for that.
        """
        has_voted = select(votes).where(votes.c.conversation == conversation).exists()
        with writing(self._engine) as connection:
            if not connection.scalar(select(has_voted)):
                return False
            row = {"reason": fitting(reason, holds.c.reason), "at": self._now()}
            added = (
                insert_into(connection, holds)
                .values(conversation=conversation, **row)
                .on_conflict_do_update(
                    index_elements=["conversation"],
                    set_=row,
                    where=and_(
                        holds.c.released_at.is_(None),
                        holds.c.reason == BURST,
                        literal(reason) != BURST,
                    ),
                )
            )
            return connection.scalar(added.returning(holds.c.conversation)) is not None

    def holds(self) -> list[Hold]:
        """Whose votes are held back, longest first."""
        of_person = (
            select(func.count(votes.c.value)).where(votes.c.conversation == holds.c.conversation)
        ).scalar_subquery()
        wanted = (
            select(holds.c.conversation, holds.c.reason, holds.c.at, of_person.label("votes"))
            .where(holds.c.released_at.is_(None))
            .order_by(holds.c.at, holds.c.conversation)
        )
        with self._engine.connect() as connection:
            return [Hold(*row) for row in connection.execute(wanted)]

    def release(self, conversation: str, by: str, *, also: Also | None = None) -> None:
        """Let somebody's votes count, for good.

        Raises:
            Refused: they are not held back.
        """
        name = check_name(by)
        if not conversation.isprintable():
            raise Refused("No votes of such a name are held back.", "no_hold")
        with writing(self._engine) as connection:
            done = connection.execute(
                update(holds)
                .where(holds.c.conversation == conversation, holds.c.released_at.is_(None))
                .values(released_by=name, released_at=self._now())
            )
            if done.rowcount == 1:
                if also:
                    also(connection)
                return
            row = connection.execute(
                select(holds).where(holds.c.conversation == conversation)
            ).one_or_none()
        if row is None:
            raise Refused(f"No votes of {conversation} are held back.", "no_hold")
        raise Refused(
            f"The votes of {conversation} were released by {row.released_by} "
            f"on {readable_time(row.released_at)}.",
            "released",
            by=row.released_by,
            at=row.released_at,
        )

    def save_result(
        self, *, input_hash: str, seed: int, people: int, body: Mapping[str, Any]
    ) -> int:
        """Keep what is published, with what it was made from; returns its number."""
        row = {
            "at": self._now(),
            "input_hash": input_hash,
            "seed": seed,
            "people": people,
            "body": json.dumps(body, ensure_ascii=False, sort_keys=True),
        }
        with writing(self._engine) as connection:
            added = insert(results).values(**row).returning(results.c.number)
            return int(connection.execute(added).scalar_one())

    def last_result(self) -> SavedResult | None:
        """What was published last."""
        latest = select(results).order_by(results.c.number.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(latest).mappings().one_or_none()
        return SavedResult(**{**row, "body": json.loads(row["body"])}) if row else None


def _total(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum of times, in whole milliseconds, which do not round away a change."""
    return func.sum(cast(at * 1000, BigInteger))
