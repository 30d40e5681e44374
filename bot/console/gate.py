"""The one door to every page: who asks, may they, is the form theirs; and what errors look like."""

from __future__ import annotations

import hmac
import inspect
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive

from bot.console.access import Permission, may
from bot.console.asked import Asked
from bot.console.pages import Page
from bot.console.parts import Parts
from bot.conversation.messages import as_language
from bot.store.sql.refusals import Refused
from bot.store.sql.sessions import Session

log = logging.getLogger(__name__)

COOKIE = "console_session"
LANGUAGE_COOKIE = "console_language"
A_YEAR = 365 * 24 * 3600
MOST_FIELDS = 5_000

Endpoint = Callable[[Request], Awaitable[Response]]
OnSignedOut = Callable[[Asked, Session | None], Response]


@dataclass(frozen=True)
class TooLarge(Exception):
    """A form with more bytes than its page takes."""

    most: int


def gate(page: Page, parts: Parts, on_signed_out: OnSignedOut) -> Endpoint:
    """The endpoint of a page.

    Args:
        page: What to open.
        parts: What pages are made with.
        on_signed_out: Answers somebody who is not, or no longer, signed in, and a form that was
            not made for the session of whoever is.
    """

    async def endpoint(request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        asked = Asked(request, parts, _language(request, None), None)
        try:
            if page.method == "POST":
                asked = await _with_form(page, asked)
            session = await _find(parts, token)
            asked = replace(asked, language=_language(request, session), session=session)
            response = await _answer(page, asked, token, on_signed_out)
        except HTTPException as error:
            response = trouble(asked, error.status_code)
        except TooLarge as error:
            kilobytes = error.most // 1000
            response = trouble(asked, 413, most=kilobytes)
        except Refused as error:
            response = asked.page("trouble.html", status=409, **_words(asked, 409), why=str(error))
        except OperationalError as error:
            log.error("The record does not answer: %s", type(error).__name__)
            response = trouble(asked, 503)
        except ClientDisconnect:
            raise
        except Exception as error:
            log.error("A page of the console failed: %s", _what_and_where(error))
            response = trouble(asked, 500)
        return _remember_language(request, response)

    return endpoint


def _what_and_where(error: Exception) -> str:
    """The error's kind and the line it came from: its text could quote what a person wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"


def trouble(asked: Asked, status: int, **values: object) -> Response:
    """A page that says what went wrong, in the reader's language."""
    return asked.page("trouble.html", status=status, why="", **_words(asked, status, **values))


def typed_in(asked: Asked) -> list[str]:
    """The texts of a form that was sent, for a page that cannot show the form again.

    Nothing secret, and only of the session's own form; while nobody can say whose session it is,
    of one that brought the cookie along, which no other site's does.
    """
    session = asked.session
    if not (is_own_form(asked, session) if session else COOKIE in asked.request.cookies):
        return []
    return [
        value
        for name, values in asked.lists.items()
        for value in values
        if " " in value.strip() and not name.endswith(("password", "code"))
    ]


def _words(asked: Asked, status: int, **values: object) -> dict[str, Any]:
    name = status if asked.parts.words.has(f"trouble.title_{status}") else 400
    return {
        "typed": typed_in(asked),
        "title": asked.word(f"trouble.title_{name}"),
        "text": asked.word(f"trouble.text_{name}", **values),
    }


async def _find(parts: Parts, token: str) -> Session | None:
    if not token:
        return None
    return await run_in_threadpool(parts.sessions.find, token)


async def _answer(page: Page, asked: Asked, token: str, on_signed_out: OnSignedOut) -> Response:
    session = asked.session
    if page.needs is not Permission.PUBLIC and session is None:
        over = await run_in_threadpool(
            lambda: asked.parts.sessions.find(token, even_if_over=True) if token else None
        )
        return await run_in_threadpool(on_signed_out, asked, over)
    if not may(session.account.role if session else None, page.needs):
        return trouble(asked, 403)
    if page.method == "POST" and page.checks_form and not is_own_form(asked, session):
        return await run_in_threadpool(on_signed_out, asked, None)
    if inspect.iscoroutinefunction(page.handler):
        return await page.handler(asked)  # type: ignore[no-any-return]
    return await run_in_threadpool(page.handler, asked)  # type: ignore[arg-type]


def is_own_form(asked: Asked, session: Session | None) -> bool:
    """Whether a form was made by us, for this session; no other site knows the token."""
    sent = asked.form.get("csrf", "")
    return session is not None and hmac.compare_digest(sent.encode(), session.csrf.encode())


async def _with_form(page: Page, asked: Asked) -> Asked:
    data = await _read_form(asked.request, page.most_bytes)
    lists: dict[str, list[str]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            lists.setdefault(name, []).append(value)
    fields = {name: values[-1] for name, values in lists.items()}
    return replace(asked, form=fields, lists=lists)


async def _read_form(request: Request, most: int) -> FormData:
    """The form, unless it is larger than its page takes: then nothing more is read of it."""
    taken = 0
    receive: Receive = request.receive

    async def receive_some() -> Any:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge(most)
        return message

    limited = Request(request.scope, receive_some)
    return await limited.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=most)


def _language(request: Request, session: Session | None) -> str:
    spoken = (
        as_language(request.query_params.get("lang"))
        or as_language(request.cookies.get(LANGUAGE_COOKIE))
        or (as_language(session.account.language) if session else None)
    )
    if spoken:
        return spoken
    wanted = request.headers.get("accept-language", "").split(",")
    return next(filter(None, map(as_language, (w.strip() for w in wanted))), None) or "fr"


def _remember_language(request: Request, response: Response) -> Response:
    chosen = as_language(request.query_params.get("lang"))
    if chosen:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=A_YEAR,
            path="/console",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
    return response
