"""Child processes that end with their parent, whatever ends it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STOP_WITHIN = 15.0
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl


@dataclass
class Child:
    """A process that we started and will stop."""

    name: str
    process: asyncio.subprocess.Process

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.returncode is None

    async def stop(self) -> None:
        """Ask it to end; after a while, end it."""
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_WITHIN)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


async def start_child(
    name: str, command: Sequence[str], environ: Mapping[str, str] | None = None
) -> Child:
    """Start a process in a session of its own, so that Ctrl-C reaches only its parent."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environ,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )
    return Child(name, process)


def _end_with_parent() -> None:
    with contextlib.suppress(OSError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
