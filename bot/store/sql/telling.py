"""Who is to hear of what staff decided, and of what came of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import Connection, and_, insert, or_, select, update

from bot.store.sql.moderation import THEMES, Also, Moderation
from bot.store.sql.refusals import Refused, check_name, check_text
from bot.store.sql.rows import Listener, Outcome, UntoldDecision
from bot.store.sql.tables import consents, decisions, notices, outcomes, views
from bot.store.sql.writing import insert_into, writing

LONGEST_OUTCOME = 600


class Telling(Moderation):
    """Decisions and outcomes that people have not heard of yet."""

    def untold_decisions(self) -> list[UntoldDecision]:
        """Decisions whose author is to be told, oldest first."""
        wanted = (
            select(decisions.c.number, views)
            .join(views, views.c.id == decisions.c.view)
            .where(
                decisions.c.told.is_(False),
                views.c.return_address.is_not(None),
            )
            .order_by(decisions.c.number)
        )
        with self._engine.connect() as connection:
            return [
                UntoldDecision(
                    number=row["number"],
                    view=row["id"],
                    status=row["status"],
                    reason=row["reason"],
                    conversation=row["conversation"],
                    platform=row["platform"],
                    return_address=self._vault.unlock(row["return_address"]),
                    texts=self._texts(row) if row["status"] == "approved" else None,
                )
                for row in connection.execute(wanted).mappings()
            ]

    def mark_told(self, number: int) -> None:
        """The author has been told of this decision."""
        with writing(self._engine) as connection:
            connection.execute(
                update(decisions).where(decisions.c.number == number).values(told=True)
            )

    def add_outcome(
        self, *, theme: str | None = None, view: str | None = None,
        fr: str, en: str, url: str | None = None, by: str, also: Also | None = None,
    ) -> int:  # fmt: skip
        """Say what came of the views of a theme, or of one view; returns the outcome's number.

        Raises:
            Refused: something of it is missing or wrong.
        """
        row = {
            "theme": theme,
            "view": view,
            **check_outcome(fr, en, url),
            "by": check_name(by),
        }
        with writing(self._engine) as connection:
            self._check_subject(connection, theme, view)
            added = insert(outcomes).values(**row, at=self._now()).returning(outcomes.c.number)
            number = int(connection.execute(added).scalar_one())
            if also:
                also(connection)
            return number

    def _check_subject(self, connection: Connection, theme: str | None, view: str | None) -> None:
        if (theme is None) == (view is None):
            raise Refused("Say what it is an outcome of: a theme, or a view.", "no_subject")
        if theme is not None and theme not in THEMES:
            raise Refused(f"`{theme}` is no theme; take one of: {', '.join(THEMES)}.", "no_subject")
        if view is not None and (status := self._get(connection, view).status) != "approved":
            raise Refused(
                f"View {view} is {status}; only an approved view can have an outcome.",
                "not_approved",
            )

    def untold_outcomes(self) -> list[tuple[Outcome, list[Listener]]]:
        """Outcomes that somebody is still to hear of, oldest first, and who.

        That is who wants to hear of outcomes and had shared a view in that theme before, or is the
        view's author. Who withdrew theirs, or had it rejected, does not hear.
        """
        was_told = (
            select(notices)
            .where(
                notices.c.outcome == outcomes.c.number,
                notices.c.conversation == views.c.conversation,
            )
            .exists()
        )
        wanted = (
            select(
                outcomes.c.number, views.c.conversation, views.c.platform, views.c.return_address
            )
            .join(views, or_(views.c.id == outcomes.c.view, views.c.theme == outcomes.c.theme))
            .join(
                consents,
                and_(consents.c.conversation == views.c.conversation, consents.c.what == "hear"),
            )
            .where(
                consents.c.given.is_(True),
                views.c.status.in_(("pending", "approved")),
                views.c.at <= outcomes.c.at,
                views.c.return_address.is_not(None),
                ~was_told,
            )
            .order_by(views.c.at, views.c.id)
        )
        listeners: dict[int, dict[str, Listener]] = {}
        with self._engine.connect() as connection:
            for number, conversation, platform, address in connection.execute(wanted):
                of_outcome = listeners.setdefault(number, {})  # somebody's latest view counts
                of_outcome[conversation] = Listener(
                    conversation, platform, self._vault.unlock(address)
                )
            rows = connection.execute(
                select(outcomes).where(outcomes.c.number.in_(listeners)).order_by(outcomes.c.number)
            ).mappings()
            return [
                (
                    Outcome(
                        number=row["number"],
                        theme=row["theme"],
                        view=row["view"],
                        texts={"fr": row["text_fr"], "en": row["text_en"]},
                        url=row["url"],
                        by=row["by"],
                        at=row["at"],
                    ),
                    list(listeners[row["number"]].values()),
                )
                for row in rows
            ]

    def mark_noticed(self, outcome: int, conversation: str) -> None:
        """Somebody has been told of an outcome; nothing is noted of who has been erased since."""
        is_known = select(consents).where(consents.c.conversation == conversation).exists()
        with writing(self._engine) as connection:
            if connection.scalar(select(is_known)):
                row = insert_into(connection, notices).values(
                    outcome=outcome, conversation=conversation, at=self._now()
                )
                connection.execute(row.on_conflict_do_nothing())


def check_outcome(fr: str, en: str, url: str | None) -> dict[str, str | None]:
    """The words and the address of an outcome, as they are kept.

    Raises:
        Refused: something of it is missing or wrong.
    """
    return {
        "text_fr": check_text(fr, "fr", most=LONGEST_OUTCOME),
        "text_en": check_text(en, "en", most=LONGEST_OUTCOME),
        "url": _check_address(url),
    }


def _check_address(url: str | None) -> str | None:
    if not url:
        return None
    try:
        is_right = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        is_right = False
    if not is_right or any(character.isspace() for character in url):
        raise Refused("The address of an outcome begins with https:// and has no blanks.", "url")
    return url
