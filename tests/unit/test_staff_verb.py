"""`python -m bot staff`: accounts on the command line, each deed noted."""

from __future__ import annotations

import io
import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.__main__ import main
from bot.console.sign_in.passwords import Passwords
from bot.store.sql.accounts import Accounts
from bot.store.sql.attempts import Attempts
from bot.store.sql.audit import Audit
from bot.store.sql.database import open_database
from bot.store.sql.invitations import Invitations
from bot.store.sql.sessions import Sessions
from bot.store.vault import Vault, open_vault

GOOD = "des mots faciles a retenir"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    for name in ("BOT_DATABASE_URL", "BOT_KEY_FILE", "BOT_CONSOLE_PUBLIC_URL", "BOT_OIDC_ISSUER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def vault(data_dir: Path) -> Vault:
    return open_vault(data_dir / "key.json", create=True)


@pytest.fixture
def engine(data_dir: Path, vault: Vault) -> Engine:
    return open_database("", data_dir)


@pytest.fixture
def accounts(engine: Engine, vault: Vault) -> Accounts:
    return Accounts(engine, vault)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def staff(*arguments: str) -> int:
    return main(["staff", *arguments])


def add(monkeypatch: pytest.MonkeyPatch, name: str, role: str = "admin") -> None:
    typed(monkeypatch, f"{GOOD}\n")
    assert staff("add", "--email", f"{name}@example.org", "--role", role) == 0


def test_add_takes_the_password_from_standard_input(
    accounts: Accounts, engine: Engine, vault: Vault, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    typed(monkeypatch, f"{GOOD}\r\nnot this\n")
    arguments = ["--email", " Sam@Example.org", "--role", "editor", "--name", "Sam Roy"]
    assert staff("add", *arguments, "--language", "en") == 0
    assert capsys.readouterr().out == "Account sam@example.org (editor) is made.\n"
    (account,) = accounts.all()
    assert (account.name, account.role, account.language) == ("Sam Roy", "editor", "en")
    kept = accounts.password_hash(account.id) or ""
    assert kept.startswith("$argon2id$")
    assert Passwords().is_right(GOOD, kept)
    (noted,) = Audit(engine, vault).read()
    assert (noted.by, noted.role, noted.action, noted.subject) == (
        "command line", "admin", "account_added", "sam@example.org",
    )  # fmt: skip
    assert noted.details == {"as_role": "editor"}


def test_terminal_asks_twice_without_showing(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = iter([GOOD, "something else", GOOD, GOOD])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    arguments = ("add", "--email", "sam@example.org", "--role", "admin")
    assert staff(*arguments) == 1
    assert capsys.readouterr().err == (
        "staff: The two passwords are not the same; nothing was changed.\n"
    )
    assert accounts.all() == []
    assert staff(*arguments) == 0
    assert len(accounts.all()) == 1


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("sam@example.org", "short", "Too short: it takes at least 12 characters."),
        ("sam@example.org", "", "Too short: it takes at least 12 characters."),
        ("sam@example.org", "a b c d e " * 21, "Too long: 200 characters at most."),
        ("sam@example.org", "sam@EXAMPLE.org", "Do not take your e-mail address"),
        ("sam@example.org", "password1234", "This password is one of those"),
        ("sam at example", GOOD, "`sam at example` is no e-mail address."),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_made(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    email: str, password: str, sentence: str,
) -> None:  # fmt: skip
    typed(monkeypatch, f"{password}\n")
    assert staff("add", "--email", email, "--role", "admin") == 1
    assert sentence in capsys.readouterr().err
    assert accounts.all() == []


def test_invitation_is_a_link_on_a_line_of_its_own(
    accounts: Accounts, engine: Engine, vault: Vault, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    invitations = Invitations(engine, vault)
    assert staff("invite", "--email", "new@example.org", "--role", "analyst") == 0
    first = capsys.readouterr().out
    assert re.fullmatch(r"/console/invitation/[\w-]{43}\n", first)
    assert invitations.find(first.strip().rsplit("/", 1)[1]).role == "analyst"
    monkeypatch.setenv("BOT_CONSOLE_PUBLIC_URL", "https://bot.example.org/")
    assert staff("invite", "--email", "new@example.org") == 0
    second = capsys.readouterr().out
    assert second.startswith("https://bot.example.org/console/invitation/")
    assert invitations.find(second.strip().rsplit("/", 1)[1]).email == "new@example.org"
    assert staff("invite", "--email", "new@example.org", "--role", "admin") == 1
    assert "is analyst already; see `staff role`" in capsys.readouterr().err
    assert staff("invite", "--email", "other@example.org") == 1
    assert "Say which --role other@example.org gets." in capsys.readouterr().err
    assert [account.email for account in accounts.all()] == ["new@example.org"]


def test_list_shows_all_and_says_how_to_begin(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert staff("list") == 0
    assert "No account yet" in capsys.readouterr().err
    add(monkeypatch, "ana")
    accounts.set_secret(accounts.all()[0].id, "JBSWY3DP")
    accounts.add(email="new@example.org", role="editor")
    accounts.close(accounts.add(email="zoe@example.org", role="analyst").id)
    capsys.readouterr()
    staff("list")
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["ana@example.org", "admin", "active", "second", "factor", "ana"],
        ["new@example.org", "editor", "invited", "new"],
        ["zoe@example.org", "analyst", "closed", "zoe"],
    ]


def test_role_close_open_and_password_are_in_force_at_once(
    accounts: Accounts, engine: Engine, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(monkeypatch, "ana")
    add(monkeypatch, "sam", "editor")
    sam = accounts.find("sam@example.org")
    assert sam is not None
    sessions = Sessions(engine, vault)

    def ends_session(*arguments: str) -> bool:
        token = sessions.open(sam.id)
        assert staff(*arguments, "--email", "SAM@example.org") == 0
        return sessions.find(token) is None

    assert ends_session("role", "--role", "moderator")
    assert accounts.get(sam.id).role == "moderator"
    assert ends_session("close")
    assert not accounts.get(sam.id).is_active
    assert staff("open", "--email", "sam@example.org") == 0
    assert accounts.get(sam.id).is_active
    typed(monkeypatch, "une autre phrase encore\n")
    assert ends_session("password")
    assert Passwords().is_right("une autre phrase encore", accounts.password_hash(sam.id))
    accounts.set_secret(sam.id, "JBSWY3DP")
    assert staff("reset-totp", "--email", "sam@example.org") == 0
    assert not accounts.get(sam.id).has_totp
    tries = Attempts(engine, vault)
    for _ in range(5):
        tries.begin("sam@example.org", "")
    assert staff("unlock", "--email", "sam@example.org") == 0
    assert tries.failed("sam@example.org") == 0
    notes = Audit(engine, vault).read(subject="sam@example.org")
    assert [noted.action for noted in reversed(notes)] == [
        "account_added", "role_changed", "account_closed", "account_opened", "password_changed",
        "second_factor_reset", "unlocked",
    ]  # fmt: skip
    assert {noted.by for noted in notes} == {"command line"}


@pytest.mark.parametrize("deed", [("close",), ("role", "--role", "editor")])
def test_last_admin_stays(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    deed: tuple[str, ...],
) -> None:  # fmt: skip
    add(monkeypatch, "ana")
    assert staff(*deed, "--email", "ana@example.org") == 1
    assert "This is the last admin who can sign in" in capsys.readouterr().err
    (ana,) = accounts.all()
    assert (ana.role, ana.is_active) == ("admin", True)


@pytest.mark.parametrize("deed", ["close", "open", "password", "reset-totp", "unlock"])
def test_account_that_is_not_there_is_said(
    accounts: Accounts, capsys: pytest.CaptureFixture[str], deed: str
) -> None:
    assert staff(deed, "--email", "nobody@example.org") == 1
    assert "There is no account of nobody@example.org" in capsys.readouterr().err


def test_verify_reads_the_chain_and_says_where_it_breaks(
    accounts: Accounts, engine: Engine, vault: Vault, data_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    audit = Audit(engine, vault)
    for number in range(3):
        audit.note(by="ana@example.org", role="admin", action="sign_in", subject=f"{number}")
    assert staff("audit", "--verify") == 0
    seal = audit.verify()
    assert capsys.readouterr().out == f"Whole: 3 rows, seal {seal.hash}\n"
    engine.dispose()
    with sqlite3.connect(data_dir / "record.sqlite") as tampering:
        tampering.execute("DROP TRIGGER audit_is_kept_from_update")
        tampering.execute("UPDATE audit SET subject = 'x' WHERE number = 2")
    tampering.close()
    assert staff("audit", "--verify") == 1
    assert capsys.readouterr().out.startswith("BROKEN at row 2:")


def test_without_a_verb_it_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert staff() == 2
    shown = capsys.readouterr().err
    verbs = {line.split()[0] for line in shown.splitlines() if line.startswith("    ")}
    assert verbs >= {
        "add", "invite", "list", "role", "close", "open", "password", "reset-totp", "unlock",
        "audit",
    }  # fmt: skip
