"""`make run`, as a newcomer starts and stops it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from bot.processes.valkey import free_port
from tests.end_to_end.stack import ROOT

pytestmark = pytest.mark.end_to_end


def _make_run(folder: Path, port: int) -> subprocess.Popen[str]:
    environ = dict(
        os.environ,
        BOT_DATA_DIR=str(folder),
        BOT_HTTP_PORT=str(port),
        BOT_CONSOLE_PORT=str(free_port()),
    )
    for name in ("BOT_REDIS_URL", "BOT_KEY_FILE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        environ.pop(name, None)
    return subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=environ, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip


def _read_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith(word):
            return said
    raise AssertionError(f"`make run` ended before it said {word!r}:\n{said}")


def _processes_of(folder: Path) -> list[str]:
    """Commands of all processes whose environment or arguments name the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        if int(path.name) == os.getpid():
            continue
        try:
            seen = (path / "environ").read_bytes() + (path / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in seen:
            found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def test_make_run_gets_ready_answers_and_leaves_nothing_behind(
    tmp_path: Path, models: Path
) -> None:
    folder, port = tmp_path / "var", free_port()
    folder.mkdir()
    (folder / "models").symlink_to(models)
    process = _make_run(folder, port)
    try:
        said = _read_until(process, "ready")
        assert f"http://127.0.0.1:{port}/" in said
        assert "Training" not in said
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/chat",
            json={"conversation": "run", "text": "c'est quoi la transparence"},
            timeout=30,
        )
        assert answer.json()["replies"][0]["answer"] == "transparency"
        assert len(_processes_of(folder)) >= 7
        page = httpx.get(f"http://127.0.0.1:{port}/console/", follow_redirects=True, timeout=30)
        assert page.status_code == 200

        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=40)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    assert "Traceback" not in rest
    assert "stopped" in rest
    assert _processes_of(folder) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "something still listens"


def test_make_run_killed_takes_its_processes_with_it(tmp_path: Path, models: Path) -> None:
    folder, port = tmp_path / "var", free_port()
    folder.mkdir()
    (folder / "models").symlink_to(models)
    process = _make_run(folder, port)
    _read_until(process, "ready")

    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    deadline = time.monotonic() + 30
    while _processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _processes_of(folder) == []


def test_port_in_use_is_a_sentence(tmp_path: Path, models: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = _make_run(tmp_path / "var", taken.getsockname()[1])
        said, _ = process.communicate(timeout=60)

    assert process.returncode != 0
    assert "BOT_HTTP_PORT" in said
    assert "Traceback" not in said
