"""`python -m bot staff`: accounts of moderators and campaign staff, on the command line."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from bot.console.sign_in.passwords import LEAST, MOST, Passwords, problem_with
from bot.console.words import load_words
from bot.conversation.text import clean
from bot.settings import read_settings
from bot.store.sql.accounts import LANGUAGES, ROLES, Account, Accounts, Also
from bot.store.sql.attempts import Attempts
from bot.store.sql.audit import Audit
from bot.store.sql.database import open_database
from bot.store.sql.invitations import Invitations
from bot.store.sql.refusals import Refused
from bot.store.sql.sessions import Sessions, end_within
from bot.store.vault import Vault, open_vault

ABOUT = """\
Who may use the console, and as what. Passwords are read from standard input, never from the
command line, where others see them.
"""
BY = "command line"
"""Who the audit says it was: whoever may run commands on this machine."""


@dataclass(frozen=True)
class Office:
    """What the verbs work with."""

    engine: Engine
    vault: Vault
    accounts: Accounts
    audit: Audit
    public_url: str

    def of(self, email: str) -> Account:
        """The account of an address."""
        account = self.accounts.find(email)
        if account is None:
            raise Refused(f"There is no account of {clean(email)}; see `staff list`.")
        return account

    def noting(self, action: str, email: str, **details: str) -> Also:
        """What adds a note to the audit in the transaction of the deed."""

        def note(connection: Connection) -> None:
            self.audit.note_within(
                connection, by=BY, role="admin", action=action, subject=email, **details
            )

        return note

    def ending(self, account: Account, note: Also) -> Also:
        """The same, and the account's sessions end."""

        def also(connection: Connection) -> None:
            note(connection)
            end_within(connection, account.id, datetime.now(timezone.utc).timestamp())

        return also


def main(arguments: list[str]) -> int:
    """Do one thing; say what was done, or why not."""
    parser = _parser()
    if not arguments:
        parser.print_help(sys.stderr)
        return 2
    wanted = parser.parse_args(arguments)
    settings = read_settings(os.environ)
    vault = open_vault(settings.key_file)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url, settings.data_dir)
    accounts, audit = Accounts(engine, vault), Audit(engine, vault)
    office = Office(engine, vault, accounts, audit, settings.console_public_url)
    try:
        return int(wanted.action(office, wanted) or 0)
    except OperationalError as error:
        raise Refused("The record is busy, or gone; nothing was changed. Try again.") from error
    finally:
        engine.dispose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot staff", description=ABOUT)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    def verb(
        name: str, does: str, action: Callable[..., int | None], *, has_email: bool = True
    ) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=does)
        added.set_defaults(action=action)
        if has_email:
            added.add_argument("--email", metavar="ADDRESS", required=True)
        return added

    add = verb("add", "make an account; its password comes from standard input", _add)
    add.add_argument("--role", choices=ROLES, required=True)
    add.add_argument("--name", metavar="NAME", default="", help="what colleagues see")
    add.add_argument("--language", choices=LANGUAGES, default="fr")
    invite = verb("invite", "make a link by which somebody opens an account", _invite)
    invite.add_argument("--role", choices=ROLES, help="of a new account")
    invite.add_argument("--language", choices=LANGUAGES, default="fr")
    verb("list", "all accounts", _list, has_email=False)
    role = verb("role", "give an account another role, at once", _give_role)
    role.add_argument("--role", choices=ROLES, required=True)
    verb("close", "let nobody use an account; its sessions end at once", _close)
    verb("open", "let somebody use a closed account again", _open)
    verb("password", "set a password, from standard input; sessions end", _set_password)
    verb("reset-totp", "take the second factor off an account", _reset_totp)
    verb("unlock", "let somebody who failed too often try again at once", _unlock)
    audit = verb("audit", "what staff saw, decided and changed", _check_audit, has_email=False)
    audit.add_argument("--verify", action="store_true", required=True, help="read the whole chain")
    return parser


def _add(office: Office, wanted: argparse.Namespace) -> None:
    if office.accounts.find(wanted.email):
        raise Refused(f"There is an account of {clean(wanted.email)} already.")
    account = office.accounts.add(
        email=wanted.email,
        role=wanted.role,
        name=wanted.name,
        language=wanted.language,
        password_hash=Passwords().hash(_read_password(wanted.email)),
        also=office.noting("account_added", wanted.email.strip().lower(), as_role=wanted.role),
    )
    _say(f"Account {account.email} ({account.role}) is made.")


