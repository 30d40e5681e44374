"""Starts, times and weighs the processes that are measured; each has a log in var/bench/log."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.processes.children import Child

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "bench"


@dataclass(frozen=True)
class Spent:
    """What a finished process took; processor time depends less on who shares the machine."""

    seconds: float
    processor_seconds: float


async def start(
    name: str,
    command: Sequence[str | Path],
    *,
    folder: Path = ROOT,
    environ: Mapping[str, str] | None = None,
) -> Child:
    """Start a process in a session of its own, so that Ctrl-C reaches only the bench."""
    log = FOLDER / "log" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            cwd=folder,
            env={**os.environ, **(environ or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process)


async def run(
    name: str,
    command: Sequence[str | Path],
    *,
    folder: Path = ROOT,
    environ: Mapping[str, str] | None = None,
) -> Spent:
    """Run a process to its end.

    Raises:
        RuntimeError: it failed; its log says why.
    """
    began, used = time.monotonic(), _processor_seconds()
    child = await start(name, command, folder=folder, environ=environ)
    try:
        code = await child.process.wait()
    finally:
        await child.stop()
    if code != 0:
        raise RuntimeError(f"{name} ended with {code}, see var/bench/log/{name}.log")
    return Spent(round(time.monotonic() - began, 1), round(_processor_seconds() - used, 1))


def _processor_seconds() -> float:
    """Of all children that have ended; no other one ends while `run` waits."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def resident_megabytes(child: Child) -> float:
    """The memory that a process and its children hold now."""
    return round(_resident_kilobytes(child.process.pid) / 1024, 1)


def _resident_kilobytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return int(line.split()[1]) + sum(_resident_kilobytes(int(one)) for one in children)
