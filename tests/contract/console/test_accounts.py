"""Invitations, one's own account, and what an admin does about the others'."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.console.gate import COOKIE
from bot.console.parts import Parts
from bot.console.rooms import open_console
from bot.console.sign_in.passwords import problem_with
from tests.contract.console.door import (
    GOOD,
    Clock,
    actions,
    add_account,
    send,
    session_of,
    sign_in_as,
    with_clock,
)

NEW = "une autre phrase assez longue"
Browser = Callable[[], TestClient]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(parts: Parts, clock: Clock) -> Parts:
    return with_clock(parts, clock)


@pytest.fixture
def browser(parts: Parts) -> Browser:
    """Each call is one more browser at the same console."""
    app = open_console(parts)

    def make() -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        client.cookies.set("console_language", "en")
        return client

    return make


def admin(parts: Parts, browser: Browser) -> TestClient:
    """A browser in which an admin is signed in."""
    add_account(parts, "ada@example.org", "admin")
    client = browser()
    assert sign_in_as(client, "ada@example.org").status_code == 303
    return client


def link_in(text: str) -> str:
    return html.unescape(re.findall(r'id="link" value="([^"]+)"', text)[0])


# --- Invitations ----------------------------------------------------------------------------------


def test_invited_person_opens_the_account_once(parts: Parts, browser: Browser) -> None:
    ada = admin(parts, browser)
    listed = ada.get("/console/accounts")
    invited = send(
        ada, "/console/accounts/invite", listed,
        email="New@Example.org", role="editor", language="fr",
    )  # fmt: skip
    link = link_in(invited.text)
    assert link.startswith("http://127.0.0.1/console/invitation/")
    token = link.rsplit("/", 1)[1]
    assert token not in ada.get("/console/accounts").text, "shown once"
    with parts.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM accounts").all()
    assert token not in str(rows), "only its hash is kept"

    new = browser()
    path = f"/console/invitation/{token}"
    page = new.get(path)
    assert "new@example.org" in page.text
    bad = send(new, path, page, name=" ", language="xx", password="short", repeated_password="s")
    assert bad.status_code == 422
    assert bad.text.count('class="problem"') == 3
    opened = send(
        new, path, page, name="Noa Tremblay", language="fr", password=NEW, repeated_password=NEW
    )
    assert opened.status_code == 303
    assert session_of(opened)
    account = parts.accounts.find("new@example.org")
    assert account is not None
    assert (account.name, account.role, account.language) == ("Noa Tremblay", "editor", "fr")
    for late in (browser().get(path), send(browser(), path, page, name="X", password=NEW)):
        assert late.status_code == 410
    assert sign_in_as(browser(), "new@example.org", NEW).status_code == 303
    assert actions(parts)[1:4] == [
        ("ada@example.org", "invited"),
        ("new@example.org", "invitation_taken"),
        ("new@example.org", "sign_in"),
    ]


def test_link_is_void_after_a_week_and_after_another_one(
    parts: Parts, browser: Browser, clock: Clock
) -> None:
    ada = admin(parts, browser)
    fields = {"email": "new@example.org", "role": "analyst", "language": "en"}
    listed = ada.get("/console/accounts")
    first = link_in(send(ada, "/console/accounts/invite", listed, **fields).text)
    taken = send(ada, "/console/accounts/invite", listed, **fields)
    assert taken.status_code == 422
    assert parts.words.get("accounts.email_taken", "en") in taken.text
    account = parts.accounts.find("new@example.org")
    assert account is not None
    own = f"/console/accounts/{account.id}"
    second = link_in(send(ada, f"{own}/invite", ada.get(own)).text)
    assert browser().get(first).status_code == 410
    clock.at += 7 * 86_400 - 1
    assert browser().get(second).status_code == 200
    clock.at += 2
    assert browser().get(second).status_code == 410


def test_public_address_stands_in_the_link(parts: Parts) -> None:
    parts = replace(parts, public_url="https://bot.example.org")
    app = open_console(parts)
    client = TestClient(app, base_url="https://127.0.0.1", follow_redirects=False)
    client.cookies.set("console_language", "en")
    ada = admin(parts, lambda: client)
    fields = {"email": "new@example.org", "role": "analyst", "language": "en"}
    page = send(ada, "/console/accounts/invite", ada.get("/console/accounts"), **fields)
    assert link_in(page.text).startswith("https://bot.example.org/console/invitation/")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "no address", "accounts.email_wrong"),
        ("email", "a@b.org\nBcc: c@d.org", "accounts.email_wrong"),
        ("role", "owner", "accounts.role_wrong"),
        ("language", "de", "accounts.language_wrong"),
    ],
)
def test_wrong_invitation_is_said_at_its_field(
    parts: Parts, browser: Browser, field: str, value: str, words: str
) -> None:
    ada = admin(parts, browser)
    fields = {"email": "new@example.org", "role": "editor", "language": "en", field: value}
    answer = send(ada, "/console/accounts/invite", ada.get("/console/accounts"), **fields)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert parts.words.get(words, "en") in answer.text
    assert len(parts.accounts.all()) == 1


# --- Passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("elevensigns", "password_short"),
        ("twelve signs", None),
        ("é" * 11, "password_short"),
        ("a b c d e " * 20, None),
        ("a b c d e " * 20 + "f", "password_long"),
        ("Sam.Roy@Example.org", "password_email"),
        ("samantha.roy12345", None),
        ("SAM.ROY12345", "password_email"),
        ("Motdepasse123", "password_common"),
        ("123456789012", "password_common"),
        ("abababababababab", "password_common"),
        (GOOD, None),
    ],
)
def test_which_passwords_may_be_chosen(password: str, problem: str | None) -> None:
    assert problem_with(password, "sam.roy@example.org") == problem


def test_changed_password_ends_every_other_session(parts: Parts, browser: Browser) -> None:
    account = add_account(parts)
    here, there = browser(), browser()
    sign_in_as(here)
    sign_in_as(there)
    before = here.cookies[COOKIE]
    me = here.get("/console/me")
    answers = {
        words: send(
            here,
            "/console/me/password",
            me,
            old_password=old,
            new_password=new,
            repeated_password=repeated,
        )
        for words, old, new, repeated in (
            ("password_wrong", "not this phrase", NEW, NEW),
            ("password_differs", GOOD, NEW, "x"),
            ("password_common", GOOD, "password1234", "password1234"),
        )
    }
    for words, answer in answers.items():
        assert answer.status_code == 422
        assert parts.words.get(f"accounts.{words}", "en") in answer.text
    assert there.get("/console/me").status_code == 200
    done = send(
        here, "/console/me/password", me,
        old_password=GOOD, new_password=NEW, repeated_password=NEW,
    )  # fmt: skip
    assert done.headers["location"] == "/console/me?said=password_changed"
    assert here.get("/console/me").status_code == 200
    assert here.cookies[COOKIE] != before
    assert parts.sessions.find(before) is None
    assert there.get("/console/me").status_code == 303
    assert len(parts.sessions.of(account.id)) == 1
    assert sign_in_as(browser()).status_code == 401
    assert sign_in_as(browser(), password=NEW).status_code == 303


def test_old_password_is_not_guessed_on_ones_own_page_either(
    parts: Parts, browser: Browser
) -> None:
    add_account(parts)
    client = browser()
    sign_in_as(client)
    me = client.get("/console/me")
    fields = {"old_password": "not this phrase", "new_password": NEW, "repeated_password": NEW}
    statuses = [send(client, "/console/me/password", me, **fields).status_code for _ in range(6)]
    assert statuses == [422] * 4 + [429] * 2


# --- One's own account ----------------------------------------------------------------------------


def test_name_and_language_are_changed_at_once(parts: Parts, browser: Browser) -> None:
    account = add_account(parts)
    client = browser()
    client.cookies.delete("console_language")
    sign_in_as(client)
    me = client.get("/console/me")
    done = send(client, "/console/me/about", me, name="  Sam   Roy-Côté ", language="fr")
    shown = client.get(done.headers["location"])
    assert '<html lang="fr">' in shown.text
    assert client.get("/console/me").headers["content-language"] == "fr"
    assert parts.accounts.get(account.id).name == "Sam Roy-Côté"
    wrong = send(client, "/console/me/about", me, name="x" * 81, language="fr")
    assert wrong.status_code == 422
    assert "x" * 81 in wrong.text, "what was typed is still there"


def test_signing_out_everywhere_ends_all_sessions(parts: Parts, browser: Browser) -> None:
    add_account(parts)
    here, there = browser(), browser()
    sign_in_as(here)
    sign_in_as(there)
    assert here.get("/console/me").text.count("<tr><td>") == 2
    send(here, "/console/me/sign-out-everywhere", here.get("/console/me"))
    assert [client.get("/console/me").status_code for client in (here, there)] == [303, 303]


# --- What an admin does ---------------------------------------------------------------------------


def test_role_is_in_force_at_once(parts: Parts, browser: Browser) -> None:
    ada, account, sam = admin(parts, browser), add_account(parts), browser()
    sign_in_as(sam)
    assert sam.get("/console/accounts").status_code == 403
    own = f"/console/accounts/{account.id}"
    done = send(ada, f"{own}/role", ada.get(own), role="admin")
    assert done.headers["location"] == f"{own}?said=role_changed"
    assert sam.get("/console/accounts").status_code == 303, "the old session is over"
    sign_in_as(sam)
    assert sam.get("/console/accounts").status_code == 200
    (noted,) = parts.audit.read(action="role_changed")
    assert (noted.by, noted.subject) == ("ada@example.org", "sam@example.org")
    assert noted.details == {"was": "moderator", "now": "admin"}


def test_closed_account_is_out_at_once_and_may_come_back(parts: Parts, browser: Browser) -> None:
    ada, account, sam = admin(parts, browser), add_account(parts), browser()
    sign_in_as(sam)
    own = f"/console/accounts/{account.id}"
    send(ada, f"{own}/close", ada.get(own))
    assert sam.get("/console/me").status_code == 303
    assert sign_in_as(sam).status_code == 401
    send(ada, f"{own}/open", ada.get(own))
    assert sam.get("/console/me").status_code == 303, "the old session stays over"
    assert sign_in_as(sam).status_code == 303
    assert [action for _, action in actions(parts)][-3:] == [
        "account_closed", "account_opened", "sign_in",
    ]  # fmt: skip


def test_last_admin_can_neither_close_nor_demote_the_own_account(
    parts: Parts, browser: Browser
) -> None:
    ada = admin(parts, browser)
    own = f"/console/accounts/{parts.accounts.all()[0].id}"
    parts.accounts.add(email="invited@example.org", role="admin")  # cannot sign in yet
    page = ada.get(own)
    for answer in (send(ada, f"{own}/close", page), send(ada, f"{own}/role", page, role="editor")):
        assert answer.status_code == 409
        assert parts.words.get("accounts.last_admin", "en") in answer.text
    add_account(parts, "bea@example.org", "admin")
    assert send(ada, f"{own}/role", page, role="editor").status_code == 303


def test_admin_helps_who_is_locked_out_or_lost_the_phone(parts: Parts, browser: Browser) -> None:
    ada, account, sam = admin(parts, browser), add_account(parts), browser()
    parts.accounts.set_secret(account.id, "JBSWY3DPEHPK3PXP")
    for _ in range(5):
        sign_in_as(sam, password="not this phrase")
    own = f"/console/accounts/{account.id}"
    page = ada.get(own)
    assert "this account is locked for another 30 seconds" in page.text
    send(ada, f"{own}/unlock", page)
    assert sign_in_as(sam).status_code == 200, "now the code is asked for"
    send(ada, f"{own}/second-factor", page)
    assert sign_in_as(sam).status_code == 303
    assert {("ada@example.org", "unlocked"), ("ada@example.org", "second_factor_reset")} <= set(
        actions(parts)
    )


@pytest.mark.parametrize("deed", ["", "/invite", "/role", "/close", "/open", "/unlock"])
def test_account_that_is_not_there_is_a_page_that_is_not_there(
    parts: Parts, browser: Browser, deed: str
) -> None:
    ada = admin(parts, browser)
    path = f"/console/accounts/{'0' * 32}{deed}"
    page = ada.get("/console/accounts")
    answer = send(ada, path, page, role="editor") if deed else ada.get(path)
    assert answer.status_code == 404