def _invite(office: Office, wanted: argparse.Namespace) -> None:
    invitations = Invitations(office.engine, office.vault)
    account = office.accounts.find(wanted.email)
    email = wanted.email.strip().lower()
    if account and wanted.role not in (None, account.role):
        raise Refused(f"{email} is {account.role} already; see `staff role`.")
    if account and not account.is_active:
        raise Refused(f"Account {email} is closed; see `staff open`.")
    if account:
        also = office.noting("invited", email, as_role=account.role)
        token = invitations.renew(account.id, also=also)
    elif wanted.role:
        token = invitations.invite(
            email=wanted.email,
            role=wanted.role,
            language=wanted.language,
            also=office.noting("invited", email, as_role=wanted.role),
        )
    else:
        raise Refused(f"Say which --role {email} gets.")
    _say(f"{office.public_url}/console/invitation/{token}")
    _note("Hand this to the person in a safe way: it works once, for seven days.")


def _list(office: Office, _: argparse.Namespace) -> None:
    accounts = office.accounts.all()
    if not accounts:
        _note("No account yet; make one with `staff add --role admin --email ADDRESS`.")
    width = max((len(account.email) for account in accounts), default=0)
    for account in accounts:
        factor = "second factor" if account.has_totp else ""
        about = f"{account.email:<{width}}  {account.role:<9}  {_state(account):<10}  {factor}"
        _say(f"{about:<{width + 38}}  {account.name}".rstrip())


def _state(account: Account) -> str:
    if not account.is_active:
        return "closed"
    return "active" if account.has_password or account.has_openid else "invited"


def _give_role(office: Office, wanted: argparse.Namespace) -> None:
    account = office.of(wanted.email)
    note = office.noting("role_changed", account.email, was=account.role, now=wanted.role)
    office.accounts.set_role(account.id, wanted.role, also=office.ending(account, note))
    _say(f"Account {account.email} is {wanted.role} now.")


def _close(office: Office, wanted: argparse.Namespace) -> None:
    account = office.of(wanted.email)
    note = office.noting("account_closed", account.email)
    office.accounts.close(account.id, also=office.ending(account, note))
    _say(f"Account {account.email} is closed.")


def _open(office: Office, wanted: argparse.Namespace) -> None:
    account = office.of(wanted.email)
    also = office.noting("account_opened", account.email)
    office.accounts.change(account.id, also=also, is_active=True)
    _say(f"Account {account.email} is open.")


def _set_password(office: Office, wanted: argparse.Namespace) -> None:
    account = office.of(wanted.email)
    office.accounts.change(
        account.id,
        also=office.noting("password_changed", account.email),
        password=Passwords().hash(_read_password(account.email)),
        invitation=None,
        invited_until=None,
    )
    Sessions(office.engine, office.vault).close_all(account.id)
    _say(f"Account {account.email} has a new password; its sessions have ended.")


def _reset_totp(office: Office, wanted: argparse.Namespace) -> None:
    account = office.of(wanted.email)
    also = office.noting("second_factor_reset", account.email)
    office.accounts.set_secret(account.id, None, also=also)
    _say(f"Account {account.email} has no second factor now.")


def _unlock(office: Office, wanted: argparse.Namespace) -> None:
    account = office.of(wanted.email)
    Attempts(office.engine, office.vault).forget(account.email)
    office.audit.note(by=BY, role="admin", action="unlocked", subject=account.email)
    _say(f"Account {account.email} may be tried again.")


def _check_audit(office: Office, _: argparse.Namespace) -> int:
    seal = office.audit.verify()
    if seal.broken_at is not None:
        _say(f"BROKEN at row {seal.broken_at}: it, or one before it, is not what was noted.")
        return 1
    _say(f"Whole: {seal.rows} rows, seal {seal.hash}")
    _note("Write the number and the seal down elsewhere: they tell whether the end is cut off.")
    return 0


def _read_password(email: str) -> str:
    """From standard input; typed twice where there is a terminal."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("The same, once more: ") != password:
            raise Refused("The two passwords are not the same; nothing was changed.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if problem := problem_with(password, email):
        text = load_words().get(f"accounts.{problem}", "en", least=LEAST, most=MOST)
        raise Refused(f"{text} Nothing was changed.")
    return password


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _note(line: str) -> None:
    """What is not the answer itself, so that a script may read that."""
    sys.stderr.write(f"{line}\n")
