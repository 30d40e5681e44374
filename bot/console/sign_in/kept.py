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
    if over is None or not is_own_form(asked, over):
        return None
    fields = _fields(asked)
    if not fields:
        return None
    kept = {
        "path": asked.request.url.path,
        "fields": fields,
        "account": over.account.id,
        "at": asked.parts.now(),
    }
    return asked.parts.vault.lock({"kept": kept}).decode()


def form_of_before(asked: Asked) -> Response | None:
    """The same page, for whoever has signed in again elsewhere while the form was open here.

    Returns:
        None unless the form was made for an earlier session of the same account.
    """
    is_theirs = asked.parts.sessions.is_form_of(asked.account.id, asked.form.get("csrf", ""))
    fields = _fields(asked)
    if not is_theirs or not fields:
        return None
    path = asked.request.url.path
    return asked.page("sign_in/kept.html", status=409, path=path, fields=fields)


def _fields(asked: Asked) -> list[tuple[str, str]]:
    """What the form that was sent holds, without its token; nothing of one that holds a secret."""
    path = asked.request.url.path
    if asked.request.method != "POST" or local_address(path) != path:
        return []
    fields = [(name, value) for name, values in asked.lists.items() for value in values]
    if any(name.endswith(SECRETS) for name, _ in fields):
        return []
    return [field for field in fields if field[0] != "csrf"]


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
