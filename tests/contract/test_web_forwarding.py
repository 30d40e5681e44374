"""The web process hands `/console/` on to the console, and back what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.adapters.web.forwarding import console_routes
from bot.adapters.web.problems import ProblemWriter
from bot.content.library import Library, load_library
from tests.contract.web_server import served


async def _echo(request: Request) -> Response:
    body = await request.body()
    said = {
        "method": request.method,
        "address": str(request.url.path),
        "path": request.scope["path"],
        "query": request.url.query,
        "host": request.headers["host"],
        "cookie": request.headers.get("cookie", ""),
        "forwarded": request.headers.getlist("x-forwarded-for"),
        "body": body.decode(),
    }
    answer = JSONResponse(said, 201)
    answer.set_cookie("first", "1")
    answer.set_cookie("second", "2")
    return answer


async def _endless(_: Request) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        while True:
            yield b"data: x\n\n"
            await asyncio.sleep(0.01)

    return StreamingResponse(lines(), media_type="text/event-stream")


async def _elsewhere(_: Request) -> Response:
    return Response(status_code=303, headers={"location": "/console/sign-in"})


CONSOLE = Starlette(
    routes=[
        Route("/console/events", _endless),
        Route("/console/away", _elsewhere),
        Route("/console/{rest:path}", _echo, methods=["GET", "POST"]),
    ]
)


SOMEBODY = ("203.0.113.9", 4711)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Path(__file__).resolve().parents[2])


@pytest.fixture
async def web(library: Library) -> AsyncIterator[httpx.AsyncClient]:
    """The web process as somebody from elsewhere meets it, with a console behind it."""
    with served(CONSOLE) as address:
        async with console_routes(address) as routes, _client(routes, library) as client:
            yield client


def _client(routes: Sequence[BaseRoute], library: Library) -> httpx.AsyncClient:
    app = Starlette(routes=routes, exception_handlers=ProblemWriter(library).handlers())
    transport = httpx.ASGITransport(app, client=SOMEBODY)
    return httpx.AsyncClient(transport=transport, base_url="http://web.example")


async def test_request_arrives_whole(web: httpx.AsyncClient) -> None:
    answer = await web.post(
        "/console/views/a%20b?lang=fr&x=%C3%A9",
        content=b"text=1",
        headers={"cookie": "console_session=s", "x-forwarded-for": "6.6.6.6"},
    )
    assert answer.status_code == 201
    said = answer.json()
    assert said["method"] == "POST"
    assert said["address"] == "/console/views/a b"
    assert said["query"] == "lang=fr&x=%C3%A9"
    assert said["host"] == "web.example"
    assert said["cookie"] == "console_session=s"
    assert said["forwarded"] == [SOMEBODY[0]], "nobody says for themselves who they are"
    assert said["body"] == "text=1"
    assert len(answer.headers.get_list("set-cookie")) == 2


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/console/a%2541", "/console/a%41"),
        ("/console/a%3Fb", "/console/a?b"),
        ("/console/%00", "/console/\0"),
    ],
)
async def test_path_arrives_as_it_was_asked_for(
    web: httpx.AsyncClient, asked: str, meant: str
) -> None:
    answer = await web.get(asked)
    assert answer.status_code == 201
    assert answer.json()["path"] == meant


async def test_redirects_are_the_browsers_to_follow(web: httpx.AsyncClient) -> None:
    answer = await web.get("/console/away")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


async def test_live_updates_come_as_they_are_said() -> None:
    with served(CONSOLE) as address:
        async with console_routes(address) as routes:
            config = uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, ws="none")
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110 - it has no event to wait for
                await asyncio.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            async with (
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
                client.stream("GET", "/console/events") as answer,
            ):
                assert await anext(answer.aiter_lines()) == "data: x"
            server.should_exit = True
            await serving


async def test_console_that_is_down_is_said_and_not_an_error_of_ours(library: Library) -> None:
    async with console_routes("http://127.0.0.1:9") as routes, _client(routes, library) as client:
        assert (await client.get("/console/queue")).status_code == 503


async def test_without_a_console_there_is_nothing_to_hand_on() -> None:
    async with console_routes("") as routes:
        assert routes == []
