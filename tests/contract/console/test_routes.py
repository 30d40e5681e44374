"""Every address of the console has its check: for each role and for nobody, and for each form.

The tables below are written by hand from what each role is for, so that a room that opens a page
to the wrong people does not pass by declaring it so.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from bot.console.access import ROLES, Permission, may
from bot.console.gate import COOKIE, gate
from bot.console.pages import Page
from bot.console.parts import Parts
from bot.console.rooms import open_console
from bot.console.sign_in.doorway import FORM_COOKIE
from tests.contract.console.conftest import account_of, csrf_of
from tests.contract.console.content_home import make_home

NOBODY = "nobody"
EVERYBODY = (*ROLES, NOBODY)
MAY: dict[str, set[str]] = {
    "moderator": {"queue", "conversations", "hand_over", "views", "questions"},
    "editor": {"content", "questions"},
    "analyst": {"insight"},
    "admin": {
        "queue", "conversations", "hand_over", "views", "questions", "content", "insight",
        "accounts", "audit",
    },
    NOBODY: set(),
}  # fmt: skip
"""What each may, beside what is open to anybody or to any account."""
FOR_ANYBODY = {
    "GET /console/sign-in",
    "POST /console/sign-in",
    "GET /console/sign-in/code",
    "POST /console/sign-in/code",
    "GET /console/invitation/{token}",
    "POST /console/invitation/{token}",
    "POST /console/openid",
    "GET /console/openid/back",
}
"""Whoever adds an address here opens it to the whole internet."""
WITHOUT_A_PAGE = {"GET /console/static/{name}", "GET /console/healthz"}
"""Files that anybody may have, and a sign of life."""
ROOMS = {
    "accounts": {"accounts"},
    "audit": {"audit"},
    "content": {"content"},
    "conversations": {"conversations", "hand_over", "content"},
    "insight": {"insight"},
    "queue": {"queue", "questions", "views"},
    "views": {"views"},
}
"""By the first part of an address, the permissions that its pages may name."""


STREAMS = {"/events"}
"""Live updates have no end, so only somebody whom the gate turns away asks for them here."""


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    """Over content of the test's own: every form is sent, also those that publish."""
    return replace(parts, home=make_home(tmp_path / "home"))


def routes_of(app: Starlette) -> list[Route]:
    """Every route, under its whole address."""

    def walk(routes: list[BaseRoute], before: str) -> list[Route]:
        found = []
        for route in routes:
            if isinstance(route, Mount):
                found += walk(list(route.routes), before + route.path)
            else:
                assert isinstance(route, Route), f"{route} has no gate"
                found.append(
                    Route(before + route.path, route.endpoint, methods=list(route.methods or ()))
                )
        return found

    return walk(list(app.routes), "")


def names_of(route: Route) -> set[str]:
    """Method and address of each way to ask."""
    return {f"{method} {route.path}" for method in (route.methods or set()) - {"HEAD"}}


def page_behind(route: Route) -> Page | None:
    """The page that a gate guards; None for an endpoint that is no gate."""
    endpoint = inspect.unwrap(route.endpoint)
    if getattr(endpoint, "__qualname__", "") != f"{gate.__qualname__}.<locals>.endpoint":
        return None
    page = inspect.getclosurevars(endpoint).nonlocals["page"]
    assert isinstance(page, Page)
    return page


def ungated(app: Starlette) -> set[str]:
    """Addresses that no gate guards."""
    return {name for route in routes_of(app) if page_behind(route) is None
            for name in names_of(route)}  # fmt: skip


def test_every_route_comes_through_the_gate(parts: Parts) -> None:
    app = open_console(parts)
    assert ungated(app) == WITHOUT_A_PAGE
    guarded = {name for route in routes_of(app) for name in names_of(route)} - WITHOUT_A_PAGE
    assert len(guarded) > 40


def test_route_beside_the_gate_would_be_seen(parts: Parts) -> None:
    async def open_door(_: Request) -> Response:
        return PlainTextResponse("anybody")

    app = open_console(parts)
    (mount,) = (route for route in app.routes if isinstance(route, Mount))
    mount.routes.append(Route("/backup", open_door))
    assert ungated(app) == WITHOUT_A_PAGE | {"GET /console/backup"}


def test_only_these_are_open_to_anybody(parts: Parts) -> None:
    public = {
        name
        for route in routes_of(open_console(parts))
        if (page := page_behind(route)) and page.needs is Permission.PUBLIC
        for name in names_of(route)
    }
    assert public == FOR_ANYBODY


