"""The page behind the link of an invitation: name, language, password; once."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.sign_in import doorway
from bot.console.sign_in.entering import SIGN_IN, after_first_factor
from bot.console.sign_in.passwords import LEAST, MOST, problem_with
from bot.store.sql.accounts import LANGUAGES, Account
from bot.store.sql.invitations import InvitationOver, Invitations
from bot.store.sql.refusals import Refused, check_name
from bot.store.sql.tables import NAME


def invitations_of(asked: Asked) -> Invitations:
    """All invitations."""
    return Invitations(asked.parts.engine, asked.parts.vault, asked.parts.now)


def show_invitation(asked: Asked) -> Response:
    """Ask the invited person for what is missing."""
    if asked.parts.openid is not None and asked.parts.openid.is_only_way:
        return asked.go_to(SIGN_IN)
    try:
        account = invitations_of(asked).find(asked.path("token"))
    except InvitationOver:
        return _over(asked)
    return _form(asked, account)


def take_invitation(asked: Asked) -> Response:
    """Open the account and sign its owner in, past the second factor where there is one."""
    if asked.parts.openid is not None and asked.parts.openid.is_only_way:
        return asked.go_to(SIGN_IN)
    try:
        account = invitations_of(asked).find(asked.path("token"))
        if not doorway.is_from_here(asked):
            return _form(asked, account, {"form": asked.word("sign_in.form_over")}, status=419)
        if problems := _problems(asked, account):
            return _form(asked, account, problems, status=422)
        opened = _take(asked, account)
    except InvitationOver:
        return _over(asked)
    return after_first_factor(asked, opened, "invitation")


def _take(asked: Asked, account: Account) -> Account:
    """Write it; who had a second factor before keeps it."""
    language = asked.field("language")

    def note(connection: Connection) -> None:
        asked.parts.audit.note_within(
            connection,
            by=account.email,
            role=account.role,
            action="invitation_taken",
            subject=account.email,
        )

    opened = invitations_of(asked).take(
        asked.path("token"),
        name=asked.field("name"),
        language=language,
        password_hash=asked.parts.passwords.hash(asked.form.get("password", "")),
        also=note,
    )
    asked.parts.sessions.close_all(account.id)
    return opened


def _problems(asked: Asked, account: Account) -> dict[str, str]:
    found = {}
    try:
        if asked.parts.accounts.is_name_of_other(check_name(asked.field("name")), account.id):
            found["name"] = asked.word("accounts.name_taken")
    except Refused:
        found["name"] = asked.word("accounts.name_wrong", most=NAME)
    if asked.field("language") not in LANGUAGES:
        found["language"] = asked.word("accounts.language_wrong")
    password = asked.form.get("password", "")
    if problem := problem_with(password, account.email):
        found["password"] = asked.word(f"accounts.{problem}", least=LEAST, most=MOST)
    elif password != asked.form.get("repeated_password", ""):
        found["repeated_password"] = asked.word("accounts.password_differs")
    return found


def _form(
    asked: Asked, account: Account, problems: dict[str, str] | None = None, *, status: int = 200
) -> Response:
    token = doorway.form_token(asked)
    response = asked.page(
        "sign_in/invitation.html",
        status=status,
        form_token=token,
        invited=account,
        name=asked.field("name"),
        spoken=asked.field("language") or account.language,
        problems=problems or {},
        least=LEAST,
    )
    doorway.set_cookie(asked, response, doorway.FORM_COOKIE, token)
    return response


def _over(asked: Asked) -> Response:
    return asked.page("sign_in/invitation_over.html", status=410)
