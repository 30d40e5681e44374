"""Signing in with a password, being locked out, staying signed in, signing out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import argon2
import pytest
from starlette.testclient import TestClient

from bot.console.gate import COOKIE
from bot.console.parts import Parts
from bot.console.rooms import open_console
from bot.console.sign_in.doorway import local_address
from bot.console.sign_in.passwords import Passwords
from bot.store.sql.sessions import IDLE_SECONDS, LONGEST_SECONDS
from tests.contract.console.door import (
    GOOD,
    Clock,
    actions,
    add_account,
    hidden,
    send,
    session_of,
    sign_in_as,
    with_clock,
)

SIGN_IN = "/console/sign-in"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(parts: Parts, clock: Clock) -> Parts:
    return with_clock(parts, clock)


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient]:
    with TestClient(
        open_console(parts), base_url="http://127.0.0.1", follow_redirects=False
    ) as client:
        client.cookies.set("console_language", "en")
        yield client


def test_without_accounts_the_page_says_how_to_make_the_first(client: TestClient) -> None:
    for answer in (client.get(SIGN_IN), client.post(SIGN_IN, data={"email": "a", "password": "b"})):
        assert "python -m bot staff add --role admin" in answer.text
        assert "<form" not in answer.text.split("<main")[1]


def test_right_password_opens_a_session_under_a_careful_cookie(
    client: TestClient, parts: Parts
) -> None:
    account = add_account(parts)
    answer = sign_in_as(client, " SAM@Example.org ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    (cookie,) = (c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/console"} <= attributes
    assert not any(part.startswith(("max-age", "expires")) for part in attributes)
    session = parts.sessions.find(session_of(answer) or "")
    assert session is not None
    assert session.account == account
    assert actions(parts) == [("sam@example.org", "sign_in")]
    assert client.get("/console/me").status_code == 200


@pytest.mark.parametrize(
    ("public_url", "base_url", "is_secure"),
    [
        ("", "http://127.0.0.1", False),
        ("", "https://127.0.0.1", True),
        ("https://bot.example.org", "http://127.0.0.1", True),
    ],
)
def test_cookies_are_secure_where_people_come_by_https(
    parts: Parts, public_url: str, base_url: str, is_secure: bool
) -> None:
    add_account(parts)
    app = open_console(replace(parts, public_url=public_url))
    client = TestClient(app, base_url=base_url, follow_redirects=False)
    page = client.get(SIGN_IN)
    fields = {"csrf": hidden(page.text, "csrf"), "email": "sam@example.org", "password": GOOD}
    form = {"console_form": fields["csrf"]}
    client.cookies.clear()
    client.cookies.update(form)
    answer = client.post(SIGN_IN, data=fields)
    assert answer.status_code == 303
    ours = [c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE)]
    assert ["; Secure" in cookie for cookie in ours] == [is_secure]


@pytest.mark.parametrize(
    ("email", "password", "state"),
    [
        ("sam@example.org", "another phrase than that", "open"),
        ("sam@example.org", "", "open"),
        ("nobody@example.org", GOOD, "open"),
        ("", GOOD, "open"),
        ("sam@example.org", GOOD, "closed"),
        ("sam@example.org", GOOD, "without a password"),
        ("sam@example.org", "x" * 100_000, "open"),
        ("s" * 10_000, "\ud83d\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
         "open"),
    ],
)  # fmt: skip
def test_whoever_is_wrong_hears_the_same_for_whatever_reason(
    client: TestClient, parts: Parts, email: str, password: str, state: str
) -> None:
    account = add_account(parts)
    if state == "closed":
        parts.accounts.close(account.id)
    elif state == "without a password":
        parts.accounts.change(account.id, password=None)
    answer = sign_in_as(client, email, password)
    assert answer.status_code == 401
    assert parts.words.get("sign_in.wrong", "en") in answer.text
    assert session_of(answer) is None
    assert parts.sessions.of(account.id) == []


def test_stranger_costs_the_same_work_as_somebody_known(
    client: TestClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: a hash of the same parameters is verified for each."""
    add_account(parts)
    verified: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, hashed: str, password: str) -> bool:
        verified.append(hashed.split("$")[3])
        return verify(self, hashed, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    for email in ("sam@example.org", "nobody@example.org"):
        assert sign_in_as(client, email, "not the password at all").status_code == 401
    assert len(verified) == 2
    assert len(set(verified)) == 1, "the same parameters"


def test_hash_of_weaker_parameters_is_renewed(client: TestClient, parts: Parts) -> None:
    account = add_account(parts)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(GOOD)
    parts.accounts.change(account.id, password=weak)
    assert sign_in_as(client).status_code == 303
    renewed = parts.accounts.password_hash(account.id) or ""
    assert "$m=64,t=1,p=1$" in renewed
    assert parts.passwords.is_right(GOOD, renewed)


def test_passwords_are_kept_with_the_library_s_own_parameters() -> None:
    kept = Passwords().hash(GOOD)
    assert not argon2.PasswordHasher().check_needs_rehash(kept)
    assert kept.startswith("$argon2id$")
    assert Passwords().is_right(GOOD, kept)
    assert not Passwords().is_right(GOOD + "s", kept)


# --- Where one goes next --------------------------------------------------------------------------


def test_whoever_came_for_a_page_gets_it_after_signing_in(client: TestClient, parts: Parts) -> None:
    add_account(parts)
    away = client.get("/console/queue?kind=views&q=a+b")
    assert away.headers["location"] == f"{SIGN_IN}?next=" + quote(
        "/console/queue?kind=views&q=a+b", safe=""
    )
    page = client.get(away.headers["location"])
    answer = send(client, SIGN_IN, page, email="sam@example.org", password=GOOD)
    assert answer.headers["location"] == "/console/queue?kind=views&q=a+b"
    again = client.get(away.headers["location"])
    assert again.headers["location"] == "/console/queue?kind=views&q=a+b", "signed in already"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example.org/console/",
        "//evil.example.org/console/",
        "/\\evil.example.org",
        "/console/\\evil.example.org",
        "/consoleevil",
        "/api/chat",
        "/console/../api/chat",
        "/console/a\r\nSet-Cookie: x=y",
        "javascript:alert(1)//console/",
        "/console/sign-in?next=/console/sign-in",
        "/console/sign-out",
        "/console/" + "a" * 2_001,
        "",
    ],
)
def test_no_address_but_a_page_of_the_console_is_gone_to(wanted: str) -> None:
    assert local_address(wanted) == "/console/"


