"""The bot's real processes on loopback, as `make run` starts them, but one by one."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Self

import httpx
import redis.asyncio

from bot.processes.valkey import EmbeddedValkey, free_port
from bot.store.redis.keys import PARTITIONS, Keys
from bot.store.vault import open_vault

ROOT = Path(__file__).resolve().parents[2]
ENGINE_PYTHON = ROOT / ".venv/engine/bin/python"
DEADLINE = 90.0


def train_if_needed() -> Path:
    """The folder of the current model, trained first where the content changed."""
    environ = dict(os.environ, OMP_WAIT_POLICY="passive")
    environ.pop("BOT_DATA_DIR", None)
    command = [str(ENGINE_PYTHON), "-m", "bot", "train", "--if-changed"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True)
    return ROOT / "var" / "models"


class Stack:
    """Valkey and whichever processes a test starts; all of them end with it."""

    def __init__(self, folder: Path, models: Path, **settings: str) -> None:
        self.data_dir = folder / "data"
        self.data_dir.mkdir()
        (self.data_dir / "models").symlink_to(models)
        self.port = free_port()
        self.valkey = EmbeddedValkey(self.data_dir / "valkey")
        self._settings = settings
        self._log = (folder / "all.log").open("wb")
        self._log_path = folder / "all.log"
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=40)
        self.vault = open_vault(self.data_dir / "key.json", create=True)

    async def __aenter__(self) -> Self:
        await self.valkey.start()
        self.redis = redis.asyncio.Redis.from_url(self.valkey.url)
        return self

    async def __aexit__(self, *_: object) -> None:
        for name in list(self.processes):
            await self.stop(name)
        await self.client.aclose()
        await self.redis.aclose()
        await self.valkey.stop()
        self._log.close()

    @property
    def log(self) -> str:
        """Everything that every process has written so far."""
        return self._log_path.read_text("utf-8", "replace")

    async def start(self, verb: str, name: str | None = None) -> asyncio.subprocess.Process:
        """Start `python -m bot <verb>` in its environment."""
        python = str(ENGINE_PYTHON) if verb in ("engine", "trainer") else sys.executable
        environ = dict(os.environ) | {
            "BOT_DATA_DIR": str(self.data_dir),
            "BOT_KEY_FILE": str(self.data_dir / "key.json"),
            "BOT_REDIS_URL": self.valkey.url,
            "BOT_HTTP_PORT": str(self.port),
            "OMP_NUM_THREADS": "1",
            **self._settings,
        }
        process = await asyncio.create_subprocess_exec(
            python, "-m", "bot", verb,
            cwd=ROOT, env=environ, stdin=asyncio.subprocess.DEVNULL,
            stdout=self._log, stderr=self._log,
        )  # fmt: skip
        self.processes[name or verb] = process
        return process

    async def stop(self, name: str) -> None:
        """Stop one process as an operator would."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)

    async def kill(self, name: str) -> None:
        """End one process without a word."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def staff(self, *arguments: str) -> str:
        """Run a moderator's command; what it prints."""
        environ = {
            "BOT_DATA_DIR": str(self.data_dir),
            "BOT_KEY_FILE": str(self.data_dir / "key.json"),
            "PATH": "/usr/bin:/bin",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "views", *arguments,
            cwd=ROOT, env=environ, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, complaint = await process.communicate()
        assert process.returncode == 0, complaint.decode()
        return said.decode()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What the record holds."""
        with closing(sqlite3.connect(self.data_dir / "record.sqlite")) as connection:
            return connection.execute(query, values).fetchall()

    async def is_turn_under_way(self) -> bool:
        """Whether an engine is answering a message."""
        leases = [await self.redis.hlen(Keys().leases(place)) for place in range(PARTITIONS)]
        return sum(leases) > 0

    async def wait_until_healthy(self) -> None:
        """Wait until `/healthz` says that a message would be answered, and is recorded."""

        async def is_healthy() -> bool:
            with suppress(httpx.TransportError):
                return (await self.client.get("/healthz")).status_code == 200
            return False

        async def is_recording() -> bool:
            return "Recorder ready." in self.log

        await self.wait_for(is_healthy, "health")
        if "recorder" in self.processes:
            await self.wait_for(is_recording, "the recorder")

    async def wait_for(self, condition: Any, what: str, seconds: float = DEADLINE) -> None:
        """Wait until an asynchronous condition holds; fail with the processes' lines if never."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not await condition():
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"waited {seconds:g} s for {what}:\n{self.log[-4000:]}")
            await asyncio.sleep(0.02)

    async def ask(self, conversation: str, text: str | None = None, **more: Any) -> dict[str, Any]:
        """The JSON answer of `POST /api/chat`."""
        body = {"conversation": conversation, **more}
        if text is not None:
            body["text"] = text
        answer = await self.client.post("/api/chat", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())
