"""What the measurements need from either bot: started, asked over HTTP, stopped."""

from __future__ import annotations

import asyncio
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

import aiohttp

from bot.content.checks.files import Example
from bot.processes.children import Child
from tests.bench.children import FOLDER, resident_megabytes, start

ANSWER_WITHIN = aiohttp.ClientTimeout(total=60)
KEPT_OPEN = 4.0
"""Seconds; Sanic closes idle connections after 5, and a request must not meet that moment."""
LOADED_WITHIN = 300.0
FIRST_QUESTION = "bonjour hello"

Figures = dict[str, Any]


class Service(ABC):
    """A bot on loopback; everything it starts ends with it."""

    name: str

    def __init__(self) -> None:
        self.exits = AsyncExitStack()
        self.size: Figures = {}
        self._children: list[Child] = []

    async def __aenter__(self) -> Self:
        try:
            parent = tempfile.TemporaryDirectory(dir=FOLDER, ignore_cleanup_errors=True)
            self.folder = Path(self.exits.enter_context(parent))
            session = aiohttp.ClientSession(
                timeout=ANSWER_WITHIN,
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_OPEN),
            )
            self.client = await self.exits.enter_async_context(session)
            await self.start()
        except BaseException:
            await self.exits.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.exits.aclose()

    @abstractmethod
    async def start(self) -> None:
        """Start all its processes, the engine last and by `start_engine`."""

    @abstractmethod
    async def ask(self, conversation: str, text: str) -> bool:
        """Send one message and wait; True when there is a reply."""

    @abstractmethod
    async def accuracy(self, questions: Sequence[Example]) -> Figures:
        """Shares of right answers by language."""

    async def start_process(
        self, name: str, command: Sequence[str | Path], environ: Mapping[str, str]
    ) -> Child:
        """Start a process that ends with this service."""
        child = await start(name, command, environ=environ)
        self.exits.push_async_callback(child.stop)
        self._children.append(child)
        return child

    async def start_engine(
        self, name: str, command: Sequence[str | Path], environ: Mapping[str, str]
    ) -> None:
        """Start what holds the model; measures time and memory up to the first reply."""
        began = time.monotonic()
        engine = await self.start_process(name, command, environ)
        while not await self._is_answering():
            if not engine.is_running or time.monotonic() - began > LOADED_WITHIN:
                raise RuntimeError(f"{name} does not answer, see var/bench/log/{name}.log")
            await asyncio.sleep(0.05)
        self.size = {
            "seconds_to_first_reply": round(time.monotonic() - began, 1),
            "engine_megabytes": resident_megabytes(engine),
            "all_processes_megabytes": sum(map(resident_megabytes, self._children)),
        }

    async def _is_answering(self) -> bool:
        try:
            return await self.ask("first", FIRST_QUESTION)
        except (aiohttp.ClientConnectionError, TimeoutError):
            return False
