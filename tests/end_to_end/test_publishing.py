"""Publish and go back while people talk: nobody notices but by what the answers say."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.end_to_end.publishing import SPOKEN, Load, Publisher, health_of, wait_for_release
from tests.end_to_end.stack import Stack

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(400)]

NEW = "La nouvelle transparence"
PER_SECOND = 20


@pytest.fixture
def publisher(tmp_path: Path, models: Path) -> Publisher:
    return Publisher(tmp_path, models)


@pytest.fixture
async def bot(tmp_path: Path, publisher: Publisher) -> AsyncIterator[Stack]:
    settings = {"BOT_CONTENT_DIR": str(publisher.home)}
    async with Stack(tmp_path, publisher.models, **settings) as stack:
        for verb in ("engine", "web", "recorder"):
            await stack.start(verb)
        await stack.wait_until_healthy()
        yield stack


async def said(bot: Stack, person: str = "one") -> str:
    answer = await bot.ask(person, button="a:transparency", language="fr")
    return str(answer["replies"][0]["text"])


async def test_publishing_and_going_back_under_load_loses_and_doubles_nothing(
    bot: Stack, publisher: Publisher
) -> None:
    async with Load(bot, PER_SECOND) as load:
        await asyncio.sleep(2)
        published = publisher.publish(NEW)
        await wait_for_release(bot, published, "live", engines=1)
        await asyncio.sleep(3)
        back = publisher.roll_back()
        await wait_for_release(bot, back, "live", engines=1)
        await asyncio.sleep(3)
    await load.verify()
    assert load.count > 10 * PER_SECOND
    heard = [text.startswith(NEW) for _, text in load.texts]
    assert True in heard
    assert not heard[0]
    assert not any(heard[-3:])


async def test_release_that_fails_its_smoke_conversations_changes_nothing(
    bot: Stack, publisher: Publisher
) -> None:
    smoke = publisher.home / "stories/smoke.yml"
    good = smoke.read_text("utf-8")
    first = await said(bot)
    assert first.startswith(SPOKEN)
    publisher.publish("Presque pareille")  # one to go back to
    await bot.wait_for(lambda: says(bot, "Presque pareille"), "the second release")
    smoke.write_text(good.replace("answer: open_government", "answer: transparency"), "utf-8")
    failing = publisher.publish(NEW)
    state = await wait_for_release(bot, failing, "failed", engines=0)
    assert state.why.startswith("smoke: ")
    assert "transparency was expected, open_government came" in state.why
    assert (await said(bot)).startswith("Presque pareille")

    await bot.stop("engine")  # nor after a restart, though it stands as the live one
    await bot.start("engine")
    await bot.wait_for(lambda: says(bot, "Presque pareille"), "the release before")

    smoke.write_text(good, "utf-8")
    good_again = publisher.publish(NEW)
    await wait_for_release(bot, good_again, "live", engines=1)
    assert (await said(bot)).startswith(NEW)


async def says(bot: Stack, words: str) -> bool:
    return (await said(bot)).startswith(words)


async def test_release_that_cannot_be_loaded_changes_nothing(
    bot: Stack, publisher: Publisher
) -> None:
    made = publisher.publish(NEW)
    await wait_for_release(bot, made, "live", engines=1)
    snapshot = publisher.models / str(made.snapshot)
    broken = publisher.publish("Autre chose")
    (publisher.models / str(broken.snapshot) / "stories/sources.yml").unlink()
    state = await wait_for_release(bot, broken, "failed", engines=0)
    assert state.why.startswith("refused: ")
    assert snapshot.is_dir()
    assert (await said(bot)).startswith(NEW)


async def test_engine_killed_while_the_next_one_starts_leaves_no_process(
    bot: Stack, publisher: Publisher
) -> None:
    made = publisher.publish(NEW)
    async with health_of(bot) as health:

        async def is_starting() -> bool:
            found = (await health.releases()).get(made.release)
            return found is not None and found.state == "starting"

        await bot.wait_for(is_starting, "the next one to start")
    children = _children_of(bot.processes["engine"].pid)
    await bot.kill("engine")

    async def are_gone() -> bool:
        return not any(_is_alive(child) for child in children)

    await bot.wait_for(are_gone, "both workers to be gone", seconds=20)
    assert len(children) == 2


async def test_worker_that_dies_ends_its_engine_for_the_supervisor_to_see(bot: Stack) -> None:
    engine = bot.processes["engine"]
    (worker,) = _children_of(engine.pid)
    os.kill(worker, signal.SIGKILL)
    assert await asyncio.wait_for(engine.wait(), 20) == 1


def _children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
