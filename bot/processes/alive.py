"""`python -m bot alive <process>`: whether a process on this machine does its work; for containers.

Every loop of a process touches a file of its own, `<BOT_DATA_DIR>/alive/<process>.<loop>`, each
time it has gone round with success. A loop that hangs, or has lost Redis or its platform, stops
doing so. The web process and the console have an address to ask instead.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.settings import Settings, read_settings

OLDEST = 60.0
"""Seconds since a loop went round; a quiet poll of Telegram alone takes 25."""
PATIENCE = 5.0
PROCESSES = ("engine", "trainer", "recorder", "console", "web", "telegram", "discord")


def main(arguments: list[str]) -> int:
    """Say in one sentence whether the process is alive; exit 1 if not."""
    process = arguments[0] if len(arguments) == 1 else ""
    if process not in PROCESSES:
        sys.stderr.write(f"Usage: python -m bot alive {'|'.join(PROCESSES)}\n")
        return 2
    settings = read_settings(os.environ)
    loops = _loops_of(process, settings)
    if process in ("web", "console"):
        trouble = _trouble_of_address(*_address(process, settings))
    else:
        trouble = _trouble_of_loops(process, loops, settings)
    sys.stdout.write(f"{process}: {trouble or 'alive'}\n")
    return 1 if trouble else 0


def sign_of_life(settings: Settings, process: str, loop: str) -> Callable[[], None]:
    """What a loop calls each time it has gone round."""
    path = _sign(settings, process, loop)

    def show() -> None:
        with suppress(OSError):  # a full disk must not end the loop; the check will tell
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    return show


def _loops_of(process: str, settings: Settings) -> Sequence[str]:
    if process == "telegram" and settings.telegram_mode == "webhook":
        return ("sending",)  # the web process receives
    return {
        "engine": ("answering",),
        "recorder": ("recording",),
        "trainer": ("waiting",),
        "telegram": ("sending", "receiving"),
        "discord": ("sending", "receiving"),
    }.get(process, ())


def _sign(settings: Settings, process: str, loop: str) -> Path:
    return settings.data_dir / "alive" / f"{process}.{loop}"


def _trouble_of_loops(process: str, loops: Sequence[str], settings: Settings) -> str:
    for loop in loops:
        try:
            age = time.time() - _sign(settings, process, loop).stat().st_mtime
        except OSError:
            return f"{loop} has not begun"
        if age > OLDEST:
            return f"{loop} last went round {age:.0f} s ago"
    return ""


def _address(process: str, settings: Settings) -> tuple[str, int, str]:
    """Host, port and path of what a process says about its own health."""
    if process == "console":
        return settings.console_host, settings.console_port, "/console/healthz"
    return settings.http_host, settings.http_port, "/healthz"


def _trouble_of_address(host: str, port: int, path: str) -> str:
    """What it says, asked on loopback."""
    asked = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - only compared
    address = f"http://{asked}:{port}{path}"
    try:
        # No proxy: the environment's is for the outside.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=PATIENCE):
            return ""
    except urllib.error.HTTPError as error:
        return f"failing: {_failing_parts(error.read()) or error.code}"
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        return f"no answer on port {port} ({type(reason).__name__})"


def _failing_parts(body: bytes) -> str:
    try:
        parts = json.loads(body)["parts"].items()
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return ", ".join(part for part, state in parts if state != "ok")
