"""Makes the fixtures of the stores known to all contract tests."""

from tests.contract.stores import (
    open_redis_store,
    open_store,
    redis_store,
    server_kind,
    started_servers,
    store,
    twin,
)

__all__ = [
    "open_redis_store",
    "open_store",
    "redis_store",
    "server_kind",
    "started_servers",
    "store",
    "twin",
]
