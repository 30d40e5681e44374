"""The web adapter's HTTP doors: the chat API, its errors, health, metrics, headers and the page."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck as HypothesisCheck
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.web.application import create_app
from bot.adapters.web.chat_page import FOLDER, preferred_language
from bot.content.library import Library, load_library
from bot.conversation.identity import conversation_id, file_token
from bot.conversation.messages import Button, Image, IncomingMessage, Reply, Source
from bot.conversation.ports import Files, Intake, Replies
from bot.errors import StoreUnavailable
from bot.store.memory import MemoryFiles
from tests.contract.scripted_bot import ScriptedBot
from tests.contract.web_server import served

ROOT = Path(__file__).resolve().parents[2]
KEY = b"0123456789abcdef0123456789abcdef"
PRIVATE = "Marguerite-Bourgeoys-514"
"""Stands for what a person wrote; it must never come back in an error, or reach a log."""
IMAGE = Image("/page/favicon.svg", "Un anneau")


def echo(message: IncomingMessage) -> Sequence[Reply]:
    """Say a text back, with everything that a reply can carry."""
    return [
        Reply(
            answer="echo",
            language=message.language_hint or "fr",
            text=f"{message.text or message.button}!",
            buttons=(Button("Suite", "a:help", "help"), Button("Ici", "x:1")),
            sources=(Source("Une page", "https://example.org/page"),),
            image=IMAGE,
        )
    ]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT)


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot(echo)


async def fail(_: Request) -> Response:
    raise ValueError(PRIVATE)


async def forbid(_: Request) -> Response:
    raise HTTPException(403, PRIVATE)


async def greet(_: Request) -> Response:
    return PlainTextResponse("bonjour")


def build(
    library: Library,
    bot: ScriptedBot,
    *,
    files: Files | None = None,
    answer_within: float = 20.0,
    file_within: float = 5.0,
) -> Starlette:
    intake: Intake = bot
    replies: Replies = bot
    return create_app(
        library=library,
        intake=intake,
        replies=replies,
        files=files or MemoryFiles(),
        health=bot,
        identity_key=KEY,
        extra_routes=[
            Route("/fail", fail),
            Route("/forbid", forbid),
            Route("/greet/{name}", greet),
        ],
        answer_within=answer_within,
        file_within=file_within,
    )


@asynccontextmanager
async def calling(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application while it listens for answers."""
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0)  # the listener begins
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test"
        ) as client:
            yield client


@pytest.fixture
async def client(library: Library, bot: ScriptedBot) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(build(library, bot)) as client:
        yield client


