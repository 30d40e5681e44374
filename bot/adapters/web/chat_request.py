"""Reads `POST /api/chat`: from bytes off the net to a request that is known to be right."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict

from pydantic import AfterValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic import with_config as configured
from pydantic_core import ErrorDetails
from starlette.requests import Request

from bot.adapters.web.problems import (
    BODY_TOO_LARGE,
    INVALID_REQUEST,
    NOT_JSON,
    TEXT_TOO_LONG,
    WRONG_CONTENT_TYPE,
    FieldProblem,
    Problem,
)
from bot.conversation.messages import MOST_CHARACTERS, Language

MOST_BODY_BYTES = 64 * 1024
MOST_DRAINED_BYTES = 1024 * 1024
"""So much of a body that is too large is read and dropped: a caller hears us once it has spoken."""
MOST_BUTTON_BYTES = 64
WHOLE_BODY = "body"
"""Stands for a field where the fault lies with no field that we know."""
SURROGATE = re.compile("[\ud800-\udfff]")
IDEMPOTENCY_KEY = re.compile("[!-~]{1,100}")


def _fits_a_button(value: str) -> str:
    if not 1 <= len(value.encode()) <= MOST_BUTTON_BYTES:
        raise ValueError("length")
    return value


@configured(ConfigDict(strict=True, extra="forbid"))
class ChatRequest(TypedDict):
    """One message of the web: a text or the value of a button."""

    conversation: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    text: NotRequired[Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]]
    button: NotRequired[Annotated[str, AfterValidator(_fits_a_button)]]
    language: NotRequired[Language]


CHAT_REQUEST = TypeAdapter(ChatRequest)


async def read_chat_request(request: Request) -> ChatRequest:
    """The request's body.

    Raises:
        Problem: it is not one that can be answered; says why.
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(WRONG_CONTENT_TYPE)
    return _validated(_parsed(await _read_body(request)))


def read_idempotency_key(headers: Mapping[str, str]) -> str | None:
    """The caller's own name for this message, where it gave one.

    Raises:
        Problem: it is too long, or holds more than visible ASCII characters.
    """
    key = headers.get("idempotency-key")
    if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
        raise Problem(INVALID_REQUEST, [FieldProblem("Idempotency-Key", "idempotency_key")])
    return key


async def _read_body(request: Request) -> bytes:
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MOST_BODY_BYTES:
            body += chunk
        elif size > MOST_DRAINED_BYTES:
            break
    if size > MOST_BODY_BYTES:
        raise Problem(BODY_TOO_LARGE)
    return bytes(body)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body.decode())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Problem(NOT_JSON) from error
    except (RecursionError, ValueError) as error:  # nested too deep, or a number too long
        raise Problem(INVALID_REQUEST, [FieldProblem(WHOLE_BODY, "not_an_object")]) from error


def _validated(data: object) -> ChatRequest:
    if not isinstance(data, dict):
        raise Problem(INVALID_REQUEST, [FieldProblem(WHOLE_BODY, "not_an_object")])
    readable = {_readable(name): _readable(value) for name, value in data.items()}
    try:
        request = CHAT_REQUEST.validate_python(readable)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        raise _invalid([_field_problem(detail) for detail in details]) from None
    if ("text" in request) == ("button" in request):
        raise _invalid([FieldProblem(WHOLE_BODY, "text_or_button")])
    request["conversation"] = data["conversation"]  # only hashed: ids must stay apart
    return request


def _readable(value: object) -> object:
    """Half characters, which JSON may hold but UTF-8 may not, become U+FFFD."""
    return SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


def _field_problem(detail: ErrorDetails) -> FieldProblem:
    field = str(detail["loc"][0])
    match detail["type"]:
        case "extra_forbidden":  # its name is the caller's own text
            return FieldProblem(WHOLE_BODY, "unknown")
        case "missing":
            return FieldProblem(field, "missing")
        case "string_type":
            return FieldProblem(field, "not_a_string")
        case _:
            return FieldProblem(field, field)


def _invalid(fields: list[FieldProblem]) -> Problem:
    distinct = list(dict.fromkeys(fields))
    is_text_too_long = distinct == [FieldProblem("text", "text")]
    return Problem(TEXT_TOO_LONG if is_text_too_long else INVALID_REQUEST, distinct)
