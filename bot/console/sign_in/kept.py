"""A form that was sent after its session was over: kept, encrypted, in the page, and sent again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.gate import is_own_form
from bot.console.sign_in.doorway import local_address
from bot.errors import SettingInvalid
from bot.store.sql.accounts import Account
from bot.store.sql.sessions import Session

LONGEST_SECONDS = 2 * 3600.0
SECRETS = ("password", "code")
"""Ends of the names of fields that are never kept, nor the form that holds one."""


@dataclass(frozen=True)
class Kept:
    """A form that waits for its sender to sign in again."""

    path: str
    fields: list[tuple[str, str]]
    """In the order of the form, without its token."""
    account: str
    """Id of whose form it is."""
    at: float


def keep(asked: Asked, over: Session | None) -> str | None:
    """Lock up the form that was sent, if it was made for the session that is over.

    Returns:
        What `kept_form` reads; None if there is nothing to keep.
    """
    path = asked.request.url.path
    is_form = asked.request.method == "POST" and over is not None and is_own_form(asked, over)
    if over is None or not is_form or local_address(path) != path:
        return None
    fields = [(name, value) for name, values in asked.lists.items() for value in values]
    fields = [field for field in fields if field[0] != "csrf"]
    if not fields or any(name.endswith(SECRETS) for name, _ in fields):
        return None
    kept = {"path": path, "fields": fields, "account": over.account.id, "at": asked.parts.now()}
    return asked.parts.vault.lock({"kept": kept}).decode()


def kept_form(asked: Asked, locked: str) -> Kept | None:
    """The form that was locked up; None if it is none of ours, or too old."""
    if not locked:
        return None
    try:
        value: Any = asked.parts.vault.unlock(locked.encode())
    except SettingInvalid:
        return None
    if not isinstance(value, dict) or "kept" not in value:
        return None
    kept = Kept(**value["kept"])
    is_old = kept.at < asked.parts.now() - LONGEST_SECONDS
    return None if is_old else kept


def offer(asked: Asked, account: Account, kept: Kept) -> Response | None:
    """The page that shows the kept form and sends it again; None if it is somebody else's."""
    if kept.account != account.id:
        return None
    return asked.page("sign_in/kept.html", path=kept.path, fields=kept.fields)
