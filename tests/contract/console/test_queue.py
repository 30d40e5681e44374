"""The queue's page: what it shows to whom, and how each item leaves it once."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from bot.console.gate import COOKIE
from bot.console.parts import Parts
from bot.console.queue.background import MOST_QUESTIONS, keep_watch
from bot.console.queue.counting import count
from bot.console.queue.watch import MOST_LISTENERS, Watch
from bot.store.sql.queue import CRISIS, Queue
from bot.store.sql.record import Record
from bot.store.sql.sessions import Sessions
from bot.store.vault import Vault
from tests.contract.console.conftest import SignIn, account_of, csrf_of
from tests.contract.console.door import Clock
from tests.contract.console.queue_data import HOSTILE, fill, question, views
from tests.contract.record.entries import erased
from tests.contract.stores import conversation

CRISIS_ALERT = "plv:{01}:journal|2-0"
REQUEST = "plv:{01}:journal|3-0"
JSON = {"accept": "application/json"}
EVENTS = {"accept": "text/event-stream"}
each_language = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture(autouse=True)
def _filled(parts: Parts) -> None:
    fill(parts)


@pytest.fixture
def queue(engine: Engine, vault: Vault) -> Queue:
    return Queue(engine, vault)


def send(parts: Parts, client: TestClient, path: str, **fields: str) -> Any:
    """Send a form of this client's session."""
    data = {"csrf": csrf_of(parts, client), **fields}
    return client.post(f"/console{path}", data=data)


def ask(parts: Parts, client: TestClient, path: str, **fields: str) -> Any:
    """Send a form as the page's script does."""
    data = {"csrf": csrf_of(parts, client), **fields}
    return client.post(f"/console{path}", data=data, headers=JSON)


def items_of(page: str) -> list[str]:
    """The items of a page, in their order."""
    return [html.unescape(id) for id in re.findall(r'data-item="([^"]+)"', page)]


@each_language
def test_first_things_stand_first(sign_in: SignIn, parts: Parts, language: str) -> None:
    page = sign_in("moderator", language=language).get("/console/queue").text
    items = items_of(page)
    assert items[:6] == [CRISIS_ALERT, REQUEST, "insult01", "view0001", "view0002", "hostile1"]
    assert items[6] == conversation(31)
    assert len(items) == 10
    crisis = parts.library.answers["crisis_suicide"].languages[language].title
    assert html.escape(crisis) in page
    assert parts.words.get("queue.crisis_hint", language) in html.unescape(page)
    assert parts.words.get("views.score_insult", language, percent="72") in html.unescape(page)


def test_text_of_people_is_shown_as_text(sign_in: SignIn) -> None:
    page = sign_in("moderator").get("/console/queue").text
    assert HOSTILE not in page
    assert HOSTILE in html.unescape(page)


@pytest.mark.parametrize(
    ("kind", "number"), [("crisis", 1), ("people", 1), ("views", 4), ("votes", 1), ("questions", 3)]
)
def test_filter_shows_one_kind_and_counts_all(sign_in: SignIn, kind: str, number: int) -> None:
    page = sign_in("moderator").get(f"/console/queue?kind={kind}").text
    assert len(items_of(page)) == number
    assert [int(n) for n in re.findall(r'class="count">(\d+)<', page)][:6] == [10, 1, 1, 4, 1, 3]


def test_editor_sees_the_questions_and_nothing_else(sign_in: SignIn) -> None:
    editor = sign_in("editor")
    for path in ("/console/queue", "/console/queue?kind=crisis", "/console/queue?kind=views"):
        page = editor.get(path).text
        assert len(items_of(page)) == 3
        assert "idiot" not in page
        assert 'href="/console/content"' in page
        assert "voter" not in " ".join(re.findall(r'href="([^"]*)"', page)), "no words of theirs"


@pytest.mark.parametrize(
    "path",
    ["/queue/alerts/settle", "/queue/alerts/undo", "/queue/votes/release", "/queue/votes/leave"],
)
def test_editor_decides_nothing_of_the_moderators(sign_in: SignIn, parts: Parts, path: str) -> None:
    fields = {"alert": CRISIS_ALERT, "whose": conversation(31), "outcome": "helped"}
    assert send(parts, sign_in("editor"), path, **fields).status_code == 403
    assert count(parts) == {"crisis": 1, "people": 1, "views": 4, "votes": 1, "questions": 3}


def test_views_come_by_pages_of_25(sign_in: SignIn, parts: Parts, record: Record) -> None:
    record.write(views(60, at=1.0, start=100))
    client = sign_in("moderator")
    pages = [client.get(f"/console/queue?kind=views&page={n}").text for n in (1, 2, 3)]
    assert [len(items_of(page)) for page in pages] == [25, 25, 14]
    assert len({id for page in pages for id in items_of(page)}) == 64
    assert items_of(client.get("/console/queue?kind=views&page=999").text) == items_of(pages[2])
    assert items_of(client.get("/console/queue?kind=views&page=-1").text) == items_of(pages[0])
    for page in pages:
        assert len(page.encode()) + len(parts.renderer.static["queue.css"]) < 80_000


