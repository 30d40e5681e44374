"""`make run`: everything on loopback. Starts each process, keeps it running, stops them all."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from bot.errors import SettingInvalid
from bot.processes.children import Child, start_child
from bot.processes.stopping import run_until_signal
from bot.processes.valkey import EmbeddedValkey
from bot.settings import Settings, read_settings
from bot.store.vault import open_vault

ENGINE_PYTHON = Path(".venv/engine/bin/python")
NEED_RASA = ("engine", "trainer")
STOPPED_IN_STEPS = (("telegram", "discord", "web", "console"), ("engine",), ("recorder", "trainer"))
"""Doors first, then the engine and the recorder; Redis last."""
READY_WITHIN = 180.0
LOOK_EVERY = 0.5
MOST_RESTARTS = 5
WITHIN_SECONDS = 120.0
"""A process that ends more often than that within so many seconds stops everything."""


def main(arguments: list[str]) -> int:
    """Train if needed, then run until Ctrl-C."""
    settings = read_settings(os.environ)
    _check_port("BOT_HTTP_PORT", settings.http_host, settings.http_port)
    _check_port("BOT_CONSOLE_PORT", settings.console_host, settings.console_port)
    if settings.console_port == settings.http_port:
        raise SettingInvalid("BOT_CONSOLE_PORT", "it must differ from BOT_HTTP_PORT")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    open_vault(settings.key_file, create=settings.is_key_file_ours)
    trained = subprocess.run(
        [str(ENGINE_PYTHON), "-m", "bot", "train", "--if-changed"], env=_environ(), check=False
    )
    if trained.returncode != 0:
        return trained.returncode
    return asyncio.run(_run(settings))


def _environ(**more: str) -> dict[str, str]:
    """What children get: one thread a process for the encoder, which spins when it has more."""
    base = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "PYTHONUNBUFFERED": "1"}
    return base | dict(os.environ) | more


def _check_port(name: str, host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingInvalid(name, f"port {port} is in use; choose another") from error


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - only compared
    return f"http://{shown}:{port}"


def _is_well(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


async def _run(settings: Settings) -> int:
    supervisor = Supervisor(settings)
    await run_until_signal(supervisor.run())
    return supervisor.exit_code


class Supervisor:
    """All processes of this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._valkey: EmbeddedValkey | None = None
        self._children: list[Child] = []
        self._restarts: dict[str, list[float]] = {}
        self.exit_code = 0

    async def run(self) -> None:
        """Start, say `ready`, watch; on cancellation stop everything."""
        try:
            await self._start()
            await self._wait_until_ready()
            self._greet()
            await self._watch()
        finally:
            await self._stop()

    async def _start(self) -> None:
        settings = self._settings
        url = settings.redis_url
        if not url:
            self._valkey = EmbeddedValkey(settings.data_dir / "valkey")
            await self._valkey.start()
            url = self._valkey.url
        self._child_environ = _environ(
            BOT_REDIS_URL=url,
            BOT_KEY_FILE=str(settings.key_file),
            BOT_CONSOLE_URL=settings.console_url or self._console,
        )
        names = ["engine"] * settings.engine_workers + ["recorder", "trainer", "console", "web"]
        names += ["telegram"] if settings.telegram_token else []
        names += ["discord"] if settings.discord_token else []
        _say("Starting " + ", ".join(dict.fromkeys(names)) + " ...")
        for name in names:
            self._children.append(await self._start_one(name))

    async def _start_one(self, name: str) -> Child:
        python = str(ENGINE_PYTHON) if name in NEED_RASA else sys.executable
        return await start_child(name, [python, "-m", "bot", name], self._child_environ)

    async def _wait_until_ready(self) -> None:
        deadline = asyncio.get_running_loop().time() + READY_WITHIN
        while not await asyncio.to_thread(self._is_ready):
            ended = [child for child in self._children if not child.is_running]
            if ended or asyncio.get_running_loop().time() > deadline:
                self.exit_code = 1
                names = ", ".join(child.name for child in ended) or "the bot"
                _say(f"Could not start: {names} did not get ready; its lines above say why.")
                raise asyncio.CancelledError
            await asyncio.sleep(LOOK_EVERY)

    def _is_ready(self) -> bool:
        return _is_well(f"{self._web}/healthz") and _is_well(f"{self._console}/console/healthz")

    @property
    def _web(self) -> str:
        return _address(self._settings.http_host, self._settings.http_port)

    @property
    def _console(self) -> str:
        return _address(self._settings.console_host, self._settings.console_port)

    def _greet(self) -> None:
        _say(f"Chat page   {self._web}/")
        _say(f"Console     {self._web}/console/")
        _say(f"API         {self._web}/api/chat")
        _say(f"Health      {self._web}/healthz   {self._web}/metrics")
        for name in ("telegram", "discord"):
            is_on = any(child.name == name for child in self._children)
            _say(f"{name.capitalize():<11} {'on' if is_on else 'off: no token set'}")
        _say("ready (Ctrl-C stops everything)")

    async def _watch(self) -> None:
        """Start again what ends by itself; give up on what keeps ending."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._valkey is not None and not self._valkey.is_running:
                if not self._may_restart("valkey"):
                    return
                await self._valkey.start()
            for place, child in enumerate(self._children):
                if not child.is_running:
                    if not self._may_restart(child.name):
                        return
                    self._children[place] = await self._start_one(child.name)

    def _may_restart(self, name: str) -> bool:
        now = asyncio.get_running_loop().time()
        recent = [at for at in self._restarts.get(name, []) if now - at < WITHIN_SECONDS]
        self._restarts[name] = [*recent, now]
        if len(recent) >= MOST_RESTARTS:
            self.exit_code = 1
            _say(f"{name} keeps ending; everything stops.")
            return False
        _say(f"{name} ended by itself; starting it again.")
        return True

    async def _stop(self) -> None:
        for names in STOPPED_IN_STEPS:
            group = [child for child in self._children if child.name in names]
            await asyncio.gather(*(child.stop() for child in group))
        if self._valkey is not None:
            await self._valkey.stop()
        _say("stopped")


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - the terminal is this verb's output
