"""`GET /metrics`: figures for Prometheus. No label holds an id of a person, or text."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.adapters.web.health import PATIENCE, Health
from bot.errors import StoreUnavailable

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


@dataclass(frozen=True)
class _Snapshot:
    """The store's figures at one moment."""

    engines: int
    waiting: int
    oldest: float
    counts: Mapping[tuple[str, str, str], int]


class _TurnCollector(Collector):
    """Counts that the store keeps, so that they outlive this process."""

    def __init__(self, counts: Mapping[tuple[str, str, str], int]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "parlouvert_turns",
            "Turns by platform, language and answer",
            labels=["platform", "language", "answer"],
        )
        for labels, count in sorted(self._counts.items()):
            family.add_metric(labels, count)
        yield family


class Metrics:
    """The figures of this process, and those it reads from the store when asked."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "parlouvert_http_requests",
            "Requests by route and status",
            ["route", "status"],
            registry=self._registry,
        )
        self._answer_seconds = Histogram(
            "parlouvert_answer_seconds",
            "From a message taken in to its answer",
            buckets=SECONDS,
            registry=self._registry,
        )

    def count_request(self, route: str, status: int) -> None:
        """One more response."""
        self._requests.labels(route, str(status)).inc()

    @contextmanager
    def time_to_answer(self) -> Iterator[None]:
        """Measure a message that gets an answer; one that gets none is not measured."""
        began = perf_counter()
        yield
        self._answer_seconds.observe(perf_counter() - began)

    async def get(self, _: Request) -> Response:
        """All figures; those of the store are left out while it is gone."""
        text = generate_latest(self._registry) + generate_latest(_as_registry(await self._look()))
        return Response(text, media_type=CONTENT_TYPE)

    async def _look(self) -> _Snapshot | None:
        try:
            async with asyncio.timeout(PATIENCE):
                waiting, oldest = await self._health.waiting()
                engines = await self._health.engines_alive()
                return _Snapshot(engines, waiting, oldest, await self._health.counts())
        except (StoreUnavailable, TimeoutError):
            return None


def _as_registry(snapshot: _Snapshot | None) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, value: float) -> None:
        Gauge(f"parlouvert_{name}", meaning, registry=registry).set(value)

    gauge("redis_up", "1 when Redis answers", 0 if snapshot is None else 1)
    if snapshot is not None:
        gauge("engines_alive", "Engine workers that showed life just now", snapshot.engines)
        gauge("conversations_waiting", "Conversations with a message to answer", snapshot.waiting)
        gauge("oldest_waiting_seconds", "How long the first of them waits", snapshot.oldest)
        registry.register(_TurnCollector(snapshot.counts))
    return registry


class CountRequests:
    """Counts each response under its route's own path, never under the path that was asked for."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[BaseRoute], metrics: Metrics) -> None:
        self._app = app
        self._routes = routes
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application."""
        route = self._route_of(scope)

        async def counting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.count_request(route, message["status"])
            await send(message)

        await self._app(scope, receive, counting_send)

    def _route_of(self, scope: Scope) -> str:
        for route in self._routes:
            if route.matches(scope)[0] is not Match.NONE:
                return str(getattr(route, "path", "other"))
        return "other"