# --- Forms of somebody without a session ----------------------------------------------------------


@pytest.mark.parametrize("token", ["", "a" * 43, None], ids=["empty", "another's", "missing"])
def test_sign_in_form_of_another_site_is_refused(
    client: TestClient, parts: Parts, token: str | None
) -> None:
    add_account(parts)
    client.get(SIGN_IN)
    fields = {"email": "sam@example.org", "password": GOOD}
    answer = client.post(SIGN_IN, data=fields if token is None else {**fields, "csrf": token})
    assert answer.status_code == 419
    assert session_of(answer) is None
    assert 'value="sam@example.org"' in answer.text, "what was typed is still there"


# --- Locked out -----------------------------------------------------------------------------------


def test_fifth_wrong_password_locks_the_account_longer_and_longer(
    client: TestClient, parts: Parts, clock: Clock
) -> None:
    add_account(parts)
    statuses = [sign_in_as(client, password="wrong phrase again").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]
    waits = [30]
    for expected in (60, 120, 240, 480, 960, 1920, 3600, 3600):
        clock.at += waits[-1] - 1
        early = sign_in_as(client)
        assert early.status_code == 429, "the right password has to wait too"
        clock.at += 1
        late = sign_in_as(client, password="wrong phrase again")
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) in (expected, expected + 1)
        waits.append(expected)
    assert "Try again in one hour" in late.text
    clock.at += 3600
    assert sign_in_as(client).status_code == 303
    client.cookies.delete(COOKIE)
    assert sign_in_as(client, password="wrong phrase again").status_code == 401, "starts anew"
    assert actions(parts).count(("sam@example.org", "locked_out")) == 9


