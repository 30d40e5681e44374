"""One's own account: name, language, password, second factor, sessions."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.gate import COOKIE
from bot.console.sign_in import doorway
from bot.console.sign_in.codes import new_secret, picture, step_of
from bot.console.sign_in.entering import gone
from bot.console.sign_in.noting import noting
from bot.console.sign_in.passwords import LEAST, MOST, problem_with
from bot.errors import SettingInvalid
from bot.store.sql.accounts import LANGUAGES
from bot.store.sql.refusals import Refused, check_name
from bot.store.sql.tables import NAME

ME = "/console/me"
SECRET_SECONDS = 900.0
"""A new secret that was shown waits so long for its first code."""


def show_me(asked: Asked) -> Response:
    """All about one's own account."""
    return _page(asked)


def change_about(asked: Asked) -> Response:
    """Another name, or another language."""
    language = asked.field("language")
    try:
        name = check_name(asked.field("name"))
    except Refused:
        return _page(asked, {"name": asked.word("accounts.name_wrong", most=NAME)})
    if asked.parts.accounts.is_name_of_other(name, asked.account.id):
        return _page(asked, {"name": asked.word("accounts.name_taken")})
    if language not in LANGUAGES:
        return _page(asked, {"language": asked.word("accounts.language_wrong")})
    account = asked.account
    also = noting(asked, "account_changed", account.email)
    asked.parts.accounts.change(account.id, also=also, name=name, language=language)
    return asked.go_to(ME, said="saved", lang=language)


def change_password(asked: Asked) -> Response:
    """Another password; every other session of the account ends."""
    account, password = asked.account, asked.form.get("new_password", "")
    if problem := problem_with(password, account.email):
        text = asked.word(f"accounts.{problem}", least=LEAST, most=MOST)
        return _page(asked, {"new_password": text})
    if password != asked.form.get("repeated_password", ""):
        return _page(asked, {"repeated_password": asked.word("accounts.password_differs")})
    if refusal := _ask_password(asked, "old_password"):
        return refusal
    asked.parts.accounts.change(
        account.id,
        also=noting(asked, "password_changed", account.email),
        password=asked.parts.passwords.hash(password),
    )
    return _with_new_cookie(asked, "password_changed")


def begin_second_factor(asked: Asked) -> Response:
    """Show a new secret, which counts only once a code of it was typed.

    One that is on has to be turned off first, which asks for the password.
    """
    if asked.account.has_totp:
        return asked.go_to(ME)
    return _secret_page(asked, new_secret())


def turn_second_factor_on(asked: Asked) -> Response:
    """Keep the secret that was shown, if the code is one of its codes."""
    account, secret = asked.account, _shown_secret(asked)
    if account.has_totp:
        return asked.go_to(ME)
    if secret is None:
        return _page(asked, {"second_factor": asked.word("accounts.secret_over")})
    step = step_of(secret, asked.field("code"), asked.parts.now())
    if step is None:
        return _secret_page(asked, secret, asked.word("sign_in.wrong_code"))
    also = noting(asked, "second_factor_on", account.email)
    asked.parts.accounts.set_secret(account.id, secret, also=also)
    asked.parts.accounts.use_step(account.id, step)
    return _with_new_cookie(asked, "second_factor_on")


def turn_second_factor_off(asked: Asked) -> Response:
    """Do without; asks for the password, or for a code where there is no password."""
    account = asked.account
    refusal = _ask_password(asked, "password") if account.has_password else _ask_code(asked)
    if refusal:
        return refusal
    also = noting(asked, "second_factor_off", account.email)
    asked.parts.accounts.set_secret(account.id, None, also=also)
    return _with_new_cookie(asked, "second_factor_off")


def sign_out_everywhere(asked: Asked) -> Response:
    """End every session of the account, this one too."""
    asked.note("signed_out_everywhere", asked.account.email)
    asked.parts.sessions.close_all(asked.account.id)
    return gone(asked, "signed_out_everywhere")


def _ask_password(asked: Asked, field: str) -> Response | None:
    """Refuse unless a field holds the account's password; wrong ones count as failed attempts."""
    account, tries = asked.account, doorway.attempts_of(asked)
    if wait := tries.begin(account.email, doorway.where_from(asked)):
        return _page(asked, {field: _locked(asked, wait)}, status=429)
    hashed = asked.parts.accounts.password_hash(account.id)
    if asked.parts.passwords.is_right(asked.form.get(field, ""), hashed):
        tries.succeed(account.email, doorway.where_from(asked))
        return None
    if wait := doorway.note_failure(asked, account):
        return _page(asked, {field: _locked(asked, wait)}, status=429)
    return _page(asked, {field: asked.word("accounts.password_wrong")})


def _ask_code(asked: Asked) -> Response | None:
    wait = doorway.code_or_lock(asked, asked.account, asked.field("code"))
    if wait is None:
        doorway.attempts_of(asked).succeed(asked.account.email, doorway.where_from(asked))
        return None
    if wait:
        return _page(asked, {"code": _locked(asked, wait)}, status=429)
    return _page(asked, {"code": asked.word("sign_in.wrong_code")})


def _locked(asked: Asked, wait: float) -> str:
    return asked.word("sign_in.locked", wait=doorway.wait_in_words(asked, wait))


def _with_new_cookie(asked: Asked, said: str) -> Response:
    """Back to the account, under a new cookie; all other sessions end."""
    sessions = asked.parts.sessions
    token = sessions.rotate(doorway.session_token(asked))
    sessions.close_all(asked.account.id, but=token)
    response = asked.go_to(ME, said=said)
    doorway.set_cookie(asked, response, COOKIE, token)
    return response


def _page(asked: Asked, problems: dict[str, str] | None = None, *, status: int = 422) -> Response:
    account, form = asked.account, asked.form
    return asked.page(
        "sign_in/me.html",
        status=status if problems else 200,
        problems=problems or {},
        name=form.get("name", account.name),
        spoken=form.get("language", account.language),
        sessions=asked.parts.sessions.of(account.id, doorway.session_token(asked)),
        least=LEAST,
    )


def _secret_page(asked: Asked, secret: str, problem: str = "") -> Response:
    shown: dict[str, Any] = {"secret": secret, "of": asked.account.id, "at": asked.parts.now()}
    return asked.page(
        "sign_in/second_factor.html",
        status=422 if problem else 200,
        picture=picture(secret, asked.account.email),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        locked=asked.parts.vault.lock(shown).decode(),
        problem=problem,
    )


def _shown_secret(asked: Asked) -> str | None:
    """The secret that this account was shown a moment ago."""
    try:
        shown = asked.parts.vault.unlock(asked.field("locked").encode())
        is_theirs = shown["of"] == asked.account.id
        is_fresh = shown["at"] >= asked.parts.now() - SECRET_SECONDS
        return str(shown["secret"]) if is_theirs and is_fresh else None
    except (SettingInvalid, KeyError, TypeError):
        return None
