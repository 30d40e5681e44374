"""Child processes that end with their parent, whatever ends it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
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

    def kill(self) -> None:
        """End it at once."""
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()

    async def stop(self) -> None:
        """Ask it to end; after a while, end it."""
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_WITHIN)
        except asyncio.TimeoutError:  # in Python 3.10 not yet the built-in one
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


async def start_child(
    name: str,
    command: Sequence[str],
    environ: Mapping[str, str] | None = None,
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
    stdout: int | None = None,
) -> Child:
    """Start a process in a session of its own, so that Ctrl-C reaches only its parent.

    Args:
        name: what it is called in messages.
        command: the program and its arguments.
        environ: its environment; None: this process's.
        death_signal: what it gets when this process ends, whatever ends it.
        pass_fds: file descriptors that it inherits.
        stdout: where its output goes, as for `subprocess`.
    """
    parent = os.getpid()

    def end_with_parent() -> None:
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, death_signal)
        if os.getppid() != parent:  # it ended just now, before we asked to be told
            os._exit(1)

    process = await asyncio.create_subprocess_exec(
        *command,
        env=environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        limit=1 << 20,
        pass_fds=pass_fds,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    return Child(name, process)
