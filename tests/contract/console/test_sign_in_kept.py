"""A form that is sent after its session was over is not lost, nor shown to anybody else."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

import pytest
from httpx2 import Response
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from bot.console.access import Permission
from bot.console.application import create_console
from bot.console.asked import Asked
from bot.console.pages import Page
from bot.console.parts import Parts
from bot.console.sign_in.pages import PAGES, ask_to_sign_in
from bot.store.sql.sessions import IDLE_SECONDS, LONGEST_SECONDS
from tests.contract.console.door import (
    GOOD,
    Clock,
    add_account,
    hidden,
    send,
    sign_in_as,
    with_clock,
)

TEXT = 'Première ligne\n<script>alert("1")</script>\n  & une autre, é 👋'


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(parts: Parts, clock: Clock) -> Parts:
    return with_clock(parts, clock)


@pytest.fixture
def received() -> list[tuple[str, dict[str, Sequence[str]]]]:
    """What the page that the form was meant for got."""
    return []


@pytest.fixture
def client(
    parts: Parts, received: list[tuple[str, dict[str, Sequence[str]]]]
) -> Iterator[TestClient]:
    def take(asked: Asked) -> PlainTextResponse:
        received.append((asked.account.email, dict(asked.lists)))
        return PlainTextResponse("taken")

    deed = Page("/queue/write", take, Permission.QUEUE, "POST")
    app = create_console(parts, pages=[*PAGES, deed], on_signed_out=ask_to_sign_in)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        client.cookies.set("console_language", "en")
        yield client


def write_late(client: TestClient, clock: Clock, seconds: float, **fields: str) -> Response:
    """Sign in, wait, and send a form of before."""
    add = sign_in_as(client)
    assert add.status_code == 303
    csrf = hidden(client.get("/console/me").text, "csrf")
    clock.at += seconds
    form = {"csrf": csrf, "text": TEXT, "tick": ["a", "b"], **fields}
    answer: Response = client.post("/console/queue/write", data=form)
    return answer


def sign_in_again(client: TestClient, page: Response, email: str = "sam@example.org") -> Response:
    return send(client, "/console/sign-in", page, email=email, password=GOOD)


@pytest.mark.parametrize("seconds", [IDLE_SECONDS + 1, LONGEST_SECONDS + 1], ids=["idle", "day"])
def test_text_is_kept_shown_and_sent_again(
    client: TestClient,
    parts: Parts,
    clock: Clock,
    received: list[tuple[str, dict[str, Sequence[str]]]],
    seconds: float,
) -> None:
    add_account(parts)
    page = write_late(client, clock, seconds)
    assert page.status_code == 401
    assert parts.words.get("sign_in.text_kept", "en") in page.text
    assert "ligne" not in page.text, "encrypted until somebody has signed in"
    wrong = send(client, "/console/sign-in", page, email="sam@example.org", password="not this")
    shown = sign_in_again(client, wrong)
    assert shown.status_code == 200
    assert html.escape(TEXT, quote=False).split("\n")[0] in shown.text
    assert "<script>alert" not in shown.text
    assert 'action="/console/queue/write"' in shown.text
    assert received == []
    form = {
        "csrf": hidden(shown.text, "csrf"),
        "text": hidden(shown.text, "text"),
        "tick": ["a", "b"],
    }
    assert client.post("/console/queue/write", data=form).text == "taken"
    ((email, lists),) = received
    assert email == "sam@example.org"
    assert lists["text"] == [TEXT]
    assert lists["tick"] == ["a", "b"]
    assert shown.text.count('name="tick"') == 2


def test_text_is_not_lost_when_somebody_signed_in_again_in_another_tab(
    client: TestClient,
    parts: Parts,
    clock: Clock,
    received: list[tuple[str, dict[str, Sequence[str]]]],
) -> None:
    add_account(parts)
    sign_in_as(client)
    form = {"csrf": hidden(client.get("/console/me").text, "csrf"), "text": TEXT}
    clock.at += IDLE_SECONDS + 1
    assert sign_in_as(client).status_code == 303
    shown = client.post("/console/queue/write", data=form)
    assert shown.status_code == 409
    assert received == []
    form["csrf"] = hidden(shown.text, "csrf")
    assert client.post("/console/queue/write", data=form).text == "taken"
    assert received[0][1]["text"] == [TEXT]


@pytest.mark.parametrize("whose", ["another account's", "nobody's"])
def test_form_that_was_made_for_somebody_else_is_refused_and_not_shown(
    client: TestClient, parts: Parts, received: list[object], whose: str
) -> None:
    add_account(parts)
    other = parts.sessions.find(parts.sessions.open(add_account(parts, "ana@example.org").id))
    assert other is not None
    sign_in_as(client)
    csrf = other.csrf if whose == "another account's" else "x" * 43
    answer = client.post("/console/queue/write", data={"csrf": csrf, "text": TEXT})
    assert answer.status_code == 419
    assert "ligne" not in answer.text
    assert received == []


def test_half_a_megabyte_is_kept_too(
    client: TestClient, parts: Parts, clock: Clock, received: list[object]
) -> None:
    add_account(parts)
    page = write_late(client, clock, IDLE_SECONDS + 1, text="é" * 150_000)
    assert "é" * 150_000 in sign_in_again(client, page).text


def test_another_account_does_not_see_it(
    client: TestClient, parts: Parts, clock: Clock, received: list[object]
) -> None:
    add_account(parts)
    add_account(parts, "ana@example.org")
    page = write_late(client, clock, IDLE_SECONDS + 1)
    answer = sign_in_again(client, page, "ana@example.org")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("said=kept_of_other")
    assert "ligne" not in answer.text


@pytest.mark.parametrize(
    "what", ["two hours", "signed out", "another token", "a password", "closed"]
)
def test_nothing_is_kept_when(
    client: TestClient, parts: Parts, clock: Clock, received: list[object], what: str
) -> None:
    account = add_account(parts)
    if what == "two hours":
        page = write_late(client, clock, IDLE_SECONDS + 1)
        clock.at += 7_201
        assert sign_in_again(client, page).status_code == 303
        return
    if what == "another token":
        answer = write_late(client, clock, IDLE_SECONDS + 1, csrf="x" * 43)
    elif what == "a password":
        answer = write_late(client, clock, IDLE_SECONDS + 1, new_password="secret")
    else:
        sign_in_as(client)
        csrf = hidden(client.get("/console/me").text, "csrf")
        if what == "closed":
            parts.accounts.close(account.id)
        else:
            parts.sessions.close_all(account.id)
        answer = client.post("/console/queue/write", data={"csrf": csrf, "text": TEXT})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in")
    assert "ligne" not in answer.text
    assert received == []


def test_what_was_not_locked_up_by_us_is_no_form(
    client: TestClient, parts: Parts, received: list[object]
) -> None:
    """Nor is something else that the same key has encrypted."""
    add_account(parts)
    for locked in ("x", parts.vault.lock("a text").decode(), parts.vault.lock({"a": 1}).decode()):
        answer = send(
            client,
            "/console/sign-in",
            client.get("/console/sign-in"),
            email="sam@example.org",
            password=GOOD,
            kept=locked,
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
        client.cookies.delete("console_session")
