"""The console's web application: every room's pages behind one gate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from bot.console.access import Permission
from bot.console.asked import NAVIGATION, Asked
from bot.console.gate import OnSignedOut, gate, trouble
from bot.console.pages import Page
from bot.console.parts import Parts
from bot.response_headers import DEFAULTS, ResponseHeaders, content_security_policy

HEADERS = DEFAULTS | {"Content-Security-Policy": content_security_policy(form_action="'self'")}
FOR_A_YEAR = "public, max-age=31536000, immutable"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

Background = Callable[[Parts], "AsyncIterator[None]"]
"""Something that runs beside the pages: an async generator that yields once in between."""


def create_console(
    parts: Parts,
    *,
    pages: Sequence[Page],
    on_signed_out: OnSignedOut,
    background: Sequence[Background] = (),
) -> Starlette:
    """Build the application.

    Args:
        parts: What the pages are made with.
        pages: Every room's pages.
        on_signed_out: Answers somebody who has to sign in first.
        background: What runs while the application does.
    """
    all_pages = (*pages, Page("/", _first_room, Permission.SIGNED_IN))
    routes = [
        Route(page.path, gate(page, parts, on_signed_out), methods=[page.method], name=page.path)
        for page in all_pages
    ]
    routes += [Route("/static/{name}", _static_of(parts)), Route("/healthz", _health_of(parts))]

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for each in background:
                await stack.enter_async_context(asynccontextmanager(each)(parts))
            yield

    async def not_there(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        wanted = "/".join(request.url.path.split("/")[:2])
        if wanted != "/console":
            return RedirectResponse("/console/", 307)
        page = Page("", lambda asked: trouble(asked, status), Permission.PUBLIC)
        return await gate(page, parts, on_signed_out)(request)

    return Starlette(
        routes=[Mount("/console", routes=routes)],
        lifespan=running,
        exception_handlers={404: not_there, 405: not_there},
        middleware=[Middleware(ResponseHeaders, headers=HEADERS)],
    )


def _first_room(asked: Asked) -> Response:
    """The first room of the menu that this account may enter."""
    return asked.go_to(next(path for _, path, needs in NAVIGATION if asked.may(needs)))


def _static_of(parts: Parts) -> Callable[[Request], Response]:
    def static(request: Request) -> Response:
        name = request.path_params["name"]
        content = parts.renderer.static.get(name)
        if content is None:
            raise HTTPException(404)
        is_current = parts.renderer.is_current(name, request.query_params.get("v"))
        return Response(
            content,
            media_type=TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream"),
            headers={"Cache-Control": FOR_A_YEAR if is_current else "no-cache"},
        )

    return static


def _health_of(parts: Parts) -> Callable[[Request], Response]:
    """200 while the record answers: without it there is nothing to show."""

    def health(_: Request) -> Response:
        try:
            with parts.engine.connect() as connection:
                connection.execute(select(1))
        except SQLAlchemyError:
            return JSONResponse({"parts": {"record": "down"}}, 503)
        return JSONResponse({"parts": {"record": "ok"}})

    return health
