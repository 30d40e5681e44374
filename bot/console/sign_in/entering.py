"""The sign-in page: e-mail and password, then the code of the second factor where there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.gate import COOKIE, trouble
from bot.console.sign_in import doorway
from bot.console.sign_in.kept import form_of_before, keep, kept_form, offer
from bot.errors import SettingInvalid
from bot.store.sql.accounts import Account
from bot.store.sql.refusals import Refused
from bot.store.sql.sessions import Session

HALF_COOKIE = "console_half"
"""Says, encrypted, whose password was right; only the code of their second factor is missing."""
HALF_SECONDS = 300
SIGN_IN = "/console/sign-in"


def ask_to_sign_in(asked: Asked, over: Session | None) -> Response:
    """Send whoever is not signed in to the sign-in page; a form they sent is kept.

    Also answers a form that was not made for the session of whoever is signed in.
    """
    if asked.session is not None:
        return form_of_before(asked) or trouble(asked, 419)
    if over is not None and (kept := keep(asked, over)):
        text = asked.word("sign_in.text_kept")
        return sign_in_page(asked, status=401, email=over.account.email, kept=kept, notice=text)
    url = asked.request.url
    came_for = url.path + (f"?{url.query}" if url.query else "")
    is_page = asked.request.method == "GET" and doorway.local_address(came_for) == came_for
    query = {"next": came_for} if is_page and came_for != doorway.FIRST_PAGE else {}
    return asked.go_to(SIGN_IN, said="session_over" if over else "", **query)


def show_sign_in(asked: Asked) -> Response:
    """The page."""
    if asked.session is not None:
        return asked.go_to(doorway.local_address(asked.query("next")))
    return sign_in_page(asked)


def check_password(asked: Asked) -> Response:
    """Judge an e-mail and a password; who is wrong hears the same for whatever reason."""
    email = asked.field("email").strip()[:254]
    if not doorway.is_from_here(asked):
        return sign_in_page(asked, status=419, email=email, problem=asked.word("sign_in.form_over"))
    if asked.parts.openid is not None and asked.parts.openid.is_only_way:
        return trouble(asked, 403)
    if wait := doorway.attempts_of(asked).begin(email, doorway.where_from(asked)):
        return _locked(asked, wait, email=email)
    account = _whose(asked, email, asked.form.get("password", ""))
    if account is None:
        known = asked.parts.accounts.find(email)
        if wait := doorway.note_failure(asked, known, email):
            return _locked(asked, wait, email=email)
        return sign_in_page(asked, status=401, email=email, problem=asked.word("sign_in.wrong"))
    return after_first_factor(asked, account, "password")


def after_first_factor(asked: Asked, account: Account, how: str) -> Response:
    """Ask for the second factor where there is one; else somebody is signed in."""
    if not account.has_totp:
        return let_in(asked, account, how)
    if how == "password":  # the only way in that counted as an attempt
        doorway.attempts_of(asked).take_back(account.email, doorway.where_from(asked))
    response = code_page(asked)
    half = {"half": account.id, "state": _state_of(asked, account), "how": how}
    locked = asked.parts.vault.lock({**half, "at": asked.parts.now()}).decode()
    doorway.set_cookie(asked, response, HALF_COOKIE, locked, seconds=HALF_SECONDS)
    return response


def show_code(asked: Asked) -> Response:
    """The page that asks for a code, for whoever has passed the first half."""
    if asked.session is not None or _half(asked) is None:
        return asked.go_to(SIGN_IN)
    return code_page(asked)


def check_code(asked: Asked) -> Response:
    """Judge the code of a second factor."""
    half = _half(asked)
    if not doorway.is_from_here(asked):
        return sign_in_page(asked, status=419, problem=asked.word("sign_in.form_over"))
    if half is None:
        return sign_in_page(asked, status=401, problem=asked.word("sign_in.half_over"))
    account, how = half
    wait = doorway.code_or_lock(asked, account, asked.field("code"))
    if wait is None:
        return let_in(asked, account, how)
    if wait:
        return code_page(asked, wait=wait)
    return code_page(asked, status=401, problem=asked.word("sign_in.wrong_code"))


def let_in(asked: Asked, account: Account, how: str) -> Response:
    """Open a session under a new cookie; go where somebody was going, or show what was kept."""
    parts = asked.parts
    doorway.attempts_of(asked).succeed(account.email, doorway.where_from(asked))
    parts.sessions.end(doorway.session_token(asked))
    token = parts.sessions.open(account.id)
    inside = replace(asked, session=parts.sessions.find(token))
    inside.note("sign_in", account.email, how=how, second_factor=account.has_totp)
    kept = kept_form(asked, asked.field("kept"))
    response = offer(inside, account, kept) if kept else None
    if response is None:
        said = "kept_of_other" if kept else ""
        response = asked.go_to(doorway.local_address(asked.field("next")), said=said)
    doorway.set_cookie(asked, response, COOKIE, token)
    doorway.drop_cookie(response, HALF_COOKIE)
    return response


def sign_out(asked: Asked) -> Response:
    """End the session."""
    asked.note("sign_out", asked.account.email)
    asked.parts.sessions.close(doorway.session_token(asked))
    return gone(asked, "signed_out")


def gone(asked: Asked, said: str) -> Response:
    """The sign-in page, for somebody whose session has just ended."""
    response = asked.go_to(SIGN_IN, said=said)
    doorway.drop_cookie(response, COOKIE)
    return response


def sign_in_page(
    asked: Asked,
    *,
    status: int = 200,
    email: str = "",
    kept: str = "",
    problem: str = "",
    notice: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    """The form, or how to make the first account while there is none."""
    if not asked.parts.accounts.is_any():
        return replace(asked, session=None).page("sign_in/first.html")
    openid = asked.parts.openid
    return _form_page(
        asked,
        "sign_in/sign_in.html",
        status=status,
        headers=headers,
        email=email,
        kept=kept,
        problem=problem,
        notice=notice,
        has_openid=openid is not None,
        has_password=openid is None or not openid.is_only_way,
    )


def code_page(asked: Asked, *, status: int = 200, problem: str = "", wait: float = 0.0) -> Response:
    """The form for a code."""
    if wait:
        status, problem = 429, _locked_words(asked, wait)
    headers = {"Retry-After": str(int(wait) + 1)} if wait else None
    return _form_page(asked, "sign_in/code.html", status=status, headers=headers, problem=problem)


def _form_page(
    asked: Asked,
    template: str,
    *,
    status: int,
    headers: dict[str, str] | None,
    kept: str = "",
    **context: Any,
) -> Response:
    token = doorway.form_token(asked)
    sent = asked.field("kept")
    response = replace(asked, session=None).page(
        template,
        status=status,
        headers=headers,
        form_token=token,
        kept=kept or (sent if kept_form(asked, sent) else ""),
        next=doorway.local_address(asked.field("next") or asked.query("next")),
        **context,
    )
    doorway.set_cookie(asked, response, doorway.FORM_COOKIE, token)
    return response


def _locked(asked: Asked, wait: float, *, email: str) -> Response:
    headers = {"Retry-After": str(int(wait) + 1)}
    text = _locked_words(asked, wait)
    return sign_in_page(asked, status=429, email=email, problem=text, headers=headers)


def _locked_words(asked: Asked, wait: float) -> str:
    return asked.word("sign_in.locked", wait=doorway.wait_in_words(asked, wait))


def _whose(asked: Asked, email: str, password: str) -> Account | None:
    """Whom a password lets in; a stranger, and a closed account, take as long to refuse."""
    accounts, passwords = asked.parts.accounts, asked.parts.passwords
    account = accounts.find(email)
    hashed = accounts.password_hash(account.id) if account else None
    is_right = passwords.is_right(password, hashed)
    if account is None or hashed is None or not is_right or not account.is_active:
        return None
    if passwords.is_outdated(hashed):
        accounts.change(account.id, password=passwords.hash(password))
    return account


def _half(asked: Asked) -> tuple[Account, str] | None:
    """Who has passed the first half a moment ago, and how."""
    locked = asked.request.cookies.get(HALF_COOKIE, "")
    try:
        half = asked.parts.vault.unlock(locked.encode())
        account = asked.parts.accounts.get(half["half"])
    except (SettingInvalid, Refused, KeyError, TypeError):
        return None
    is_old = half["at"] < asked.parts.now() - HALF_SECONDS
    if is_old or not account.is_active or half["state"] != _state_of(asked, account):
        return None
    return account, half["how"]


def _state_of(asked: Asked, account: Account) -> str:
    """Changes with the password, so that half a sign-in with an old one is worth nothing."""
    hashed = asked.parts.accounts.password_hash(account.id) or ""
    return asked.parts.vault.mark(f"half {hashed}")
