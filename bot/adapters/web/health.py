"""`GET /healthz`: whether a message sent now would be answered; for whatever runs the service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import StoreUnavailable

LONGEST_WAIT = 30.0
"""A conversation that waits longer than so many seconds means that the engines do not keep up."""
PATIENCE = 3.0
"""Seconds after which a Redis that does not answer counts as gone."""


class Health(Protocol):
    """What the store knows of the engines and the queue."""

    async def engines_alive(self) -> int:
        """How many engine workers showed life in the last seconds."""
        ...

    async def waiting(self) -> tuple[int, float]:
        """How many conversations wait, and for how many seconds the first."""
        ...

    async def counts(self) -> Mapping[tuple[str, str, str], int]:
        """Turns by platform, language and answer."""
        ...


class HealthCheck:
    """The health page."""

    def __init__(self, health: Health) -> None:
        self._health = health

    async def get(self, _: Request) -> Response:
        """Say ok, or which part fails."""
        parts = await self._parts()
        if all(parts.values()):
            return JSONResponse({"status": "ok"})
        states = {part: "ok" if is_well else "failing" for part, is_well in parts.items()}
        return JSONResponse({"status": "failing", "parts": states}, status_code=503)

    async def _parts(self) -> dict[str, bool]:
        try:
            async with asyncio.timeout(PATIENCE):
                engines = await self._health.engines_alive()
                _, oldest = await self._health.waiting()
        except (StoreUnavailable, TimeoutError):
            return {"redis": False}
        return {"redis": True, "engine": engines > 0, "queue": oldest < LONGEST_WAIT}
