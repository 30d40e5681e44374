"""The other language's text of a view, before anything is decided: written, read, kept."""

from __future__ import annotations

from sqlalchemy import update

from bot.store.sql.moderation import LONGEST_VIEW, Also, Moderation
from bot.store.sql.refusals import Refused, check_name, check_text
from bot.store.sql.tables import views
from bot.store.sql.writing import writing


class Translating(Moderation):
    """Translations that wait with their view."""

    def save_translation(
        self, id: str, text: str, by: str, *, is_reviewed: bool = False, also: Also | None = None
    ) -> None:
        """Keep a pending view's text in the other language; an empty one takes it away.

        Args:
            id: The view's.
            text: What staff wrote; only a reviewed one must be fit to be published.
            by: Who does this.
            is_reviewed: Whether they have read both texts, and say that they mean the same.
            also: What is written along with it.

        Raises:
            Refused: the text cannot be kept, or the view is not there.
            AlreadyDecided: there is nothing to translate any more.
        """
        name = check_name(by)
        with writing(self._engine) as connection:
            view = self._pending(connection, id)
            other, before = view.other_language, view.texts.get(view.other_language)
            if is_reviewed:
                text = self._check_translation(view, text)
            elif text.strip():
                text = check_text(text, other, most=LONGEST_VIEW)
            else:
                text = ""
            is_same = bool(text) and text == before
            connection.execute(
                update(views)
                .where(views.c.id == id)
                .values(
                    translated_by=((is_same and view.translated_by) or name) if text else None,
                    reviewed_by=name if is_reviewed else (view.reviewed_by if is_same else None),
                    **{f"text_{other}": self._vault.lock(text) if text else None},
                )
            )
            if also:
                also(connection)

    def approve_reviewed(self, id: str, by: str, *, also: Also | None = None) -> int:
        """Publish a view with the translation that somebody has reviewed; returns the number.

        Raises:
            Refused: nobody has, the text cannot be published, or the view is not there.
            AlreadyDecided: somebody was first.
        """
        name = check_name(by)
        with writing(self._engine) as connection:
            view = self._pending(connection, id)
            if view.reviewed_by is None:
                raise Refused(f"Nobody has reviewed the translation of {id}.", "not_reviewed")
            self._check_translation(view, view.texts.get(view.other_language, ""))
            return self._decide(connection, id, name, also, status="approved")