def test_forms_go_without_the_session_s_token_only_where_there_is_no_session(parts: Parts) -> None:
    unchecked = {
        name
        for route in routes_of(open_console(parts))
        if (page := page_behind(route)) and not page.checks_form
        for name in names_of(route)
    }
    assert unchecked == {name for name in FOR_ANYBODY if name.startswith("POST")}


def test_each_room_names_only_its_own_permissions(parts: Parts) -> None:
    wrong = []
    for route in routes_of(open_console(parts)):
        page, room = page_behind(route), route.path.split("/")[2]
        if page and room in ROOMS and page.needs.value not in ROOMS[room]:
            wrong.append((route.path, page.needs.value))
    assert wrong == []


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("permission", Permission, ids=lambda permission: permission.value)
def test_who_may_what(who: str, permission: Permission) -> None:
    expected = (
        permission is Permission.PUBLIC
        or (permission is Permission.SIGNED_IN and who != NOBODY)
        or permission.value in MAY[who]
    )
    assert may(None if who == NOBODY else who, permission) is expected


def filled(path: str) -> str:
    """An address with something in its placeholders."""
    return re.sub(r"\{[^}]+\}", "0" * 32, path)


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_opens_to_who_may_and_to_nobody_else(parts: Parts, who: str) -> None:
    """Asked for real; a form goes with its token, and with nothing else in it."""
    account_of(parts, "moderator")  # else the sign-in page only says how to make an account
    app, wrong = open_console(parts), []
    for route in routes_of(app):
        page = page_behind(route)
        if page is None or (who != NOBODY and page.path in STREAMS):
            continue
        client = TestClient(
            app, "http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False
        )
        sign_in(parts, client, who)
        answer = ask(client, page, filled(route.path), csrf=own_token(parts, client, page, who))
        allowed = page.needs is Permission.PUBLIC or (
            who != NOBODY and (page.needs is Permission.SIGNED_IN or page.needs.value in MAY[who])
        )
        opened = not is_turned_away(answer, page)
        if opened is not allowed or answer.status_code in (405, 419, 500):
            wrong.append((page.method, route.path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("token", ["missing", "empty", "another session's"])
def test_no_form_is_taken_without_its_own_token(parts: Parts, token: str) -> None:
    account_of(parts, "moderator")
    app, wrong = open_console(parts), []
    other = parts.sessions.find(parts.sessions.open(account_of(parts, "admin", "other").id))
    assert other is not None
    sent = {"missing": None, "empty": "", "another session's": other.csrf}[token]
    client = TestClient(app, "http://127.0.0.1", follow_redirects=False)
    asked = 0
    for route in routes_of(app):
        page = page_behind(route)
        if page is None or page.method != "POST":
            continue
        client.cookies.clear()
        if page.checks_form:
            sign_in(parts, client, "admin")
        before = parts.audit.verify().rows
        answer = ask(client, page, filled(route.path), csrf=sent)
        asked += 1
        # Without the provider, and for an invitation that never was, there is nothing to do.
        is_refused = answer.status_code == 419 or (
            not page.checks_form and answer.status_code in (404, 410)
        )
        if not is_refused or parts.audit.verify().rows != before:
            wrong.append((route.path, answer.status_code))
    assert wrong == []
    assert asked > 15


def sign_in(parts: Parts, client: TestClient, who: str) -> None:
    if who != NOBODY:
        client.cookies.set(COOKIE, parts.sessions.open(account_of(parts, who).id))


def own_token(parts: Parts, client: TestClient, page: Page, who: str) -> str:
    """The token of this browser's forms, of its session or from before there is one."""
    if page.checks_form and who != NOBODY:
        return csrf_of(parts, client)
    client.cookies.set(FORM_COOKIE, "f" * 43)
    return "f" * 43


def ask(client: TestClient, page: Page, path: str, *, csrf: str | None) -> Response:
    if page.method == "GET":
        answer = client.get(path)
    else:
        answer = client.post(path, data={} if csrf is None else {"csrf": csrf})
    return answer  # type: ignore[return-value]


def is_turned_away(answer: Response, page: Page) -> bool:
    """Not for this role, or sent to the sign-in page other than by signing out."""
    location = answer.headers.get("location", "")
    is_sent_to_sign_in = (
        answer.status_code == 303
        and location.startswith("/console/sign-in")
        and "said=signed_out" not in location
        and page.needs is not Permission.PUBLIC
    )
    return answer.status_code == 403 or is_sent_to_sign_in
