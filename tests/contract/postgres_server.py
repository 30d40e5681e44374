"""A PostgreSQL of our own on loopback, in a folder that goes away with it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.contract.redis_servers import free_port

WITHIN = 60


def missing() -> str:
    """Why there can be no PostgreSQL here, or nothing."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed in this environment"
    if _programs() is None:
        return "there is no PostgreSQL server under /usr/lib/postgresql"
    return ""


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


class PostgresServer:
    """One server; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._port = free_port()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def create(self) -> None:
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync")

    def start(self) -> None:
        options = f"-p {self._port} -h 127.0.0.1 -k {self._data} -F"
        log = str(self._data / "log")
        self._run("pg_ctl", "--wait", f"--timeout={WITHIN}", f"--log={log}", "-o", options, "start")

    def stop(self) -> None:
        """End it at once; whoever is connected loses the connection."""
        self._run("pg_ctl", "--wait", f"--timeout={WITHIN}", "--mode=immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        programs = _programs()
        assert programs is not None
        command: Sequence[str] = [str(programs / program), f"--pgdata={self._data}", *arguments]
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        subprocess.run(
            command, check=True, env=environment, cwd="/", stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, timeout=WITHIN * 2, **_as_somebody_harmless(),
        )  # fmt: skip


def _as_somebody_harmless() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    person = _somebody()
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def _somebody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server; gone, with its data, at the end."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if os.geteuid() == 0:
            os.chown(folder, _somebody().pw_uid, _somebody().pw_gid)
        server = PostgresServer(folder)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
