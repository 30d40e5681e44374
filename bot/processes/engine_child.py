"""Starts an engine worker as a child of this process and hears whether it is ready."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from bot.processes.children import Child, start_child
from bot.processes.worker_order import WorkerOrder


@dataclass(frozen=True)
class Told:
    """What a worker said of its start."""

    is_ready: bool
    why: str


@dataclass
class EngineChild:
    """A worker, and what it will have told."""

    order: WorkerOrder
    child: Child
    told: asyncio.Task[Told | None]
    """None once it has ended without a word."""
    folder: Path
    """Its temporary files, which a worker that is killed leaves behind."""

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.child.is_running

    async def stop(self) -> None:
        """Let it finish the turn under way; it is gone afterwards."""
        await self.child.stop()
        self.told.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def kill(self) -> None:
        """End it at once."""
        self.child.kill()
        await self.stop()


async def start_engine_child(order: WorkerOrder) -> EngineChild:
    """Start a worker that is killed when this process ends: a turn under way is run again."""
    ours, theirs = os.pipe()
    folder = tempfile.mkdtemp(prefix="engine-")
    try:
        command = [sys.executable, "-m", "bot", "engine", "--worker"]
        child = await start_child(
            "engine",
            [*command, replace(order, tell=theirs).to_json()],
            {**os.environ, "TMPDIR": folder},
            death_signal=signal.SIGKILL,
            pass_fds=(theirs,),
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return EngineChild(order, child, asyncio.create_task(_listen(ours)), Path(folder))


async def _listen(descriptor: int) -> Told | None:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    try:
        line = await reader.readline()
    finally:
        transport.close()
    if not line:
        return None
    said = json.loads(line)
    return Told(said["state"] == "ready", said["why"])