@pytest.fixture
async def hasty(library: Library, bot: ScriptedBot) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that waits for answers no longer than a moment."""
    async with calling(build(library, bot, answer_within=0.05)) as client:
        yield client


async def say(
    client: httpx.AsyncClient, text: str, *, conversation: str = "c", key: str | None = None
) -> httpx.Response:
    return await client.post(
        "/api/chat",
        json={"conversation": conversation, "text": text},
        headers={"Idempotency-Key": key} if key else {},
    )


def check_problem(response: httpx.Response, status: int, type: str) -> dict[str, Any]:
    """The problem in the response, once it is seen to have the promised form."""
    problem: dict[str, Any] = response.json()
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["type"]) == (status, f"/problems/{type}")
    for part in ("title", "detail"):
        assert problem[part] == f"{problem['fr'][part]} / {problem['en'][part]}"
        assert problem["fr"][part] != problem["en"][part]
    return problem


# --- One message, one answer -------------------------------------------------------------------


async def test_text_is_answered_in_the_public_form(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/chat", json={"conversation": "c", "text": "Allô", "language": "fr"}
    )
    assert response.status_code == 200
    assert response.json() == {
        "language": "fr",
        "replies": [
            {
                "answer": "echo",
                "text": "Allô!",
                "buttons": [
                    {"label": "Suite", "value": "a:help", "answer": "help"},
                    {"label": "Ici", "value": "x:1", "answer": None},
                ],
                "sources": [{"title": "Une page", "url": "https://example.org/page"}],
                "image": {"url": "/page/favicon.svg", "alt": "Un anneau"},
            }
        ],
    }


async def test_message_reaches_the_intake_under_a_hashed_conversation(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    await client.post("/api/chat", json={"conversation": "c", "button": "a:help", "language": "en"})
    message = bot.messages[0]
    assert message.conversation == conversation_id(KEY, "web", "c", "")
    assert (message.platform, message.text, message.button) == ("web", None, "a:help")
    assert message.language_hint == "en"


@pytest.mark.parametrize("text", ["", " \n ", "/start", "a" * 1_000, "🚪" * 1_000, "nul\0nul"])
async def test_text_within_the_limit_passes_unchanged(
    client: httpx.AsyncClient, bot: ScriptedBot, text: str
) -> None:
    response = await say(client, text)
    assert response.status_code == 200
    assert bot.messages[0].text == text


async def test_lone_surrogates_are_replaced_in_text_and_told_apart_in_conversations(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    for name in (rb"\ud800", rb"\udfff", rb"\u0000"):
        response = await client.post(
            "/api/chat",
            content=b'{"conversation": "%s", "text": "a\\ud83db"}' % name,
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        assert response.status_code == 200
    assert {message.text for message in bot.messages} == {"a\ufffdb"}
    assert len({message.conversation for message in bot.messages}) == 3


async def test_delivered_answer_is_discarded(client: httpx.AsyncClient, bot: ScriptedBot) -> None:
    await say(client, "a")
    assert bot.discarded == [("1-0", conversation_id(KEY, "web", "c", ""))]


async def test_answer_without_replies_is_an_empty_list(library: Library) -> None:
    async with calling(build(library, ScriptedBot(lambda message: []))) as client:
        response = await client.post(
            "/api/chat", json={"conversation": "c", "text": "a", "language": "en"}
        )
    assert response.json() == {"language": "en", "replies": []}


# --- Requests that are refused -----------------------------------------------------------------

GOOD = {"conversation": "c", "text": "a"}
REFUSED_BODIES: dict[str, tuple[object, set[tuple[str, str]]]] = {
    "empty object": ({}, {("conversation", "required")}),
    "neither text nor button": ({"conversation": "c"}, {("body", "either")}),
    "both": (GOOD | {"button": "a:help"}, {("body", "either")}),
    "unknown field": (GOOD | {PRIVATE: 1}, {("body", "unknown")}),
    "empty conversation": (GOOD | {"conversation": ""}, {("conversation", "1 to 200")}),
    "conversation of 201": (GOOD | {"conversation": "c" * 201}, {("conversation", "1 to 200")}),
    "conversation of 10 kB": (
        GOOD | {"conversation": "c" * 10_000},
        {("conversation", "1 to 200")},
    ),
    "number for conversation": (GOOD | {"conversation": 7}, {("conversation", "must be a text")}),
    "list for text": (GOOD | {"text": [PRIVATE]}, {("text", "must be a text")}),
    "null for text": (GOOD | {"text": None}, {("text", "must be a text")}),
    "true for text": (GOOD | {"text": True}, {("text", "must be a text")}),
    "null beside a text": (GOOD | {"button": None}, {("button", "must be a text")}),
    "empty button": ({"conversation": "c", "button": ""}, {("button", "1 to 64 bytes")}),
    "button of 65 bytes": (
        {"conversation": "c", "button": "a" * 65},
        {("button", "1 to 64 bytes")},
    ),
    "button of 66 bytes": (
        {"conversation": "c", "button": "é" * 33},
        {("button", "1 to 64 bytes")},
    ),
    "third language": (GOOD | {"language": "de"}, {("language", '"fr" or "en"')}),
    "deep nesting": (GOOD | {"text": json.loads("[" * 500 + "]" * 500)}, {("text", "a text")}),
    "several faults": (
        {"text": PRIVATE * 100, "language": 1, "more": 2},
        {
            ("conversation", "required"),
            ("text", "1,000"),
            ("language", '"fr" or "en"'),
            ("body", "unknown"),
        },
    ),
    "a list": ([GOOD], {("body", "plain JSON object")}),
    "a string": (PRIVATE, {("body", "plain JSON object")}),
    "null": (None, {("body", "plain JSON object")}),
}


@pytest.mark.parametrize(("body", "faults"), REFUSED_BODIES.values(), ids=REFUSED_BODIES)
async def test_wrong_body_is_refused_field_by_field(
    client: httpx.AsyncClient, bot: ScriptedBot, body: object, faults: set[tuple[str, str]]
) -> None:
    response = await client.post(
        "/api/chat", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    problem = check_problem(response, 422, "invalid-request")
    assert len(problem["errors"]) == len(faults)
    for field, words in faults:
        assert any(
            error["field"] == field and words in error["en"] and error["fr"] != error["en"]
            for error in problem["errors"]
        ), (field, words)
    assert PRIVATE not in response.text
    assert bot.messages == []


@pytest.mark.parametrize("text", ["a" * 1_001, "🚪" * 1_001, PRIVATE * 100], ids=len)
async def test_text_over_the_limit_has_a_problem_of_its_own(
    client: httpx.AsyncClient, text: str
) -> None:
    response = await say(client, text)
    problem = check_problem(response, 422, "text-too-long")
    assert [error["field"] for error in problem["errors"]] == ["text"]
    assert text not in response.text


REFUSED_BYTES = {
    "nothing": (b"", 400, "not-json"),
    "not JSON": (b"{'conversation'", 400, "not-json"),
    "not UTF-8": (b'{"conversation": "\xff"}', 400, "not-json"),
    "nested too deep to read": (b"[" * 60_000, 422, "invalid-request"),
    "endless number": (b'{"conversation": ' + b"9" * 10_000 + b"}", 422, "invalid-request"),
    "not a number": (b'{"conversation": NaN, "text": "a"}', 422, "invalid-request"),
    "65,537 bytes": (b" " * 65_537, 413, "body-too-large"),
}


@pytest.mark.parametrize(("content", "status", "type"), REFUSED_BYTES.values(), ids=REFUSED_BYTES)
async def test_wrong_bytes_are_refused(
    client: httpx.AsyncClient, content: bytes, status: int, type: str
) -> None:
    response = await client.post(
        "/api/chat", content=content, headers={"Content-Type": "application/json"}
    )
    check_problem(response, status, type)


async def test_body_of_64_kb_is_read(client: httpx.AsyncClient) -> None:
    content = json.dumps(GOOD).encode().ljust(65_536)
    response = await client.post(
        "/api/chat", content=content, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 200


@pytest.mark.parametrize("type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_other_content_type_is_415(client: httpx.AsyncClient, type: str) -> None:
    response = await client.post(
        "/api/chat", content=json.dumps(GOOD), headers={"Content-Type": type}
    )
    check_problem(response, 415, "wrong-content-type")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_other_method_is_405_and_names_the_right_one(
    client: httpx.AsyncClient, method: str
) -> None:
    response = await client.request(method, "/api/chat")
    check_problem(response, 405, "wrong-method")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", [f"/{PRIVATE}", "/api", "/page/../chat.py", "/page/index.html"])
async def test_unknown_path_is_404(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    check_problem(response, 404, "not-found")
    assert PRIVATE not in response.text


async def test_refusal_of_another_route_keeps_its_status_and_loses_its_text(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/forbid")
    check_problem(response, 403, "bad-request")
    assert PRIVATE not in response.text


async def test_unforeseen_error_is_a_problem_and_stays_out_of_the_log(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = await client.get("/fail")
    check_problem(response, 500, "internal")
    assert "ValueError" in caplog.text
    assert PRIVATE not in caplog.text + response.text
    assert "Traceback" not in caplog.text


async def test_log_holds_no_text_and_no_conversation(
    client: httpx.AsyncClient, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await say(client, PRIVATE, conversation="my-own-id")
        bot.is_gone = True
        await say(client, PRIVATE, conversation="my-own-id")
    hashed = conversation_id(KEY, "web", "my-own-id", "")
    assert "StoreUnavailable" in caplog.text
    assert not any(secret in caplog.text for secret in (PRIVATE, "my-own-id", hashed))


def test_body_that_is_too_large_is_answered_over_a_real_connection(library: Library) -> None:
    with served(build(library, ScriptedBot(echo))) as address:
        response = httpx.post(f"{address}/api/chat", json=GOOD | {"text": "a" * 500_000})
        check_problem(response, 413, "body-too-large")
        response = httpx.post(f"{address}/api/chat", json=GOOD)
        assert response.status_code == 200


@pytest.fixture(scope="module")
def server(library: Library) -> Iterator[str]:
    with served(build(library, ScriptedBot(echo))) as address:
        yield address


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["conversation", "text", "button", "language", "more"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HypothesisCheck.too_slow])
@given(body=JSON | st.dictionaries(NAMES, JSON | st.just("fr")))
def test_any_json_is_answered_or_refused_but_never_breaks(server: str, body: object) -> None:
    response = httpx.post(
        f"{server}/api/chat",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code in (200, 422)


# --- The same message again --------------------------------------------------------------------


async def test_same_key_gets_the_same_answer_without_a_second_turn(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    first = await say(client, "a", key="retry-1")
    again = await say(client, "a", key="retry-1")
    assert [message.id for message in bot.messages] == ["kretry-1"]
    assert first.json() == again.json()


async def test_same_key_twice_at_once_is_one_turn_for_both(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    bot.holds_back = True
    callers = [asyncio.create_task(say(client, "a", key="k")) for _ in range(2)]
    await bot.until(lambda: len(bot.messages) == 1)
    bot.answer(bot.messages[0])
    responses = await asyncio.gather(*callers)
    assert [response.status_code for response in responses] == [200, 200]
    assert len(bot.messages) == 1


async def test_same_key_in_another_conversation_is_another_message(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    await say(client, "a", conversation="one", key="k")
    await say(client, "b", conversation="two", key="k")
    assert [message.text for message in bot.messages] == ["a", "b"]


async def test_without_a_key_every_request_is_a_message(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    await say(client, "a")
    await say(client, "a")
    assert len({message.id for message in bot.messages}) == 2


@pytest.mark.parametrize("key", [b"", b"k" * 101, b"a b", b"\xe9", b"a\tb"])
async def test_wrong_key_is_refused(
    client: httpx.AsyncClient, bot: ScriptedBot, key: bytes
) -> None:
    response = await client.post("/api/chat", json=GOOD, headers={b"Idempotency-Key": key})
    problem = check_problem(response, 422, "invalid-request")
    assert [error["field"] for error in problem["errors"]] == ["Idempotency-Key"]
    assert bot.messages == []


# --- Waiting -----------------------------------------------------------------------------------


async def test_callers_of_one_conversation_each_get_their_own_answer(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    bot.holds_back = True
    callers = [asyncio.create_task(say(client, f"text {number}")) for number in range(20)]
    await bot.until(lambda: len(bot.messages) == 20)
    for message in reversed(bot.messages):
        bot.answer(message)
    texts = [(await caller).json()["replies"][0]["text"] for caller in callers]
    assert texts == [f"text {number}!" for number in range(20)]


async def test_answer_that_comes_too_late_is_there_for_the_same_key(
    hasty: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    bot.holds_back = True
    response = await say(hasty, "a", key="k")
    check_problem(response, 503, "no-answer")
    assert int(response.headers["retry-after"]) > 0
    bot.answer(bot.messages[0])
    again = await say(hasty, "a", key="k")
    assert again.json()["replies"][0]["text"] == "a!"
    assert len(bot.messages) == 1


async def test_store_gone_is_503_and_the_next_message_works(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    bot.is_gone = True
    response = await say(client, "a")
    check_problem(response, 503, "unavailable")
    assert int(response.headers["retry-after"]) > 0
    bot.is_gone = False
    assert (await say(client, "a")).status_code == 200


async def test_too_many_waiting_is_429(client: httpx.AsyncClient, bot: ScriptedBot) -> None:
    bot.is_full = True
    response = await say(client, "a")
    check_problem(response, 429, "too-many-messages")
    assert int(response.headers["retry-after"]) > 0


async def test_listener_comes_back_after_redis_restarts(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    await say(client, "a")
    bot.break_listeners()
    await bot.until(lambda: bot.times_listened == 2)
    await say(client, "b")
    assert len(bot.discarded) == 2  # only what was heard has a position to discard


async def test_answer_given_while_nobody_listened_is_found(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    bot.break_listeners()
    await asyncio.sleep(0)
    response = await say(client, "a")
    assert response.json()["replies"][0]["text"] == "a!"


# --- Health and metrics ------------------------------------------------------------------------


async def test_healthz_is_ok_when_a_message_would_be_answered(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


SICK = {
    "redis": ({"is_gone": True}, {"redis": "failing"}),
    "engine": ({"engines": 0}, {"redis": "ok", "engine": "failing", "queue": "ok"}),
    "queue": ({"oldest": 30.0}, {"redis": "ok", "engine": "ok", "queue": "failing"}),
}


@pytest.mark.parametrize(("fault", "parts"), SICK.values(), ids=SICK)
async def test_healthz_says_which_part_fails(
    client: httpx.AsyncClient, bot: ScriptedBot, fault: dict[str, Any], parts: dict[str, str]
) -> None:
    vars(bot).update(fault)
    response = await client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "failing", "parts": parts}


async def test_metrics_count_requests_answers_and_turns(
    client: httpx.AsyncClient, bot: ScriptedBot
) -> None:
    bot.oldest = 2.5
    await say(client, PRIVATE, conversation="my-own-id")
    await client.get("/greet/marguerite")
    await client.get(f"/{PRIVATE}")
    response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = set(response.text.splitlines())
    assert lines >= {
        'parlouvert_http_requests_total{route="/api/chat",status="200"} 1.0',
        'parlouvert_http_requests_total{route="/greet/{name}",status="200"} 1.0',
        'parlouvert_http_requests_total{route="other",status="404"} 1.0',
        "parlouvert_answer_seconds_count 1.0",
        "parlouvert_redis_up 1.0",
        "parlouvert_engines_alive 1.0",
        "parlouvert_conversations_waiting 1.0",
        "parlouvert_oldest_waiting_seconds 2.5",
        'parlouvert_turns_total{answer="greet",language="fr",platform="web"} 3.0',
        'parlouvert_turns_total{answer="help",language="en",platform="telegram"} 2.0',
    }
    hashed = conversation_id(KEY, "web", "my-own-id", "")
    for secret in (PRIVATE, "my-own-id", hashed, "marguerite"):
        assert secret not in response.text


async def test_metrics_stay_up_without_redis(client: httpx.AsyncClient, bot: ScriptedBot) -> None:
    bot.is_gone = True
    response = await client.get("/metrics")
    assert response.status_code == 200
    assert "parlouvert_redis_up 0.0" in response.text
    assert "parlouvert_engines_alive" not in response.text


# --- Pictures and files ------------------------------------------------------------------------

PICTURE = b"\x89PNG\r\n\x1a\n-a-picture"


@asynccontextmanager
async def calling_with_files(library: Library, files: Files) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that waits for files no longer than a second."""
    bot = ScriptedBot(give_file)
    async with calling(build(library, bot, files=files, file_within=1.0)) as client:
        yield client


