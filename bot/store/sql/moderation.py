"""What moderators see of views and decide about them, each once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, or_, select, update

from bot.conversation.text import has_words
from bot.safety.personal_data import PersonalData
from bot.store.sql import erasing
from bot.store.sql.refusals import AlreadyDecided, Refused, check_name, check_text
from bot.store.sql.rows import Decision, Published, SharedView
from bot.store.sql.tables import decisions, views
from bot.store.sql.writing import forget_deleted, writing
from bot.store.vault import Vault

THEMES = ("inclusion", "participation", "impact", "other")
REASONS = (
    "insult",
    "hate",
    "sexual",
    "personal",
    "spam",
    "off_topic",
    "danger",
    "unclear",
)
"""Why a view may be rejected, unless whoever opens the record names other reasons; the author is
told in words of `stories/words/view.yml`."""
LONGEST_VIEW = 400
"""Characters: 280 of a view's own, and room for marks and for a longer translation."""

Also = Callable[[Connection], object]
"""Something that is written together with a decision: both are kept, or neither."""


class Moderation:
    """The queue of pending views, and the decisions about them."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        *,
        personal_data: PersonalData | None = None,
        reasons: Sequence[str] = REASONS,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Over an open record; nothing can be approved without the screen for personal data."""
        self._engine = engine
        self._vault = vault
        self._personal_data = personal_data
        self._reasons = reasons
        self._now = now

    def queue(self) -> list[SharedView]:
        """Pending views: those with the highest score first, then the oldest."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(views).where(views.c.status == "pending").order_by(views.c.at, views.c.id)
            )
            pending = [self._view(row) for row in rows.mappings()]
        return sorted(pending, key=lambda view: -view.score)

    def get(self, id: str) -> SharedView:
        """One view, whatever its status.

        Raises:
            Refused: there is none of this id.
        """
        with self._engine.connect() as connection:
            return self._get(connection, id)

    def published(self) -> list[Published]:
        """Approved views, in the order of their approval."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(views)
                .where(views.c.status == "approved")
                .order_by(views.c.decided_at, views.c.id)
            )
            return [
                Published(row["id"], row["theme"], self._texts(row), row["conversation"])
                for row in rows.mappings()
            ]

    def decisions_about(self, id: str) -> list[Decision]:
        """Who decided what about a view."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(decisions).where(decisions.c.view == id).order_by(decisions.c.number)
            )
            return [Decision(**row) for row in rows.mappings()]

    def approve(self, id: str, other_text: str, by: str, *, also: Also | None = None) -> int:
        """Publish a view, with its text in the other language; returns the decision's number.

        Whoever approves has read both texts, and says with it that they mean the same.

        Raises:
            Refused: the text cannot be published, or the view is not there.
            AlreadyDecided: somebody was first.
        """
        name = check_name(by)
        with writing(self._engine) as connection:
            view = self._pending(connection, id)
            text = self._check_translation(view, other_text)
            is_kept = text == view.texts.get(view.other_language)
            staffs: dict[str, Any] = {
                f"text_{view.other_language}": self._vault.lock(text),
                "translated_by": (is_kept and view.translated_by) or name,
                "reviewed_by": name,
            }
            return self._decide(connection, id, name, also, status="approved", **staffs)

    def reject(self, id: str, reason: str, by: str, *, also: Also | None = None) -> int:
        """Keep a view from being published; returns the decision's number.

        Raises:
            Refused: there is no such reason, or no such view.
            AlreadyDecided: somebody was first.
        """
        name = check_name(by)
        if reason not in self._reasons:
            raise Refused(
                f"`{reason}` is no reason; take one of: {', '.join(self._reasons)}.", "no_reason"
            )
        with writing(self._engine) as connection:
            self._pending(connection, id)
            return self._decide(connection, id, name, also, status="rejected", reason=reason)

    def _decide(
        self,
        connection: Connection,
        id: str,
        by: str,
        also: Also | None,
        *,
        status: str,
        reason: str | None = None,
        **more: Any,
    ) -> int:
        """Write a decision, unless there is one since we looked."""
        at = self._now()
        done = connection.execute(
            update(views)
            .where(views.c.id == id, views.c.status == "pending")
            .values(status=status, reason=reason, decided_at=at, **more)
        )
        if done.rowcount != 1:
            raise self._refusal(connection, id)
        row = {"view": id, "status": status, "reason": reason, "decided_by": by, "at": at}
        added = insert(decisions).values(**row, told=False).returning(decisions.c.number)
        number = int(connection.execute(added).scalar_one())
        if also:
            also(connection)
        return number

    def withdraw(self, id_or_receipt: str, by: str, *, also: Also | None = None) -> str:
        """Take a view down for whoever holds its receipt, or because it should not be there.

        Its words and the votes on it go; returns its id.

        Raises:
            Refused: there is none, or it is gone already.
        """
        check_name(by)
        wanted = id_or_receipt.strip()
        with writing(self._engine) as connection:
            found = connection.scalars(
                select(views.c.id).where(
                    or_(views.c.id == wanted.lower(), views.c.receipt == wanted.upper()),
                    views.c.status != "withdrawn",
                )
            ).all()
            if len(found) != 1:
                raise Refused(f"There is no view {wanted} to take down.", "no_view")
            erasing.withdraw(connection, views.c.id == found[0])
            if also:
                also(connection)
        forget_deleted(self._engine)
        return str(found[0])

    def _check_translation(self, view: SharedView, other_text: str) -> str:
        text = check_text(other_text, view.other_language, most=LONGEST_VIEW)
        if not has_words(text):
            raise Refused("The translation has no words.", "no_words")
        if text == view.texts.get(view.language):
            raise Refused(
                "The translation is the same as the view: put it in the other language.", "same"
            )
        if self._personal_data is None:
            raise Refused("The screen for personal data is missing, so nothing can be approved.")
        kinds = sorted({span.kind for span in self._personal_data.find(text)})
        if kinds:
            raise Refused(
                f"The translation holds personal data ({', '.join(kinds)}): "
                "take it out, or put a mark in square brackets in its place.",
                "personal",
                kinds=kinds,
            )
        return text

    def _pending(self, connection: Connection, id: str) -> SharedView:
        view = self._get(connection, id)
        if view.status != "pending":
            raise self._refusal(connection, id)
        return view

    def _get(self, connection: Connection, id: str) -> SharedView:
        wanted = select(views).where(views.c.id == id)
        # An id has letters and digits only; not every database takes whatever else may come.
        row = connection.execute(wanted).mappings().one_or_none() if id.isalnum() else None
        if row is None:
            raise Refused(f"There is no view {id}.", "no_view")
        return self._view(row)

    def _refusal(self, connection: Connection, id: str) -> Refused:
        """Why a view that is not pending cannot be decided on."""
        view = self._get(connection, id)
        if view.status == "withdrawn":
            return Refused(f"View {id} was withdrawn by its author.", "withdrawn")
        latest = connection.execute(
            select(decisions).where(decisions.c.view == id).order_by(decisions.c.number.desc())
        ).first()
        if latest is None:  # of a restored backup
            return Refused(f"View {id} is {view.status} already.", "decided_before")
        return AlreadyDecided(id, latest.status, latest.decided_by, latest.at)

    def _view(self, row: RowMapping) -> SharedView:
        plain = ("text_fr", "text_en", "scores", "return_address", "about_at")
        return SharedView(
            **{name: value for name, value in row.items() if name not in plain},
            texts=self._texts(row),
            scores=json.loads(row["scores"] or "{}"),
        )

    def _texts(self, row: RowMapping) -> dict[str, str]:
        locked = {language: row[f"text_{language}"] for language in ("fr", "en")}
        return {language: self._vault.unlock(text) for language, text in locked.items() if text}
