"""A bot with a content folder and a models folder of its own, for tests that publish."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from bot.content import releases
from bot.content.fingerprints import content_fingerprint
from bot.content.manifests import Manifest
from bot.store.redis.client import Connection
from bot.store.redis.release_states import ReleaseState
from bot.store.redis.store import RedisHealth
from tests.end_to_end.stack import ROOT, Stack

QUESTIONS = ("transparency", "accountability", "trust", "civic_space", "principles")
ASKED = QUESTIONS[0]
"""The question whose answer is reworded."""
ANSWER = f"stories/answers/{ASKED}.yml"
SPOKEN = "Être transparent, pour un gouvernement"
"""How its French answer begins."""


class Publisher:
    """What the console does to content and releases, on copies."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.home = folder / "home"
        self.models = folder / "models"
        self.home.mkdir()
        self.models.mkdir()
        for name in ("nlu", "stories", "tests/nlu"):
            shutil.copytree(ROOT / name, self.home / name)
        shutil.copyfile(ROOT / "config.yml", self.home / "config.yml")
        live = releases.live(models)
        assert live is not None
        (self.models / live.archive).symlink_to((models / live.archive).resolve())
        shutil.copyfile(models / "current.json", self.models / "current.json")

    def reword(self, words: str, root: Path | None = None) -> None:
        """Let the French answer begin with other words."""
        path = (root or self.home) / ANSWER
        text = (ROOT / ANSWER).read_text("utf-8")
        assert SPOKEN in text
        path.write_text(text.replace(SPOKEN, words), "utf-8")

    def publish(self, words: str) -> Manifest:
        """Reword the answer and make it live."""
        releases.keep_live(self.models, self.home, commit="")
        self.reword(words)
        model = releases.find_model(self.models, content_fingerprint(self.home))
        assert model is not None
        now = datetime.now(timezone.utc)
        made = releases.make_release(
            self.models, self.home, model, commit="c", by="sam@example.org", now=now
        )
        return releases.make_live(self.models, made.release)

    def roll_back(self) -> Manifest:
        """Make the release before the live one live."""
        before = releases.previous(self.models)
        assert before is not None
        return releases.make_live(self.models, before.release)


@asynccontextmanager
async def health_of(stack: Stack) -> AsyncIterator[RedisHealth]:
    connection = Connection(stack.valkey.url)
    try:
        yield RedisHealth(connection)
    finally:
        await connection.close()


async def wait_for_release(
    stack: Stack, manifest: Manifest, state: str, *, engines: int
) -> ReleaseState:
    """Wait until a release stands so, and nothing else is spoken by the one engine there is."""
    found: dict[str, ReleaseState] = {}
    async with health_of(stack) as health:

        async def is_so() -> bool:
            nonlocal found
            found = await health.releases()
            one = found.get(manifest.release)
            alive = sum(other.engines for other in found.values())
            return one is not None and (one.state, one.engines, alive) == (state, engines, 1)

        await stack.wait_for(is_so, f"{manifest.release} to be {state}")
    return found[manifest.release]


class Load:
    """People who press buttons at a steady pace, each after their last answer."""

    PEOPLE = 40

    def __init__(self, stack: Stack, per_second: float) -> None:
        self._stack = stack
        self._pause = 1 / per_second
        self._is_over = False
        self._locks = [asyncio.Lock() for _ in range(self.PEOPLE)]
        self.asked: dict[int, list[str]] = defaultdict(list)
        self.failed: list[str] = []
        self.texts: list[tuple[float, str]] = []
        """When and how the reworded answer was said."""
        self.seconds: list[float] = []

    async def __aenter__(self) -> Load:
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_over = True
        await self._running

    @property
    def count(self) -> int:
        """How many messages were sent."""
        return sum(map(len, self.asked.values()))

    async def _run(self) -> None:
        began, tasks = time.monotonic(), []
        for number in itertools.count():
            if self._is_over:
                break
            tasks.append(asyncio.create_task(self._ask(number % self.PEOPLE)))
            await asyncio.sleep(max(0.0, began + (number + 1) * self._pause - time.monotonic()))
        await asyncio.gather(*tasks)

    async def _ask(self, person: int) -> None:
        async with self._locks[person]:
            question = QUESTIONS[(person + len(self.asked[person])) % len(QUESTIONS)]
            self.asked[person].append(question)
            began = time.monotonic()
            try:
                said = await self._stack.ask(
                    f"load-{person}", button=f"a:{question}", language="fr"
                )
            except Exception as error:
                self.failed.append(f"{person}: {type(error).__name__}: {error}")
                return
            self.seconds.append(time.monotonic() - began)
            reply = said["replies"][0]
            if reply["answer"] != question:
                self.failed.append(f"{person}: {reply['answer']} for {question}")
            if question == ASKED:
                self.texts.append((time.monotonic(), reply["text"]))

    async def recorded(self) -> dict[str, list[str]]:
        """What the record holds of each conversation, in order, once all of it is there."""

        async def is_all() -> bool:
            with suppress(Exception):
                return int(self._stack.rows("SELECT count(*) FROM turns")[0][0]) >= self.count
            return False

        await self._stack.wait_for(is_all, "the record of all turns")
        await asyncio.sleep(1.0)  # what came twice would come now
        rows = self._stack.rows(
            "SELECT conversation, answers FROM turns ORDER BY conversation, at, position"
        )
        found: dict[str, list[str]] = defaultdict(list)
        for conversation, answers in rows:
            found[conversation].append(answers.split()[0])
        return found

    async def verify(self) -> None:
        """Nothing failed, and every message was answered once and in order."""
        assert self.failed == []
        found = await self.recorded()
        wanted = Counter(tuple(questions) for questions in self.asked.values())
        assert Counter(map(tuple, found.values())) == wanted