def test_piece_is_the_list_alone(sign_in: SignIn) -> None:
    client = sign_in("moderator")
    whole, piece = (client.get(f"/console/queue{query}").text for query in ("", "?piece=1"))
    assert items_of(piece) == items_of(whole)
    assert "<html" not in piece
    assert "<form" in piece


# --- Alerts ---------------------------------------------------------------------------------------


def test_settled_alert_leaves_the_queue_and_is_noted(
    sign_in: SignIn, parts: Parts, queue: Queue
) -> None:
    client = sign_in("moderator", name="Ana")
    answer = send(
        parts, client, "/queue/alerts/settle",
        alert=CRISIS_ALERT, outcome="helped", back="/console/queue?kind=crisis",
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/queue?kind=crisis&said=settled"
    assert queue.flags(CRISIS) == []
    [noted] = parts.audit.read(action="alert_settled")
    assert (noted.by, noted.details) == ("ana@example.org", {"outcome": "helped"})
    assert noted.subject == parts.audit.about(conversation(30))
    page = client.get("/console/queue").text
    assert "Settled in the last 24 hours (1)" in page


def test_second_is_told_who_was_first(sign_in: SignIn, parts: Parts) -> None:
    first, second = sign_in("moderator", name="Ana"), sign_in("moderator", name="Léo")
    fields = {"alert": CRISIS_ALERT, "outcome": "looked_at"}
    send(parts, first, "/queue/alerts/settle", **fields)
    answer = send(parts, second, "/queue/alerts/settle", **fields)
    assert answer.status_code == 409
    assert "Ana settled this already" in html.unescape(answer.text)
    told = ask(parts, second, "/queue/alerts/settle", **fields)
    assert (told.status_code, told.json()["gone"]) == (409, True)
    assert "Ana" in told.json()["problem"]
    assert len(parts.audit.read(action="alert_settled")) == 1


def test_undo_puts_it_back_for_the_same_person_only(
    sign_in: SignIn, parts: Parts, queue: Queue
) -> None:
    ana, leo = sign_in("moderator", name="Ana"), sign_in("moderator", name="Léo")
    ask(parts, ana, "/queue/alerts/settle", alert=CRISIS_ALERT, outcome="looked_at")
    answer = ask(parts, leo, "/queue/alerts/undo", alert=CRISIS_ALERT)
    assert (answer.status_code, answer.json()["gone"]) == (422, False)
    assert queue.flags(CRISIS) == []
    answer = ask(parts, ana, "/queue/alerts/undo", alert=CRISIS_ALERT)
    assert answer.json() == {"said": "Undone: the alert waits again."}
    assert [flag.times for flag in queue.flags(CRISIS)] == [2]
    assert len(parts.audit.read(action="alert_undone")) == 1


def test_form_from_another_session_settles_nothing(
    sign_in: SignIn, parts: Parts, queue: Queue
) -> None:
    client = sign_in("moderator")
    data = {"csrf": "guessed", "alert": CRISIS_ALERT, "outcome": "helped"}
    assert client.post("/console/queue/alerts/settle", data=data).status_code == 419
    assert len(queue.flags(CRISIS)) == 1


@pytest.mark.parametrize(
    "back",
    ["https://example.org/", "//example.org", "/console/queue\\..", "/console/queued", "/", ""],
)
def test_form_leads_back_to_our_own_pages_only(sign_in: SignIn, parts: Parts, back: str) -> None:
    client = sign_in("moderator")
    answer = send(
        parts, client, "/queue/alerts/settle", alert=CRISIS_ALERT, outcome="helped", back=back
    )
    assert answer.headers["location"] == "/console/queue?said=settled"


# --- Votes and questions --------------------------------------------------------------------------


@pytest.mark.parametrize(("deed", "still_held"), [("release", 0), ("leave", 1)])
def test_held_votes_are_released_or_left_once(
    sign_in: SignIn, parts: Parts, queue: Queue, deed: str, still_held: int
) -> None:
    client = sign_in("moderator", name="Ana")
    path, whose = f"/queue/votes/{deed}", conversation(31)
    assert send(parts, client, path, whose=whose).status_code == 303
    assert queue.holds() == []
    assert len(parts.views.holds()) == still_held
    again = ask(parts, client, path, whose=whose)
    assert again.status_code == 409
    assert "Ana" in again.json()["problem"]
    noted = [each for each in parts.audit.read() if each.action.startswith("votes_")]
    assert [each.subject for each in noted] == [parts.audit.about(whose)]


def test_questions_of_one_meaning_stand_together_and_are_settled_together(
    sign_in: SignIn, parts: Parts
) -> None:
    editor = sign_in("editor", name="Mia")
    page = html.unescape(editor.get("/console/queue").text)
    assert page.index("Asked 3 times") < page.index("on peut tu voter en ligne")
    assert page.index("est-ce que je peux voter en ligne") < page.index("Asked once")
    turn = items_of(editor.get("/console/queue").text)[0]
    answer = send(parts, editor, "/queue/questions/settle", turn=turn, outcome="handled")
    assert answer.status_code == 303
    assert (
        "voter" not in editor.get("/console/queue").text.split('id="live"')[1].split("<details")[0]
    )
    again = ask(parts, editor, "/queue/questions/settle", turn=turn, outcome="handled")
    assert (again.status_code, again.json()["gone"]) == (409, True)


def test_question_that_is_grouped_anew_is_not_settled_by_an_old_page(
    sign_in: SignIn, parts: Parts
) -> None:
    answer = ask(parts, sign_in("editor"), "/queue/questions/settle", turn="x", outcome="handled")
    assert (answer.status_code, answer.json()["gone"]) == (409, True)


def test_words_of_an_erased_person_are_shown_no_more(
    sign_in: SignIn, parts: Parts, record: Record
) -> None:
    record.write([erased("e", parts.now(), of=conversation(53))])
    page = sign_in("moderator").get("/console/queue").text
    assert "pizza" not in page


# --- Live updates ---------------------------------------------------------------------------------


def events_of(address: str, token: str | None, most: int) -> list[dict[str, int]]:
    """The first events of a stream."""
    cookies = {COOKIE: token} if token else {}
    found: list[dict[str, int]] = []
    with (
        httpx.Client(base_url=address, cookies=cookies, headers=EVENTS, timeout=20) as client,
        client.stream("GET", "/console/events") as stream,
    ):
        if not stream.headers.get("content-type", "").startswith("text/event-stream"):
            return found
        for line in stream.iter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: ")))
            if len(found) == most:
                break
    return found


COUNTS = {"crisis": 1, "people": 1, "views": 4, "votes": 1, "questions": 3}


@pytest.mark.parametrize(
    ("role", "seen"),
    [("moderator", COUNTS), ("editor", {"questions": 3}), ("analyst", {}), (None, None)],
)
def test_stream_tells_only_what_the_role_may_see(
    parts: Parts, address: str, role: str | None, seen: dict[str, int] | None
) -> None:
    parts.watch.tell(count(parts))
    token = parts.sessions.open(account_of(parts, role).id) if role else None
    assert events_of(address, token, 1) == ([seen] if seen is not None else [])


def test_whoever_asks_for_no_stream_gets_the_counts(sign_in: SignIn, parts: Parts) -> None:
    parts.watch.tell(count(parts))
    assert sign_in("editor").get("/console/events").json() == {"questions": 3}


def test_listening_does_not_keep_a_session_awake(engine: Engine, vault: Vault) -> None:
    clock = Clock()
    sessions = Sessions(engine, vault, clock)
    token = sessions.open("somebody")
    for minutes, is_open in ((0, True), (20, True), (9, True), (2, False)):
        clock.at += 60 * minutes
        assert sessions.is_open(token) is is_open
    assert not sessions.is_open("another")


def test_stream_ends_with_the_session(parts: Parts, address: str) -> None:
    token = parts.sessions.open(account_of(parts, "moderator").id)
    with (
        httpx.Client(
            base_url=address, cookies={COOKIE: token}, headers=EVENTS, timeout=20
        ) as client,
        client.stream("GET", "/console/events") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "event: queue"
        parts.sessions.close(token)
        parts.watch.tell({"crisis": 2})
        list(lines)  # comes to an end


def test_listeners_are_forgotten_when_they_leave_and_too_many_are_refused(
    parts: Parts, address: str
) -> None:
    token = parts.sessions.open(account_of(parts, "moderator").id)
    with httpx.Client(
        base_url=address, cookies={COOKIE: token}, headers=EVENTS, timeout=20
    ) as client:
        with client.stream("GET", "/console/events") as stream:
            assert next(stream.iter_lines()) == "event: queue"
            assert len(parts.watch._listeners) == 1
        _wait_until_nobody_listens(parts.watch)
        parts.watch._listeners.update(object() for _ in range(MOST_LISTENERS))  # type: ignore[misc]
        assert client.get("/console/events").status_code == 503
        parts.watch._listeners.clear()


def _wait_until_nobody_listens(watch: Watch) -> None:
    import time

    deadline = time.monotonic() + 20
    while watch._listeners:
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_watch_counts_and_clusters_by_itself(parts: Parts, record: Record) -> None:
    record.write([question("q9", parts.now() - 1, "ça coûte combien", of=conversation(60))])
    watching = keep_watch(parts)
    with parts.watch.listening() as changed:
        await anext(watching)
        while parts.watch.counts != COUNTS | {"questions": 4}:
            await changed.wait()
            changed.clear()
    with pytest.raises(StopAsyncIteration):
        await anext(watching)
    assert sum(cluster.times for cluster in parts.watch.clusters) == 6 < MOST_QUESTIONS
