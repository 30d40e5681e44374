"""What the pages before the door share: their own forms' token, cookies, where one goes next."""

from __future__ import annotations

import hmac
import math
import re
import secrets

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.gate import COOKIE
from bot.console.sign_in.codes import take_code
from bot.store.sql.accounts import Account
from bot.store.sql.attempts import Attempts

FORM_COOKIE = "console_form"
"""Forms of somebody without a session carry the same value: no other site knows it."""
PATH = "/console"
FIRST_PAGE = "/console/"
LOCAL = re.compile(r"/console/(?!sign-in|sign-out|openid)[!-\[\]-~]*")
LONGEST_ADDRESS = 2_000


def attempts_of(asked: Asked) -> Attempts:
    """The count of failed attempts."""
    return Attempts(asked.parts.engine, asked.parts.vault, asked.parts.now)


def where_from(asked: Asked) -> str:
    """The address on the network that asks."""
    return asked.request.client.host if asked.request.client else ""


def session_token(asked: Asked) -> str:
    """The value of the session's cookie."""
    return asked.request.cookies.get(COOKIE, "")


def local_address(wanted: str) -> str:
    """Where somebody goes after signing in: a page of the console, whatever was asked for."""
    if len(wanted) <= LONGEST_ADDRESS and LOCAL.fullmatch(wanted) and ".." not in wanted:
        return wanted
    return FIRST_PAGE


def form_token(asked: Asked) -> str:
    """The token of a form for somebody without a session."""
    known = asked.request.cookies.get(FORM_COOKIE, "")
    return known if re.fullmatch(r"[\w-]{43}", known) else secrets.token_urlsafe(32)


def is_from_here(asked: Asked) -> bool:
    """Whether a form for somebody without a session was made by us, for this browser."""
    known = asked.request.cookies.get(FORM_COOKIE, "")
    return len(known) > 0 and hmac.compare_digest(known.encode(), asked.field("csrf").encode())


def set_cookie(
    asked: Asked,
    response: Response,
    name: str,
    value: str,
    *,
    seconds: int | None = None,
    strict: bool = True,
) -> None:
    """Set a cookie of the console that no script reads; without `seconds`, until the browser ends.

    A strict one does not come along when another site leads here.
    """
    is_secure = asked.request.url.scheme == "https" or asked.parts.public_url.startswith("https:")
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=PATH,
        secure=is_secure,
        httponly=True,
        samesite="strict" if strict else "lax",
    )


def drop_cookie(response: Response, name: str) -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(name, path=PATH, httponly=True, samesite="strict")


def code_or_lock(asked: Asked, account: Account, code: str) -> float | None:
    """Check a code of the second factor; each wrong one counts as a failed attempt.

    Returns:
        None if it is right, else the seconds until the next try: 0 means at once.
    """
    tries, address = attempts_of(asked), where_from(asked)
    if wait := tries.begin(account.email, address):
        return wait
    if take_code(asked.parts.accounts, account, code, asked.parts.now()):
        return None
    return note_failure(asked, account)


def note_failure(asked: Asked, account: Account | None, email: str = "") -> float:
    """After a wrong password or code: note a lock-out; returns the seconds until the next try."""
    tries, whose = attempts_of(asked), account.email if account else email
    wait = tries.wait(whose, where_from(asked))
    if wait and account:
        asked.parts.audit.note(
            by=account.email,
            role=account.role,
            action="locked_out",
            subject=account.email,
            failed=tries.failed(account.email),
            seconds=math.ceil(wait),
        )
    return wait


def wait_in_words(asked: Asked, seconds: float) -> str:
    """How long somebody has to wait, rounded up."""
    whole = math.ceil(seconds)
    if whole <= 90:
        return asked.word("sign_in.wait_seconds", number=whole)
    if whole <= 3_540:
        return asked.word("sign_in.wait_minutes", number=math.ceil(whole / 60))
    return asked.word("sign_in.wait_hour")
