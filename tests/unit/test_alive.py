"""`python -m bot alive`: signs of life on disk, and the web process on loopback."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.processes import alive
from bot.settings import read_settings

LOOPS = {
    "engine": ("answering",),
    "recorder": ("recording",),
    "telegram": ("sending", "receiving"),
    "discord": ("sending", "receiving"),
}
each_process = pytest.mark.parametrize("process", LOOPS)
Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TELEGRAM_MODE", "BOT_HTTP_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    return tmp_path


def show_life(process: str, *loops: str) -> None:
    for loop in loops:
        alive.sign_of_life(read_settings(os.environ), process, loop)()


def grow_old(data_dir: Path, name: str, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(data_dir / "alive" / name, (then, then))


@each_process
def test_process_is_alive_when_all_its_loops_went_round(process: str, capsys: Said) -> None:
    show_life(process, *LOOPS[process])
    assert alive.main([process]) == 0
    assert capsys.readouterr().out == f"{process}: alive\n"


@each_process
def test_process_that_has_not_begun_is_not_alive(process: str, capsys: Said) -> None:
    others = [other for other in LOOPS if other != process]
    for other in others:
        show_life(other, *LOOPS[other])
    assert alive.main([process]) == 1
    assert capsys.readouterr().out == f"{process}: {LOOPS[process][0]} has not begun\n"


@pytest.mark.parametrize(
    ("process", "loop"), [(process, loop) for process, loops in LOOPS.items() for loop in loops]
)
def test_one_dead_loop_is_enough(process: str, loop: str, data_dir: Path, capsys: Said) -> None:
    show_life(process, *LOOPS[process])
    grow_old(data_dir, f"{process}.{loop}", 3600)
    assert alive.main([process]) == 1
    assert f"{process}: {loop} last went round 3600 s ago" in capsys.readouterr().out


def test_quiet_poll_of_telegram_is_no_death(data_dir: Path) -> None:
    show_life("telegram", "sending", "receiving")
    grow_old(data_dir, "telegram.receiving", 35)  # it may last 25 s, and 10 more on a slow line
    assert alive.main(["telegram"]) == 0


def test_dead_loop_that_comes_back_is_alive_again(data_dir: Path) -> None:
    show_life("engine", "answering")
    grow_old(data_dir, "engine.answering", 3600)
    assert alive.main(["engine"]) == 1
    show_life("engine", "answering")
    assert alive.main(["engine"]) == 0


def test_telegram_with_a_webhook_only_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_MODE", "webhook")
    show_life("telegram", "sending")
    assert alive.main(["telegram"]) == 0


def test_sign_that_cannot_be_written_does_not_end_the_loop(data_dir: Path) -> None:
    (data_dir / "alive").write_text("a file where the folder should be")
    show_life("engine", "answering")
    assert alive.main(["engine"]) == 1


@pytest.mark.parametrize("arguments", [[], ["redis"], ["engine", "web"], [""]])
def test_unknown_process_is_explained(arguments: list[str], capsys: Said) -> None:
    assert alive.main(arguments) == 2
    assert "alive engine|trainer|recorder|console|web|telegram|discord" in capsys.readouterr().err


@contextmanager
def web(status: int, body: bytes) -> Iterator[list[str]]:
    """A web process that says this of its health; gives the paths that were asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        os.environ["BOT_HTTP_PORT"] = str(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield paths
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the environment's port back after the test."""
    monkeypatch.setenv("BOT_HTTP_PORT", "1")


@pytest.mark.usefixtures("port")
@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1"])
def test_web_is_alive_when_its_health_page_says_so(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    monkeypatch.setenv("BOT_HTTP_HOST", host)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with web(200, b'{"status": "ok"}') as paths:
        assert alive.main(["web"]) == 0
    assert paths == ["/healthz"]
    assert capsys.readouterr().out == "web: alive\n"


@pytest.mark.usefixtures("port")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"parts": {"redis": "ok", "engine": "failing", "queue": "failing"}}', "engine, queue"),
        (b'{"parts": {"redis": "failing"}}', "redis"),
        (b"<html>", "503"),
        (b'["parts"]', "503"),
    ],
    ids=["engine and queue", "redis", "no JSON", "other JSON"],
)
def test_web_that_is_failing_names_the_part(body: bytes, said: str, capsys: Said) -> None:
    with web(503, body):
        assert alive.main(["web"]) == 1
    assert capsys.readouterr().out == f"web: failing: {said}\n"


@pytest.mark.usefixtures("port")
def test_web_that_does_not_listen_is_not_alive(capsys: Said) -> None:
    with web(200, b""):
        pass
    assert alive.main(["web"]) == 1
    assert "(ConnectionRefusedError)" in capsys.readouterr().out
