"""Accounts, invitations, attempts and sessions, over both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.store.sql.accounts import (
    Account,
    Accounts,
    EmailInvalid,
    EmailTaken,
    LastAdmin,
    NoAccount,
)
from bot.store.sql.attempts import Attempts, wait_after
from bot.store.sql.audit import Audit
from bot.store.sql.invitations import InvitationOver, Invitations
from bot.store.sql.refusals import Refused
from bot.store.sql.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions
from bot.store.sql.tables import accounts as accounts_table
from bot.store.sql.tables import attempts as attempts_table
from bot.store.sql.tables import sessions as sessions_table
from bot.store.vault import Vault
from tests.contract.record.entries import rows

NOON = 1_800_000_000.0


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(engine: Engine, vault: Vault, clock: Clock) -> Accounts:
    return Accounts(engine, vault, clock)


def an_admin(accounts: Accounts, name: str) -> Account:
    return accounts.add(email=f"{name}@example.org", role="admin", password_hash="x")


def test_account_is_kept_and_found_whatever_the_case(accounts: Accounts) -> None:
    assert not accounts.is_any()
    made = accounts.add(email=" Sam.Roy@Example.ORG ", role="editor", language="en")
    assert made == Account(
        id=made.id,
        email="sam.roy@example.org",
        name="Sam.Roy",
        role="editor",
        language="en",
        has_password=False,
        has_totp=False,
        is_active=True,
        at=NOON,
    )
    assert accounts.find("SAM.ROY@example.org") == made
    assert accounts.get(made.id) == made
    assert accounts.is_any()
    with pytest.raises(EmailTaken):
        accounts.add(email="sam.roy@EXAMPLE.org", role="editor")
    assert accounts.all() == [made]


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "sam"},
        {"email": "sam@example"},
        {"email": "sam roy@example.org"},
        {"email": "a@b.org\nBcc: c@d.org"},
        {"email": f"{'s' * 65}@example.org"},
        {"email": f"sam@{'s' * 180}.{'t' * 80}"},
    ],
)
def test_what_is_no_address_is_refused(accounts: Accounts, wrong: dict[str, Any]) -> None:
    with pytest.raises(EmailInvalid):
        accounts.add(role="editor", **wrong)
    assert accounts.all() == []


@pytest.mark.parametrize("wrong", [{"role": "owner"}, {"language": "de"}, {"name": "a" * 81}])
def test_wrong_role_language_or_name_is_refused(accounts: Accounts, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        accounts.add(**{"email": "sam@example.org", "role": "editor", **wrong})
    assert accounts.all() == []


def test_deed_and_note_are_one(engine: Engine, vault: Vault, accounts: Accounts) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    sam = an_admin(accounts, "sam")
    an_admin(accounts, "ana")
    deeds: tuple[Callable[[], object], ...] = (
        lambda: accounts.set_role(sam.id, "editor", also=fail),
        lambda: accounts.close(sam.id, also=fail),
        lambda: accounts.set_secret(sam.id, "JBSWY3DP", also=fail),
        lambda: accounts.change(sam.id, also=fail, name="Other"),
        lambda: Invitations(engine, vault).renew(sam.id, also=fail),
    )
    for deed in deeds:
        with pytest.raises(RuntimeError):
            deed()
        assert accounts.get(sam.id) == sam
    audit = Audit(engine, vault)
    accounts.change(
        sam.id,
        also=lambda connection: audit.note_within(
            connection, by="ana@example.org", role="admin", action="account_changed"
        ),
        name="Other",
    )
    assert [noted.action for noted in audit.read()] == ["account_changed"]


def test_last_admin_who_can_sign_in_stays(accounts: Accounts) -> None:
    sam = an_admin(accounts, "sam")
    accounts.add(email="invited@example.org", role="admin")
    closed = an_admin(accounts, "closed")
    accounts.close(closed.id)
    with pytest.raises(LastAdmin):
        accounts.close(sam.id)
    with pytest.raises(LastAdmin):
        accounts.set_role(sam.id, "editor")
    accounts.set_role(sam.id, "admin")
    ana = accounts.add(email="ana@example.org", role="admin")
    assert accounts.tie_openid(ana.id, "https://id.example.org", "7")
    accounts.set_role(sam.id, "editor")
    with pytest.raises(LastAdmin):
        accounts.close(ana.id)


def test_two_admins_who_close_each_other_at_once_leave_one(accounts: Accounts) -> None:
    both = [an_admin(accounts, name) for name in ("sam", "ana")]
    start = Barrier(2)

    def close(account: Account) -> bool:
        start.wait(20)
        try:
            accounts.close(account.id)
        except LastAdmin:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, both)) == [False, True]
    assert [account.is_active for account in accounts.all()].count(True) == 1


def test_account_that_is_not_there_is_said(accounts: Accounts) -> None:
    for deed in (
        lambda: accounts.get("0" * 32),
        lambda: accounts.change("0" * 32, name="x"),
        lambda: accounts.set_role("0" * 32, "admin"),
        lambda: accounts.close("0" * 32),
    ):
        with pytest.raises(NoAccount):
            deed()
    assert accounts.find("nobody@example.org") is None
    assert accounts.password_hash("0" * 32) is None
    assert accounts.secret("0" * 32) is None


# --- Second factor and OpenID ---------------------------------------------------------------------


def test_step_of_a_code_is_used_once_by_however_many_at_once(accounts: Accounts) -> None:
    sam = an_admin(accounts, "sam")
    start = Barrier(4)

    def use(_: int) -> bool:
        start.wait(20)
        return accounts.use_step(sam.id, 100)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]
    assert [accounts.use_step(sam.id, step) for step in (99, 100, 101)] == [False, False, True]
    accounts.set_secret(sam.id, "JBSWY3DP")
    assert accounts.use_step(sam.id, 99), "another secret has other codes"


def test_openid_finds_only_the_account_it_was_tied_to(accounts: Accounts, engine: Engine) -> None:
    sam, ana = an_admin(accounts, "sam"), an_admin(accounts, "ana")
    assert accounts.find_by_openid("https://id.example.org", "7") is None
    assert accounts.tie_openid(sam.id, "https://id.example.org", "7")
    assert not accounts.tie_openid(sam.id, "https://id.example.org", "8"), "tied already"
    found = accounts.find_by_openid("https://id.example.org", "7")
    assert found is not None
    assert (found.id, found.has_openid) == (sam.id, True)
    for issuer, subject in (("https://id.example.org", "8"), ("https://other.example.org", "7")):
        assert accounts.find_by_openid(issuer, subject) is None
    assert not accounts.get(ana.id).has_openid
    assert "example.org 7" not in str([row["openid"] for row in rows(engine, accounts_table)])


# --- Invitations ----------------------------------------------------------------------------------


def test_invitation_is_taken_once_by_however_many_at_once(
    engine: Engine, vault: Vault, clock: Clock, accounts: Accounts
) -> None:
    invitations = Invitations(engine, vault, clock)
    token = invitations.invite(email="new@example.org", role="analyst", language="en")
    waiting = invitations.find(token)
    assert (waiting.email, waiting.role) == ("new@example.org", "analyst")
    assert waiting.invited_until == NOON + 7 * 86_400
    assert token not in str(rows(engine, accounts_table))
    start = Barrier(3)

    def take(number: int) -> bool:
        start.wait(20)
        try:
            invitations.take(token, name=f"N{number}", language="fr", password_hash=f"{number}")
        except InvitationOver:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(take, range(3)))
    assert sorted(taken) == [False, False, True]
    account = accounts.get(waiting.id)
    winner = taken.index(True)
    assert (account.name, account.language) == (f"N{winner}", "fr")
    assert accounts.password_hash(account.id) == f"{winner}"
    assert account.invited_until is None


@pytest.mark.parametrize("what", ["old", "replaced", "closed", "closed and opened", "never"])
def test_invitation_opens_nothing_when(
    engine: Engine, vault: Vault, clock: Clock, accounts: Accounts, what: str
) -> None:
    invitations = Invitations(engine, vault, clock)
    token = invitations.invite(email="new@example.org", role="analyst")
    id = invitations.find(token).id
    if what == "old":
        clock.at += 7 * 86_400 + 1
    elif what == "replaced":
        invitations.renew(id)
    elif what == "never":
        token = "x"
    else:
        accounts.close(id)
        if what == "closed and opened":
            accounts.change(id, is_active=True)
    with pytest.raises(InvitationOver):
        invitations.find(token)
    with pytest.raises(InvitationOver):
        invitations.take(token, name="N", language="fr", password_hash="x")


# --- Attempts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failed", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (10_000, 3600)],
)
def test_waits_double_up_to_an_hour(failed: int, seconds: int) -> None:
    assert wait_after(failed, 5) == seconds


def test_attempts_at_once_are_not_many_for_one(engine: Engine, vault: Vault, clock: Clock) -> None:
    """Twelve arrive together; four may be judged before the fifth one locks."""
    tries = Attempts(engine, vault, clock)
    start = Barrier(12)

    def begin(number: int) -> float:
        start.wait(20)
        return tries.begin("sam@example.org", f"10.0.0.{number}")

    with ThreadPoolExecutor(12) as pool:
        waits = list(pool.map(begin, range(12)))
    assert sorted(waits) == [0.0] * 5 + [30.0] * 7
    assert tries.failed("sam@example.org") == 5


def test_right_attempt_is_taken_back_and_success_clears_the_account_only(
    engine: Engine, vault: Vault, clock: Clock
) -> None:
    tries = Attempts(engine, vault, clock)
    for _ in range(5):
        assert tries.begin("sam@example.org", "10.0.0.1") == 0
    assert tries.wait("sam@example.org", "10.0.0.2") == 30
    tries.take_back("SAM@example.org", "10.0.0.1")
    assert tries.failed("sam@example.org") == 4
    assert tries.wait("sam@example.org", "10.0.0.1") == 0
    tries.begin("sam@example.org", "10.0.0.1")
    tries.succeed("sam@example.org", "10.0.0.1")
    assert tries.failed("sam@example.org") == 0
    (left,) = rows(engine, attempts_table)
    assert left["failed"] == 4, "of the address"


def test_attempts_name_neither_account_nor_address(
    engine: Engine, vault: Vault, clock: Clock
) -> None:
    Attempts(engine, vault, clock).begin("sam@example.org", "10.0.0.1")
    assert len(rows(engine, attempts_table)) == 2
    assert "sam" not in str(rows(engine, attempts_table))
    assert "10.0.0" not in str(rows(engine, attempts_table))
    clock.at += 86_401
    Attempts(engine, vault, clock).begin("ana@example.org", "10.0.0.2")
    assert len(rows(engine, attempts_table)) == 2, "the old ones are gone"


# --- Sessions -------------------------------------------------------------------------------------


def test_session_is_kept_as_a_hash_and_found_by_its_cookie(
    engine: Engine, vault: Vault, clock: Clock, accounts: Accounts
) -> None:
    sessions, sam = Sessions(engine, vault, clock), an_admin(accounts, "sam")
    token = sessions.open(sam.id)
    assert token not in str(rows(engine, sessions_table))
    session = sessions.find(token)
    assert session is not None
    assert session.account == sam
    assert sessions.find(token + "x") is None
    assert sessions.find("é\ud800") is None
    fresh = sessions.rotate(token)
    assert sessions.find(token) is None
    rotated = sessions.find(fresh)
    assert rotated is not None
    assert rotated.account == sam
    assert rotated.csrf != session.csrf
    assert [one.is_this for one in sessions.of(sam.id, fresh)] == [True]


def test_session_that_is_over_is_known_for_a_day_but_opens_nothing(
    engine: Engine, vault: Vault, clock: Clock, accounts: Accounts
) -> None:
    sessions, sam = Sessions(engine, vault, clock), an_admin(accounts, "sam")
    token = sessions.open(sam.id)
    clock.at += IDLE_SECONDS + 1
    assert sessions.find(token) is None
    assert sessions.find(token, even_if_over=True) is not None
    assert sessions.of(sam.id) == []
    clock.at += LONGEST_SECONDS
    sessions.open(sam.id)
    assert sessions.find(token, even_if_over=True) is not None
    clock.at += 86_400
    sessions.open(sam.id)
    assert sessions.find(token, even_if_over=True) is None


def test_form_is_known_by_its_token_for_its_account_only(
    engine: Engine, vault: Vault, clock: Clock, accounts: Accounts
) -> None:
    sessions = Sessions(engine, vault, clock)
    sam, ana = an_admin(accounts, "sam"), an_admin(accounts, "ana")
    before = sessions.open(sam.id)
    session = sessions.find(before)
    assert session is not None
    sessions.end(before)
    assert sessions.find(before) is None
    assert sessions.is_form_of(sam.id, session.csrf)
    assert not sessions.is_form_of(ana.id, session.csrf)
    assert not sessions.is_form_of(sam.id, "")
    sessions.close(before)
    assert not sessions.is_form_of(sam.id, session.csrf)


def test_ended_sessions_are_over_and_closed_ones_are_gone(
    engine: Engine, vault: Vault, clock: Clock, accounts: Accounts
) -> None:
    sessions = Sessions(engine, vault, clock)
    sam, ana = an_admin(accounts, "sam"), an_admin(accounts, "ana")
    mine, mine_too, hers = (sessions.open(account.id) for account in (sam, sam, ana))
    sessions.end_all(sam.id)
    assert [sessions.find(token) is None for token in (mine, mine_too, hers)] == [True, True, False]
    assert sessions.find(mine, even_if_over=True) is not None
    again = sessions.open(sam.id)
    sessions.close_all(sam.id, but=again)
    assert sessions.find(mine, even_if_over=True) is None
    assert sessions.find(again) is not None
    accounts.close(sam.id)
    assert sessions.find(again, even_if_over=True) is None
