"""One request as the pages see it: who asks, in which language, with which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.console.access import Permission, may
from bot.console.parts import Parts
from bot.store.sql.accounts import Account
from bot.store.sql.sessions import Session

NAVIGATION = (
    ("queue", "/console/queue", Permission.QUESTIONS),
    ("conversations", "/console/conversations", Permission.CONVERSATIONS),
    ("views", "/console/views", Permission.VIEWS),
    ("content", "/console/content", Permission.CONTENT),
    ("insight", "/console/insight", Permission.INSIGHT),
    ("audit", "/console/audit", Permission.AUDIT),
    ("accounts", "/console/accounts", Permission.ACCOUNTS),
)
"""The rooms of the console, in the order of its menu."""


@dataclass(frozen=True)
class Asked:
    """A request, and what a page needs to answer it."""

    request: Request
    parts: Parts
    language: str
    session: Session | None
    form: Mapping[str, str] = field(default_factory=dict)
    """The fields of a form that was sent, the last of each name; see `many` for all."""
    lists: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        """Who asks; for pages that need somebody."""
        assert self.session is not None  # noqa: S101 - the gate let nobody else in
        return self.session.account

    def may(self, permission: Permission) -> bool:
        """Whether whoever asks may do something."""
        return may(self.session.account.role if self.session else None, permission)

    def path(self, name: str) -> str:
        """A part of the address, such as `id`."""
        return str(self.request.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """A value after the `?` of the address."""
        return self.request.query_params.get(name, default)

    def field(self, name: str) -> str:
        """A field of the form, each line end one character; empty where it is missing."""
        return self.form.get(name, "").replace("\r\n", "\n")

    def many(self, name: str) -> list[str]:
        """All values of a field, as of checkboxes."""
        return self.lists.get(name, [])

    def word(self, key: str, /, **values: object) -> str:
        """Words of the console, in the language of whoever asks."""
        return self.parts.words.get(key, self.language, **values)

    def note(self, action: str, subject: str = "", **details: Any) -> None:
        """Add to the audit what this account did or saw."""
        account = self.account
        self.parts.audit.note(
            by=account.email, role=account.role, action=action, subject=subject, **details
        )

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> Response:
        """A whole page."""
        said = self.query("said")
        rendered = self.render(
            template,
            said=self.word(f"said.{said}") if self.parts.words.has(f"said.{said}") else "",
            navigation=[room for room in NAVIGATION if self.may(room[2])],
            here=self.request.url.path,
            switch=self._address_in_other_language(),
            **context,
        )
        return HTMLResponse(
            rendered, status, headers={"Content-Language": self.language, **(headers or {})}
        )

    def render(self, template: str, **context: Any) -> str:
        """A piece of a page, for a page that is there already."""
        return self.parts.renderer.render(
            template,
            self.language,
            csrf=self.session.csrf if self.session else "",
            account=self.session.account if self.session else None,
            may=lambda name: self.may(Permission(name)),
            **context,
        )

    def piece(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A piece of a page as a response of its own."""
        return HTMLResponse(self.render(template, **context), status)

    def go_to(self, path: str, *, said: str = "", **query: str) -> Response:
        """Go to another page after a form; `said` is a key of `words/said.yml` shown there."""
        values = {**query, **({"said": said} if said else {})}
        return RedirectResponse(path + (f"?{urlencode(values)}" if values else ""), 303)

    def _address_in_other_language(self) -> str:
        other = "en" if self.language == "fr" else "fr"
        kept = [
            (name, value)
            for name, value in self.request.query_params.multi_items()
            if name not in ("lang", "said")
        ]
        return "?" + urlencode([*kept, ("lang", other)])
