"""The second factor: turned on with a phone, asked for at each sign-in, every code taken once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.console.gate import COOKIE
from bot.console.parts import Parts
from bot.console.rooms import open_console
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

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE = "/console/sign-in/code"


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


def code_at(at: float, secret: str = SECRET) -> str:
    """RFC 6238, worked out here."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def wrong_code(at: float) -> str:
    """One that is right at no time near."""
    right = {code_at(at + step * 30) for step in range(-2, 3)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in right)


def with_factor(parts: Parts) -> str:
    account = add_account(parts)
    parts.accounts.set_secret(account.id, SECRET)
    return account.id


def test_code_of_the_rfc() -> None:
    """The last test value of RFC 6238, cut to six digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_at(20_000_000_000, secret) == "353130"


def test_password_alone_opens_nothing(client: TestClient, parts: Parts, clock: Clock) -> None:
    id = with_factor(parts)
    page = sign_in_as(client)
    assert page.status_code == 200
    assert session_of(page) is None
    assert parts.sessions.of(id) == []
    assert client.get("/console/me").status_code == 303
    answer = send(client, CODE, page, code=f"{code_at(clock.at)[:3]} {code_at(clock.at)[3:]}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    assert client.get("/console/me").status_code == 200
    assert actions(parts) == [("sam@example.org", "sign_in")]


def test_each_code_is_taken_once_and_never_an_older_one(
    client: TestClient, parts: Parts, clock: Clock
) -> None:
    with_factor(parts)
    now = code_at(clock.at)
    assert send(client, CODE, sign_in_as(client), code=now).status_code == 303
    for spent in (now, code_at(clock.at - 30)):
        client.cookies.delete(COOKIE)
        answer = send(client, CODE, sign_in_as(client), code=spent)
        assert answer.status_code == 401
        assert parts.words.get("sign_in.wrong_code", "en") in answer.text
    assert send(client, CODE, answer, code=code_at(clock.at + 30)).status_code == 303


@pytest.mark.parametrize(
    ("apart", "status"), [(-60, 401), (-30, 303), (30, 303), (60, 401)], ids=str
)
def test_clock_of_the_phone_may_be_half_a_minute_off(
    client: TestClient, parts: Parts, clock: Clock, apart: int, status: int
) -> None:
    with_factor(parts)
    answer = send(client, CODE, sign_in_as(client), code=code_at(clock.at + apart))
    assert answer.status_code == status


def test_ten_wrong_codes_lock_the_account_and_say_for_how_long(
    client: TestClient, parts: Parts, clock: Clock
) -> None:
    with_factor(parts)
    page = sign_in_as(client)
    statuses = []
    for _ in range(10):
        answer = send(client, CODE, page, code=wrong_code(clock.at))
        statuses.append(answer.status_code)
    assert statuses == [401] * 4 + [429] * 6
    assert "Too many failed tries. Try again in 30 seconds." in answer.text
    assert sign_in_as(client).status_code == 429, "the password does not help"
    (noted,) = parts.audit.read(action="locked_out")
    assert (noted.subject, noted.details) == ("sam@example.org", {"failed": 5, "seconds": 30})
    clock.at += 31
    page = sign_in_as(client)
    assert page.status_code == 200
    again = send(client, CODE, page, code=wrong_code(clock.at))
    assert again.status_code == 429
    assert "Try again in 60 seconds." in again.text
    clock.at += 61
    assert send(client, CODE, sign_in_as(client), code=code_at(clock.at)).status_code == 303


def test_right_passwords_in_between_do_not_buy_more_codes(
    client: TestClient, parts: Parts, clock: Clock
) -> None:
    with_factor(parts)
    statuses = []
    for _ in range(6):
        page = sign_in_as(client)
        if page.status_code == 429:
            break
        statuses.append(send(client, CODE, page, code=wrong_code(clock.at)).status_code)
    assert statuses == [401, 401, 401, 401, 429]


@pytest.mark.parametrize("what", ["too late", "password changed", "closed", "forged", "missing"])
def test_half_a_sign_in_is_worth_nothing_when(
    client: TestClient, parts: Parts, clock: Clock, what: str
) -> None:
    id = with_factor(parts)
    page = sign_in_as(client)
    if what == "too late":
        clock.at += 301
    elif what == "password changed":
        parts.accounts.change(id, password=parts.passwords.hash("another good phrase"))
    elif what == "closed":
        parts.accounts.close(id)
    elif what == "forged":
        client.cookies.delete("console_half")
        client.cookies.set("console_half", "x" * 40, path="/console")
    else:
        client.cookies.delete("console_half")
    answer = send(client, CODE, page, code=code_at(clock.at))
    assert answer.status_code == 401
    assert session_of(answer) is None
    assert client.get(CODE).headers["location"] == "/console/sign-in"


# --- Turned on and off ----------------------------------------------------------------------------


def test_second_factor_is_turned_on_with_a_code_and_off_with_the_password(
    client: TestClient, parts: Parts, clock: Clock
) -> None:
    account = add_account(parts)
    sign_in_as(client)
    other = parts.sessions.open(account.id)
    before = client.cookies[COOKIE]
    me = client.get("/console/me")
    shown = send(client, "/console/me/second-factor", me)
    secret = re.sub(r"\s", "", re.findall(r'class="key">([^<]+)<', shown.text)[0])
    assert "<svg" in shown.text
    assert " style=" not in shown.text, "the policy forbids it"
    assert not parts.accounts.get(account.id).has_totp, "not before a code was typed"

    wrong = send(client, "/console/me/second-factor/on", shown, code="12345")
    assert wrong.status_code == 422
    assert secret in re.sub(r"\s", "", wrong.text), "the same secret"
    done = send(client, "/console/me/second-factor/on", wrong, code=code_at(clock.at, secret))
    assert done.headers["location"] == "/console/me?said=second_factor_on"
    assert parts.accounts.secret(account.id) == secret
    assert client.cookies[COOKIE] != before, "under a new cookie"
    assert parts.sessions.find(before) is None
    assert parts.sessions.find(other) is None

    me = client.get("/console/me")
    refused = send(client, "/console/me/second-factor/off", me, password="not this phrase")
    assert refused.status_code == 422
    assert parts.accounts.get(account.id).has_totp
    done = send(client, "/console/me/second-factor/off", me, password=GOOD)
    assert done.headers["location"] == "/console/me?said=second_factor_off"
    assert not parts.accounts.get(account.id).has_totp
    assert [action for _, action in actions(parts)] == [
        "sign_in", "second_factor_on", "second_factor_off",
    ]  # fmt: skip


def test_secret_shown_to_somebody_else_or_long_ago_is_not_taken(
    client: TestClient, parts: Parts, clock: Clock
) -> None:
    account, other = add_account(parts), add_account(parts, "ana@example.org")
    sign_in_as(client)
    me = client.get("/console/me")
    for of, at in ((other.id, clock.at), (account.id, clock.at - 901)):
        locked = parts.vault.lock({"secret": SECRET, "of": of, "at": at}).decode()
        fields = {"csrf": hidden(me.text, "csrf"), "locked": locked, "code": code_at(clock.at)}
        answer = client.post("/console/me/second-factor/on", data=fields)
        assert answer.status_code == 422
        assert not parts.accounts.get(account.id).has_totp


def test_secret_rests_encrypted(parts: Parts) -> None:
    id = with_factor(parts)
    with parts.engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT totp FROM accounts").all()
    assert SECRET.encode() not in row[0]
    assert parts.accounts.secret(id) == SECRET
