"""Child processes: started as told, stopped for certain, gone with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.processes import children
from bot.processes.children import start_child

ROOT = Path(__file__).parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " print('deaf', file=open(sys.argv[1], 'w')); time.sleep(600)",
]
PARENT = f"""
import asyncio, sys
from bot.processes.children import start_child

async def main():
    child = await start_child("child", {SLEEP!r})
    print(child.process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def wait_until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "this never came true"
        await asyncio.sleep(0.02)


def is_dead(pid: int) -> bool:
    """Whether a process has ended, be it collected or not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state in "ZX"


async def test_child_runs_until_it_is_stopped() -> None:
    child = await start_child("sleeper", SLEEP)
    assert child.is_running
    await child.stop()
    assert not child.is_running
    assert child.process.returncode == -signal.SIGTERM


async def test_child_gets_its_environment_and_a_session_of_its_own(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = "import os, sys; open(sys.argv[1], 'w').write(f'{os.getsid(0)} {os.environ[\"A\"]}')"
    child = await start_child("teller", [sys.executable, "-c", script, str(told)], {"A": "b"})
    assert await child.process.wait() == 0
    session, value = told.read_text("utf-8").split()
    assert int(session) == child.process.pid != os.getsid(0)
    assert value == "b"


async def test_stopping_what_has_ended_changes_nothing() -> None:
    child = await start_child("quick", [sys.executable, "-c", "raise SystemExit(3)"])
    await child.process.wait()
    await child.stop()
    assert child.process.returncode == 3


async def test_child_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "STOP_WITHIN", 0.2)
    ready = tmp_path / "ready"
    child = await start_child("deaf", [*DEAF, str(ready)])
    await wait_until(ready.exists)
    await child.stop()
    assert child.process.returncode == -signal.SIGKILL


async def test_child_ends_with_a_parent_that_was_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    pid = int(await asyncio.wait_for(parent.stdout.readline(), 20))
    try:
        assert not is_dead(pid)
        parent.kill()
        await parent.wait()
        await wait_until(lambda: is_dead(pid))
    finally:
        if not is_dead(pid):
            os.kill(pid, signal.SIGKILL)
