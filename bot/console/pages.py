"""How a page is declared: its address, what it needs, and what answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response

from bot.console.access import Permission

if TYPE_CHECKING:
    from bot.console.asked import Asked

Handler = Callable[["Asked"], Response] | Callable[["Asked"], Awaitable[Response]]
MOST_BYTES = 1_000_000
"""Of a form, unless a page says otherwise."""


@dataclass(frozen=True)
class Page:
    """One address and method of the console.

    A plain function answers in a thread, so it may read SQL and files; an `async` one must not.
    """

    path: str
    """After `/console`, such as `/queue` or `/views/{id}`."""
    handler: Handler
    needs: Permission
    method: Literal["GET", "POST"] = "GET"
    checks_form: bool = True
    """Whether a form must carry the session's token; only what has no session may go without."""
    most_bytes: int = MOST_BYTES
