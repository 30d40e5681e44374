"""The connection to Redis: how it is opened, how scripts run, and how its failures are named."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha1
from importlib import resources
from typing import Any

import redis.asyncio
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisClusterException, RedisError, ResponseError

from bot.errors import StoreUnavailable

CLUSTER_SCHEME = "redis+cluster://"
ANSWER_WITHIN = 5.0
"""Seconds any call but a blocking read may take; a hung Redis must not freeze a process."""


class Connection:
    """One Redis, or one Redis Cluster, with our scripts."""

    def __init__(self, url: str) -> None:
        self.is_cluster = url.startswith(CLUSTER_SCHEME)
        options: dict[str, Any] = {
            "socket_timeout": ANSWER_WITHIN,
            "socket_connect_timeout": 2.0,
            # The client's own retries are silent: entries read from a stream whose answer was lost
            # would lie there as ours, and nobody would know. Callers hear of it and begin again.
            "retry": Retry(NoBackoff(), 0),
        }
        if self.is_cluster:
            address = "redis://" + url[len(CLUSTER_SCHEME) :]
            self.client: Any = RedisCluster.from_url(address, **options)
        else:
            self.client = redis.asyncio.Redis.from_url(url, **options)
        self._sources: dict[str, str] = {}
        self._hashes: dict[str, str] = {}

    async def run_script(self, name: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run `scripts/<name>.lua`, sending its text only when Redis does not have it yet."""
        with store_errors():
            if name in self._hashes:
                try:
                    return await self.client.evalsha(
                        self._hashes[name], len(keys), *keys, *arguments
                    )
                except NoScriptError:
                    pass
            source = self._sources.setdefault(name, _read_script(name))
            self._hashes[name] = _sha1(source)
            return await self.client.eval(source, len(keys), *keys, *arguments)

    async def rewrite_log(self) -> None:
        """Let Redis write its append-only file anew, without what was deleted; where it may."""
        with store_errors(), suppress(ResponseError):
            if not self.is_cluster:
                await self.client.bgrewriteaof()

    async def ping(self) -> None:
        """Raise StoreUnavailable unless Redis answers."""
        with store_errors():
            await self.client.ping()

    async def close(self) -> None:
        """Close every connection."""
        closing = getattr(self.client, "aclose", None) or self.client.close
        await closing()


@contextmanager
def store_errors() -> Iterator[None]:
    """Name every failure of Redis in our own words, without its text."""
    try:
        yield
    except (RedisError, RedisClusterException, OSError, asyncio.TimeoutError) as error:
        raise StoreUnavailable(type(error).__name__) from error
    except TypeError as error:
        if not _is_connection_lost(error):
            raise
        raise StoreUnavailable("ConnectionError") from error


def _is_connection_lost(error: TypeError) -> bool:
    """How asyncio of Python 3.12.1 says that it wrote to a connection that is being lost."""
    return traceback.extract_tb(error.__traceback__)[-1].name == "writelines"


def _read_script(name: str) -> str:
    return (resources.files(__package__) / "scripts" / f"{name}.lua").read_text("utf-8")


def _sha1(source: str) -> str:
    return sha1(source.encode("utf-8"), usedforsecurity=False).hexdigest()