def test_wait_is_said_in_words_of_the_reader(client: TestClient, parts: Parts) -> None:
    add_account(parts)
    for _ in range(5):
        answer = sign_in_as(client, password="wrong phrase again")
    assert "Try again in 30 seconds." in answer.text
    client.cookies.set("console_language", "fr")
    assert "Réessayez dans 30 secondes." in sign_in_as(client).text


def test_unknown_address_is_locked_like_a_known_one(client: TestClient, parts: Parts) -> None:
    add_account(parts)
    for email in ("nobody@example.org", "sam@example.org"):
        statuses = [sign_in_as(client, email, "wrong phrase").status_code for _ in range(6)]
        assert statuses == [401, 401, 401, 401, 429, 429]


def test_one_place_that_tries_many_accounts_is_locked(client: TestClient, parts: Parts) -> None:
    add_account(parts)
    statuses = [
        sign_in_as(client, f"n{number}@example.org", "wrong phrase").status_code
        for number in range(20)
    ]
    assert statuses == [401] * 19 + [429]
    assert sign_in_as(client).status_code == 429


def test_failures_are_forgotten_after_a_day(client: TestClient, parts: Parts, clock: Clock) -> None:
    add_account(parts)
    for _ in range(4):
        sign_in_as(client, password="wrong phrase again")
    clock.at += 86_401
    statuses = [sign_in_as(client, password="wrong phrase again").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]


# --- Sessions -------------------------------------------------------------------------------------


def test_each_sign_in_has_a_new_cookie_and_the_one_before_is_void(
    client: TestClient, parts: Parts
) -> None:
    add_account(parts)
    first = session_of(sign_in_as(client)) or ""
    page = client.get(SIGN_IN, headers={"cookie": ""})
    client.cookies.set("console_form", hidden(page.text, "csrf"), path="/console")
    answer = client.post(
        SIGN_IN,
        data={
            "csrf": hidden(page.text, "csrf"), "email": "sam@example.org", "password": GOOD,
        },
    )  # fmt: skip
    second = session_of(answer) or ""
    assert parts.sessions.find(second) is not None
    assert second != first
    assert parts.sessions.find(first) is None


def test_session_given_by_somebody_else_is_not_taken_over(client: TestClient, parts: Parts) -> None:
    """Whoever plants a cookie must not be signed in by its victim."""
    add_account(parts)
    client.cookies.set(COOKIE, "planted", path="/console")
    assert session_of(sign_in_as(client)) not in (None, "planted")
    assert parts.sessions.find("planted") is None


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [(1, IDLE_SECONDS + 1), (30, LONGEST_SECONDS / 30 + 1)],
    ids=["idle", "busy for too long"],
)
def test_session_ends(
    client: TestClient, parts: Parts, clock: Clock, steps: int, seconds: float
) -> None:
    add_account(parts)
    sign_in_as(client)
    for _ in range(steps - 1):
        clock.at += seconds
        assert client.get("/console/me").status_code == 200
    clock.at += seconds
    answer = client.get("/console/me")
    assert answer.status_code == 303
    assert "said=session_over" in answer.headers["location"]
    assert parts.words.get("said.session_over", "en") in client.get(
        answer.headers["location"]
    ).text.replace("&#39;", "'")


def test_signing_out_ends_the_session_and_its_cookie(client: TestClient, parts: Parts) -> None:
    account = add_account(parts)
    sign_in_as(client)
    answer = send(client, "/console/sign-out", client.get("/console/me"))
    assert answer.headers["location"] == f"{SIGN_IN}?said=signed_out"
    assert parts.sessions.of(account.id) == []
    assert client.get("/console/me").status_code == 303
    assert actions(parts)[-1] == ("sam@example.org", "sign_out")
