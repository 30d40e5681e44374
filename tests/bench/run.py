"""`make bench`: measures our bot and stock Rasa in one run; a table and var/bench.json.

`.venv/services/bin/python tests/bench/run.py --only turns,votes` for some parts; all of them are
train, size, turns, load, accuracy, votes, groups, console and publishing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.processes.stopping import run_until_signal
from tests.bench import console, load, opinions, ours, publishing, stock, table, votes
from tests.bench.children import FOLDER, ROOT
from tests.bench.service import Figures, Service

PARTS = ("train", "size", "turns", "load", "accuracy", "votes", "groups", "console", "publishing")
WITHOUT_SERVICE = {"train", "groups", "console", "publishing"}
OURS_ALONE = {"votes", "groups", "console", "publishing"}
REPORT = ROOT / "var" / "bench.json"


class Bench:
    """One run: what was asked for, and what came out."""

    def __init__(self, parts: Sequence[str]) -> None:
        self._parts = parts
        self._began = time.monotonic()
        self._is_complete = False
        self.results: dict[str, dict[str, Figures]] = {ours.NAME: {}, stock.NAME: {}}

    async def run(self) -> None:
        """Measure one bot after the other, so that neither takes the other's time."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        try:
            if "train" in self._parts:
                await self._measure(ours.NAME, "train", ours.train)
                await self._measure(stock.NAME, "train", stock.train)
            if "groups" in self._parts:
                await self._measure(
                    ours.NAME, "groups", partial(asyncio.to_thread, opinions.measure)
                )
            if "console" in self._parts:
                await self._measure(ours.NAME, "console", console.measure)
            if "publishing" in self._parts:
                await self._measure(ours.NAME, "publishing", publishing.measure)
            for service in (ours.Ours(), stock.Stock()):
                if self._parts_of(service):
                    await self._measure_service(service)
            self._is_complete = True
        finally:
            self._report()

    async def _measure_service(self, service: Service) -> None:
        """Start it and run each part that needs it; when it does not start, they all failed."""
        name = service.name
        self._say(f"{name}: starting")
        parts = self._parts_of(service)
        try:
            if "failed" in self.results[name].get("train", {}):
                raise RuntimeError("it could not be trained")
            async with service:
                for part in parts:
                    await self._measure(name, part, partial(self._part, service, part))
        except Exception as error:
            for part in parts:
                self.results[name].setdefault(part, self._failure(name, part, error))

    def _parts_of(self, service: Service) -> list[str]:
        is_ours = service.name == ours.NAME
        left_out = WITHOUT_SERVICE if is_ours else WITHOUT_SERVICE | OURS_ALONE
        return [part for part in PARTS if part in self._parts and part not in left_out]

    async def _part(self, service: Service, part: str) -> Figures:
        def say(sentence: str) -> None:
            self._say(f"{service.name}: {sentence}")

        if part == "size":
            return service.size
        if part == "turns":
            return await load.long_conversations(service, load.topic_questions(), say)
        if part == "load":
            return await load.crowds(service, load.topic_questions(), say)
        if part == "votes":
            assert isinstance(service, ours.Ours)
            return await votes.measure(service)
        return await service.accuracy(load.held_out())

    async def _measure(self, name: str, part: str, work: Callable[[], Awaitable[Figures]]) -> None:
        """Run one part; a failure is a result too, and the next part goes on."""
        self._say(f"{name}: {part} ...")
        busy, began = os.getloadavg()[0], time.monotonic()
        try:
            figures = await work()
        except Exception as error:
            figures = self._failure(name, part, error)
        self.results[name][part] = {
            **figures,
            "measured_in_seconds": round(time.monotonic() - began, 1),
            "load_average_before": round(busy, 2),
        }

    def _failure(self, name: str, part: str, error: Exception) -> Figures:
        reason = f"{type(error).__name__}: {error}"
        self._say(f"{name}: {part} failed: {reason}")
        return {"failed": reason}

    def _report(self) -> None:
        rows = table.rows(self.results)
        report = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {"cores": os.cpu_count(), "system": platform.platform()},
            "parts": list(self._parts),
            "is_complete": self._is_complete,
            "seconds": round(time.monotonic() - self._began),
            "figures": [row.to_json() for row in rows],
            **self.results,
        }
        REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
        print("\n" + table.as_text(rows, self.results))
        if not self._is_complete:
            print("STOPPED before the end; what was not reached is missing above.")
        print(f"\nEverything measured: {REPORT.relative_to(ROOT)}")

    def _say(self, sentence: str) -> None:
        print(f"[{time.monotonic() - self._began:6.0f} s] {sentence}", flush=True)

    @property
    def has_failed(self) -> bool:
        """Whether any part has, or the run was stopped half-way."""
        measured = [part for bot in self.results.values() for part in bot.values()]
        return not self._is_complete or any("failed" in part for part in measured)


def main(arguments: list[str]) -> int:
    """Run the parts asked for; exit 1 when one could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, joined by commas")
    asked = parser.parse_args(arguments).only.split(",")
    unknown = sorted(set(asked) - set(PARTS))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    bench = Bench([part for part in PARTS if part in asked])
    asyncio.run(run_until_signal(bench.run()))
    return 1 if bench.has_failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
