"""The very commands and health checks of docker-compose.yml, as processes on this machine.

Each gets the variables of its image and of its service and no others; `python` is that of its
environment, and only addresses and folders are replaced by those of this machine.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.processes.valkey import EmbeddedValkey, find_valkey, free_port
from bot.store.vault import open_vault
from tests.platforms.discord_server import DiscordServer
from tests.platforms.telegram_server import TelegramServer
from tests.unit.compose_file import ROOT, environment_of_image, read_compose

pytestmark = pytest.mark.end_to_end

PASSWORD = "0123456789abcdef"
ENGINE_BIN, SERVICES_BIN = ROOT / ".venv/engine/bin", Path(sys.executable).parent
DEADLINE = 90.0


class Service:
    """One service of docker-compose.yml, run on this machine."""

    def __init__(self, name: str, folder: Path, **replaced: str) -> None:
        self.name = name
        self._folder = folder / name
        self.data_dir = self._folder / "var"
        self.data_dir.mkdir(parents=True)
        self._log_path = self._folder / "log"
        self._service: dict[str, Any] = read_compose({"REDIS_PASSWORD": PASSWORD})["services"][name]
        self._environ = self._make_environ(replaced)
        self._process: asyncio.subprocess.Process | None = None

    def _make_environ(self, replaced: dict[str, str]) -> dict[str, str]:
        environ = dict(self._service.get("environment", {}))
        if "build" in self._service:
            environ |= environment_of_image(ROOT / self._service["build"]["dockerfile"])
        given = {name: value for name, value in replaced.items() if name in environ}
        bin_folder = ENGINE_BIN if self.name == "engine" else SERVICES_BIN
        environ |= given | {"PATH": f"{bin_folder}:/usr/bin:/bin", "HOME": str(self._folder)}
        return environ | {"BOT_DATA_DIR": str(self.data_dir)}

    def put_on_path(self, name: str, script: str) -> None:
        """Make a program of the image known under its name there."""
        program = self._folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\nexec {script}\n")
        program.chmod(0o755)
        self._environ["PATH"] = f"{program.parent}:/usr/bin:/bin"

    @property
    def log(self) -> str:
        return self._log_path.read_text("utf-8", "replace")

    async def start(self) -> None:
        with self._log_path.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._service["command"],
                cwd=ROOT, env=self._environ, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip

    async def stop(self) -> None:
        """Stop it as Docker does."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await asyncio.wait_for(self._process.wait(), 30)

    async def check(self) -> tuple[int, str]:
        """Run its health check: exit code and what it said."""
        kind, *words = self._service["healthcheck"]["test"]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=self._environ, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode is not None
        return process.returncode, said.decode()

    async def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + DEADLINE
        while (await self.check())[0] != 0:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name} did not become healthy:\n{self.log[-4000:]}")

    async def wait_for(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + DEADLINE
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for {what}:\n{self.log[-4000:]}")
            await asyncio.sleep(0.02)

    def sign(self, loop: str) -> Path:
        return self.data_dir / "alive" / f"{self.name}.{loop}"

    async def check_an_hour_later(self, loop: str) -> tuple[int, str]:
        """Its health once a loop stood still for an hour while another went on."""
        an_hour_ago = time.time() - 3600
        os.utime(self.sign(loop), (an_hour_ago, an_hour_ago))
        before = self.sign("sending").stat().st_mtime_ns
        await self.wait_for(lambda: self.sign("sending").stat().st_mtime_ns > before, "sending")
        return await self.check()


class Machine:
    """What the services find on this machine."""

    def __init__(self, folder: Path, models: Path, replaced: dict[str, str]) -> None:
        self._folder = folder
        self._models = models
        self._replaced = replaced
        self._services: list[Service] = []

    def service(self, name: str, **replaced: str) -> Service:
        service = Service(name, self._folder, **self._replaced, **replaced)
        if name == "engine":  # its image holds the model
            (service.data_dir / "models").symlink_to(self._models)
        self._services.append(service)
        return service

    async def stop(self) -> None:
        for service in reversed(self._services):
            await service.stop()


@pytest.fixture
async def machine(tmp_path: Path, models: Path) -> AsyncIterator[Machine]:
    key_file = tmp_path / "key.json"
    open_vault(key_file, create=True)
    valkey = EmbeddedValkey(tmp_path / "valkey")
    await valkey.start()
    replaced = {
        "BOT_REDIS_URL": valkey.url,
        "BOT_KEY_FILE": str(key_file),
        "BOT_HTTP_HOST": "127.0.0.1",
        "BOT_HTTP_PORT": str(free_port()),
    }
    machine = Machine(tmp_path, models, replaced)
    try:
        yield machine
    finally:
        await machine.stop()
        await valkey.stop()


async def test_redis_answers_its_health_check(machine: Machine, tmp_path: Path) -> None:
    redis, port = machine.service("redis"), free_port()
    place = f"--port {port} --bind 127.0.0.1 --dir {tmp_path}"
    redis.put_on_path("valkey-server", f'{find_valkey()} "$@" {place}')
    redis.put_on_path("valkey-cli", f'{shutil.which("redis-cli")} -p {port} "$@"')
    assert (await redis.check())[0] == 1
    await redis.start()
    await redis.wait_until_healthy()


@pytest.mark.parametrize("name", ["engine", "recorder"])
async def test_service_without_a_port_becomes_healthy(machine: Machine, name: str) -> None:
    service = machine.service(name)
    assert (await service.check())[0] == 1
    await service.start()
    await service.wait_until_healthy()


async def test_web_becomes_healthy_with_the_engine_and_names_it_when_it_is_gone(
    machine: Machine,
) -> None:
    web, engine = machine.service("web"), machine.service("engine")
    await web.start()
    await web.wait_for(lambda: "Web listens" in web.log, "web")
    await engine.start()
    await web.wait_until_healthy()
    await engine.stop()
    assert await web.check() == (1, "web: failing: engine\n")


async def test_telegram_is_healthy_while_it_hears_telegram(machine: Machine) -> None:
    async with TelegramServer() as telegram:
        service = machine.service(
            "telegram", TELEGRAM_API_URL=telegram.url, TELEGRAM_BOT_TOKEN=telegram.token
        )
        telegram.write("allô")  # else the first poll lasts 25 s
        await service.start()
        await service.wait_until_healthy()
        await telegram.stop()
        await service.wait_for(lambda: "Polling failed" in service.log, "a failed poll")
        code, said = await service.check_an_hour_later("receiving")
        assert (code, said[:29]) == (1, "telegram: receiving last went")
        await telegram.start()
        telegram.write("encore là ?")
        await service.wait_until_healthy()
        await service.stop()
        assert telegram.token.split(":")[1] not in service.log


async def test_discord_is_healthy_while_it_hears_discord(machine: Machine) -> None:
    async with DiscordServer() as discord:
        service = machine.service(
            "discord",
            DISCORD_API_URL=discord.api_url,
            DISCORD_GATEWAY_URL=discord.gateway_url,
            DISCORD_BOT_TOKEN=discord.token,
        )
        await service.start()
        await service.wait_until_healthy()
        discord.refuse_gateway()
        await discord.disconnect("close")
        await service.wait_for(lambda: "Discord was lost" in service.log, "the loss")
        code, said = await service.check_an_hour_later("receiving")
        assert (code, said[:28]) == (1, "discord: receiving last went")
        discord.refuse_gateway(is_refused=False)
        await service.wait_until_healthy()
        await service.stop()
        assert discord.token not in service.log