def give_file(message: IncomingMessage) -> Sequence[Reply]:
    """Promise the person's file in the second of two answers."""
    source = Source("Une page", "https://example.org/page")
    return [
        Reply("my_data", "fr", "Voici.", sources=(source,)),
        Reply("view_mine", "fr", "Tout.", sources=(source,), file="parlouvert.json"),
    ]


async def test_picture_is_served_and_may_be_kept(library: Library) -> None:
    files = MemoryFiles()
    await files.put("views-fr.png", PICTURE, seconds=60)
    async with calling_with_files(library, files) as client:
        response = await client.get("/pictures/views-fr.png")
    assert (response.status_code, response.content) == (200, PICTURE)
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"] == "public, max-age=86400, immutable"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["other.png", "views.svg", "%2e%2e%2fviews.png", "views.png%0a", "f" * 32, "a/b.png"]
)
async def test_no_other_picture_is_served(library: Library, name: str) -> None:
    files = MemoryFiles()
    for known in ("views.png", "views.svg", "../views.png", "views.png\n", "f" * 32, "a/b.png"):
        await files.put(known, PICTURE, seconds=60)
    async with calling_with_files(library, files) as client:
        response = await client.get(f"/pictures/{name}")
    check_problem(response, 404, "not-found")


async def test_file_about_a_person_is_one_more_source_of_the_answer_that_promised_it(
    library: Library,
) -> None:
    files = MemoryFiles()
    token = file_token(KEY, conversation_id(KEY, "web", "c", ""))
    await files.put(token, b'{"views": []}', seconds=60)
    async with calling_with_files(library, files) as client:
        replies = (await say(client, "a")).json()["replies"]
        assert [sorted(reply) for reply in replies] == [
            ["answer", "buttons", "image", "sources", "text"]
        ] * 2
        page = {"title": "Une page", "url": "https://example.org/page"}
        link = {"title": "parlouvert.json", "url": f"/files/{token}"}
        assert [reply["sources"] for reply in replies] == [[page], [page, link]]
        response = await client.get(link["url"])
    assert (response.status_code, response.content) == (200, b'{"views": []}')
    headers = response.headers
    assert headers["content-type"] == "application/json"
    assert headers["content-disposition"] == 'attachment; filename="parlouvert.json"'
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"


