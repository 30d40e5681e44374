"""All accounts, for admins: invite, give a role, close and open, help whoever is locked out."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.sign_in.doorway import attempts_of, wait_in_words
from bot.console.sign_in.invitation import invitations_of
from bot.console.sign_in.noting import noting
from bot.store.sql.accounts import (
    LANGUAGES,
    ROLES,
    Account,
    Also,
    EmailInvalid,
    EmailTaken,
    LastAdmin,
    NoAccount,
)
from bot.store.sql.sessions import end_within

LIST = "/console/accounts"


def show_accounts(asked: Asked) -> Response:
    """The list, and the form of an invitation."""
    return _list_page(asked)


def invite(asked: Asked) -> Response:
    """Make an account that waits for its owner; the link is shown once, to be handed over."""
    email, role, language = (asked.field(name) for name in ("email", "role", "language"))
    problems = {}
    if role not in ROLES:
        problems["role"] = asked.word("accounts.role_wrong")
    if language not in LANGUAGES:
        problems["language"] = asked.word("accounts.language_wrong")
    if problems:
        return _list_page(asked, problems)
    also = noting(asked, "invited", email.strip().lower(), as_role=role)
    try:
        token = invitations_of(asked).invite(email=email, role=role, language=language, also=also)
    except EmailInvalid:
        return _list_page(asked, {"email": asked.word("accounts.email_wrong")})
    except EmailTaken:
        return _list_page(asked, {"email": asked.word("accounts.email_taken")})
    return _link_page(asked, email.strip().lower(), token)


def show_account(asked: Asked) -> Response:
    """One account, and what can be done about it."""
    return _account_page(asked, _account(asked))


def invite_again(asked: Asked) -> Response:
    """Another link: the first is lost or too old, or the password is forgotten."""
    account = _account(asked)
    if not account.is_active:
        return asked.go_to(f"{LIST}/{account.id}")
    also = noting(asked, "invited", account.email, as_role=account.role)
    return _link_page(asked, account.email, invitations_of(asked).renew(account.id, also=also))


def give_role(asked: Asked) -> Response:
    """Another role, in force at once: whoever is signed in has to sign in again."""
    account, role = _account(asked), asked.field("role")
    if role not in ROLES:
        return _account_page(asked, account, {"role": asked.word("accounts.role_wrong")})
    if role == account.role:
        return asked.go_to(f"{LIST}/{account.id}")
    also = _ending(
        asked, account, noting(asked, "role_changed", account.email, was=account.role, now=role)
    )
    try:
        asked.parts.accounts.set_role(account.id, role, also=also)
    except LastAdmin:
        return _account_page(asked, account, {"role": asked.word("accounts.last_admin")}, 409)
    return asked.go_to(f"{LIST}/{account.id}", said="role_changed")


def close(asked: Asked) -> Response:
    """Nobody signs in to this account any more; its sessions end at once."""
    account = _account(asked)
    also = _ending(asked, account, noting(asked, "account_closed", account.email))
    try:
        asked.parts.accounts.close(account.id, also=also)
    except LastAdmin:
        return _account_page(asked, account, {"close": asked.word("accounts.last_admin")}, 409)
    return asked.go_to(f"{LIST}/{account.id}", said="account_closed")


def open_again(asked: Asked) -> Response:
    """Let somebody sign in again."""
    account = _account(asked)
    also = noting(asked, "account_opened", account.email)
    asked.parts.accounts.change(account.id, also=also, is_active=True)
    return asked.go_to(f"{LIST}/{account.id}", said="account_opened")


def reset_second_factor(asked: Asked) -> Response:
    """Let somebody who lost the phone sign in with the password alone."""
    account = _account(asked)
    also = noting(asked, "second_factor_reset", account.email)
    asked.parts.accounts.set_secret(account.id, None, also=also)
    return asked.go_to(f"{LIST}/{account.id}", said="second_factor_reset")


def unlock(asked: Asked) -> Response:
    """Let somebody who failed too often try again at once."""
    account = _account(asked)
    attempts_of(asked).forget(account.email)
    asked.note("unlocked", account.email)
    return asked.go_to(f"{LIST}/{account.id}", said="unlocked")


def _account(asked: Asked) -> Account:
    try:
        return asked.parts.accounts.get(asked.path("id"))
    except NoAccount as error:
        raise HTTPException(404) from error


def _ending(asked: Asked, account: Account, note: Also) -> Also:
    """End the account's sessions in the same transaction as deed and note."""

    def also(connection: Connection) -> None:
        note(connection)
        end_within(connection, account.id, asked.parts.now())

    return also


def _list_page(asked: Asked, problems: dict[str, str] | None = None) -> Response:
    return asked.page(
        "sign_in/accounts.html",
        status=422 if problems else 200,
        accounts=asked.parts.accounts.all(),
        roles=ROLES,
        email=asked.field("email"),
        role=asked.field("role") or "moderator",
        spoken=asked.field("language") or asked.language,
        problems=problems or {},
        now=asked.parts.now(),
    )


def _account_page(
    asked: Asked, account: Account, problems: dict[str, str] | None = None, status: int = 422
) -> Response:
    wait = attempts_of(asked).wait(account.email, "")
    return asked.page(
        "sign_in/account.html",
        status=status if problems else 200,
        whose=account,
        roles=ROLES,
        problems=problems or {},
        now=asked.parts.now(),
        wait=wait_in_words(asked, wait) if wait else "",
    )


def _link_page(asked: Asked, email: str, token: str) -> Response:
    """The link is nowhere else: only its hash is kept."""
    origin = asked.parts.public_url or str(asked.request.base_url).rstrip("/")
    link = f"{origin}/console/invitation/{token}"
    return asked.page("sign_in/invited.html", email=email, link=link)
