"""Errors as callers of the web see them: problem details (RFC 9457), in French and in English."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from bot.content.library import Library
from bot.conversation.messages import LANGUAGES, Language
from bot.errors import StoreUnavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """One kind of problem; its words are `<name>_title` and `<name>_detail` of the errors file."""

    name: str
    status: int
    retry_after: int | None = None
    """Seconds after which the same request may be sent again."""

    @property
    def type(self) -> str:
        """The stable address that names this kind."""
        return f"/problems/{self.name.replace('_', '-')}"


NOT_JSON = Kind("not_json", 400)
NOT_FOUND = Kind("not_found", 404)
NO_FILE = Kind("no_file", 404)
WRONG_METHOD = Kind("wrong_method", 405)
BODY_TOO_LARGE = Kind("body_too_large", 413)
WRONG_CONTENT_TYPE = Kind("wrong_content_type", 415)
INVALID_REQUEST = Kind("invalid_request", 422)
TEXT_TOO_LONG = Kind("text_too_long", 422)
TOO_MANY_MESSAGES = Kind("too_many_messages", 429, retry_after=5)
INTERNAL = Kind("internal", 500)
UNAVAILABLE = Kind("unavailable", 503, retry_after=3)
NO_ANSWER = Kind("no_answer", 503, retry_after=3)

BY_STATUS = {404: NOT_FOUND, 405: WRONG_METHOD, 413: BODY_TOO_LARGE, 415: WRONG_CONTENT_TYPE}
"""The kinds that Starlette itself asks for; another route may raise any status."""


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field of a request; never the value that was sent."""

    field: str
    word: str
    """The key in the errors file, without its `field_`."""


class Problem(Exception):
    """A request ends with this problem."""

    def __init__(self, kind: Kind, fields: Sequence[FieldProblem] = ()) -> None:
        self.kind = kind
        self.fields = tuple(fields)
        super().__init__(kind.name)


class ProblemWriter:
    """Turns problems, and the errors that mean one, into responses."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def response(self, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
        """The problem in both languages."""
        kind = problem.kind
        words: dict[str, dict[str, str]] = {
            language: self._words(kind, language) for language in LANGUAGES
        }
        body: dict[str, Any] = {
            "type": kind.type,
            "title": self._joined(words, "title"),
            "status": kind.status,
            "detail": self._joined(words, "detail"),
            **words,
        }
        if problem.fields:
            body["errors"] = [self._field(field) for field in problem.fields]
        retry = {"Retry-After": str(kind.retry_after)} if kind.retry_after else {}
        return JSONResponse(
            body,
            status_code=kind.status,
            headers={**(headers or {}), **retry},
            media_type="application/problem+json",
        )

    def handlers(self) -> dict[Any, ExceptionHandler]:
        """What Starlette does with each exception that a route may raise."""
        return {
            Problem: self._on_problem,
            StoreUnavailable: self._on_store_unavailable,
            HTTPException: self._on_http_exception,
            ClientDisconnect: self._on_disconnect,
        }

    async def _on_problem(self, _: Request, error: Exception) -> Response:
        return self.response(cast(Problem, error))

    async def _on_store_unavailable(self, _: Request, error: Exception) -> Response:
        log.warning("A request failed: %s", type(error).__name__)
        return self.response(Problem(UNAVAILABLE))

    async def _on_http_exception(self, _: Request, error: Exception) -> Response:
        refusal = cast(HTTPException, error)
        status = refusal.status_code
        other = Kind("internal" if status >= 500 else "bad_request", status)
        return self.response(Problem(BY_STATUS.get(status, other)), headers=refusal.headers)

    async def _on_disconnect(self, _: Request, error: Exception) -> Response:
        return Response(status_code=400)  # nobody is there to read it

    def _words(self, kind: Kind, language: Language) -> dict[str, str]:
        word = self._library.word
        return {
            "title": word(f"errors.{kind.name}_title", language),
            "detail": word(f"errors.{kind.name}_detail", language),
        }

    @staticmethod
    def _joined(words: Mapping[str, Mapping[str, str]], part: str) -> str:
        return " / ".join(words[language][part] for language in LANGUAGES)

    def _field(self, problem: FieldProblem) -> dict[str, str]:
        word = f"errors.field_{problem.word}"
        return {"field": problem.field} | {
            language: self._library.word(word, language) for language in LANGUAGES
        }


class LastResort:
    """Answers what nobody foresaw with a problem, and logs no more than the error's type."""

    def __init__(self, app: ASGIApp, writer: ProblemWriter) -> None:
        self._app = app
        self._writer = writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application."""
        has_begun = False

        async def watched_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            # A traceback could quote what a person wrote.
            log.error("A request failed: %s", type(error).__name__)
            if not has_begun:
                await self._writer.response(Problem(INTERNAL))(scope, receive, send)
