"""Children as the engine's own Python starts and stops them, and what a worker tells."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.processes import children
from bot.processes.children import start_child
from bot.processes.engine_child import Told, start_engine_child
from bot.processes.worker_order import WorkerOrder, tell

DEAF = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " open(sys.argv[1], 'w').close(); time.sleep(600)"
)
PYTHON = os.path.realpath(sys.executable)
ORDER = WorkerOrder("r1", "models", "content é", "a.tar.gz", "0" * 64)


async def test_child_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "STOP_WITHIN", 0.2)
    ready = tmp_path / "ready"
    child = await start_child("deaf", [sys.executable, "-c", DEAF, str(ready)])
    while not ready.exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.02)
    await child.stop()
    assert child.process.returncode == -signal.SIGKILL


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for the Python of the worker; what it does is written into the file."""
    script = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(script))
    return script


def does(script: Path, code: str) -> None:
    head = f"#!{PYTHON}\nimport json, os, sys, time\n"
    order = "order = json.loads(sys.argv[-1])\n"
    script.write_text(head + order + code, "utf-8")
    script.chmod(0o755)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            'os.write(order[\'tell\'], b\'{"state": "ready", "why": ""}\\n\'); time.sleep(600)',
            Told(True, ""),
        ),
        (
            "os.write(order['tell'], json.dumps({'state': 'failed', 'why': 'smoke: '"
            " + order['content']}).encode() + b'\\n'); sys.exit(1)",
            Told(False, "smoke: content é"),
        ),
        ("sys.exit(3)", None),
    ],
)
async def test_worker_is_heard(worker: Path, code: str, told: Told | None) -> None:
    does(worker, code)
    child = await start_engine_child(ORDER)
    assert await asyncio.wait_for(child.told, 20) == told
    if told == Told(True, ""):
        assert child.is_running
    assert child.folder.is_dir()
    await child.kill()
    assert not child.is_running
    assert not child.folder.exists()


async def test_order_crosses_to_the_worker_whole() -> None:
    assert WorkerOrder.from_json(ORDER.to_json()) == ORDER


def test_worker_whose_starter_is_gone_goes_on() -> None:
    read, write = os.pipe()
    os.close(read)
    tell(WorkerOrder("r1", "m", "c", "a", "0", tell=write), state="ready", why="")
    tell(ORDER, state="ready", why="")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.close(write)