async def test_file_that_is_written_a_moment_later_is_waited_for(library: Library) -> None:
    files = MemoryFiles()
    async with calling_with_files(library, files) as client:
        call = asyncio.create_task(client.get(f"/files/{'a' * 32}"))
        await asyncio.sleep(0.3)
        assert not call.done()
        await files.put("a" * 32, b"{}", seconds=60)
        assert (await call).content == b"{}"


async def test_file_that_does_not_come_is_a_problem_in_both_languages(library: Library) -> None:
    async with calling_with_files(library, MemoryFiles()) as client:
        response = await client.get(f"/files/{'a' * 32}")
    problem = check_problem(response, 404, "no-file")
    assert problem["fr"]["title"] == "Ce fichier n'est pas là"
    assert problem["en"]["title"] == "This file is not here"


@pytest.mark.parametrize("token", ["a" * 31, "a" * 33, "A" * 32, "views.png", "a" * 32 + "%0a"])
async def test_other_names_are_not_asked_for_as_files(library: Library, token: str) -> None:
    files = MemoryFiles()
    for known in ("a" * 31, "a" * 33, "A" * 32, "views.png", "a" * 32 + "\n"):
        await files.put(known, PICTURE, seconds=60)
    async with calling_with_files(library, files) as client:
        response = await client.get(f"/files/{token}")
    check_problem(response, 404, "not-found")


async def test_files_of_a_store_that_is_gone_are_503(library: Library) -> None:
    class GoneFiles(MemoryFiles):
        async def read(self, name: str) -> bytes | None:
            raise StoreUnavailable("ConnectionError")

    async with calling_with_files(library, GoneFiles()) as client:
        for path in ("/pictures/views.png", f"/files/{'a' * 32}"):
            check_problem(await client.get(path), 503, "unavailable")


async def test_metrics_name_no_file(library: Library) -> None:
    async with calling_with_files(library, MemoryFiles()) as client:
        await client.get(f"/files/{'a' * 31}")
        await client.get("/pictures/views.png")
        text = (await client.get("/metrics")).text
    assert 'parlouvert_http_requests_total{route="/files/{token}",status="404"} 1.0' in text
    assert 'parlouvert_http_requests_total{route="/pictures/{name}",status="404"} 1.0' in text
    assert "views.png" not in text
    assert "a" * 31 not in text


# --- Headers and extra routes ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/", "/page/chat.js", "/api/chat", "/healthz", "/metrics", "/nowhere", "/fail", "/greet/a"],
)
async def test_every_response_is_hardened_and_sets_no_cookie(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert "set-cookie" not in headers


async def test_extra_routes_are_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/greet/a")).text == "bonjour"


# --- The page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "en-CA,en;q=0.9,fr;q=0.8", "en"),
        ("", "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("?lang=fr", "en", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=xx", "en", "en"),
    ],
)
async def test_page_speaks_the_language_asked_for(
    client: httpx.AsyncClient, query: str, accepted: str, language: str
) -> None:
    response = await client.get(f"/{query}", headers={"Accept-Language": accepted})
    assert response.headers["content-language"] == language
    assert f'<html lang="{language}">' in response.text
    assert "Accept-Language" in response.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("*", "fr"),
        ("de, es", "fr"),
        ("de, en;q=0.3", "en"),
        ("fr;q=0.2, en;q=0.7", "en"),
        ("EN-us", "en"),
        ("en;q=0, fr;q=0.1", "fr"),
        ("en;q=abc", "fr"),
        ("en;q=nan, fr", "fr"),
        (";;;,,q=", "fr"),
    ],
)
def test_preferred_language_follows_the_weights(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_page_shows_the_welcome_answer_before_any_script_runs(
    client: httpx.AsyncClient, library: Library, language: str
) -> None:
    page = (await client.get(f"/?lang={language}")).text
    body = page.split("<script id=")[0].replace("&#x27;", "'").replace("&quot;", '"')
    assert library.text("welcome", language).text in body
    assert 'data-value="a:open_government"' in body


async def test_page_files_are_kept_under_their_version(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in (await client.get(f"/{address}")).headers["cache-control"]
    assert (await client.get("/page/chat.css?v=old")).headers["cache-control"] == "no-cache"


async def test_page_asks_nothing_of_other_hosts(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    for attribute in ('src="', 'rel="stylesheet" href="', 'rel="icon" type="image/svg+xml" href="'):
        for part in page.split(attribute)[1:]:
            assert part.startswith("page/")


def test_page_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 100_000
