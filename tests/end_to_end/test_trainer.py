"""The trainer as the console uses it: previews and trainings of a draft beside the live bot."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.content.jobs import Job, Jobs, Kind
from bot.content.manifests import read_manifest
from bot.conversation.messages import Delivery, IncomingMessage
from bot.store.redis.client import Connection
from bot.store.redis.keys import PARTITIONS, PREVIEW, Keys
from bot.store.redis.store import RedisHealth, RedisIntake, RedisReplies
from tests.end_to_end.publishing import ANSWER, SPOKEN, Publisher
from tests.end_to_end.stack import Stack

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(400),
]

BY = "sam@example.org"
CONVERSATION = "d" * 32
NEW = "La nouvelle transparence"


class Workshop:
    """A stack with its trainer, a draft, and staff who talk to it."""

    def __init__(self, stack: Stack, publisher: Publisher, draft: Path) -> None:
        self.stack = stack
        self.publisher = publisher
        self.draft = draft
        self.jobs = Jobs(stack.data_dir / "jobs")
        self.connection = Connection(stack.valkey.url)
        self._numbers = itertools.count()

    async def do(self, kind: Kind) -> Job:
        """Ask for a job and wait until it has ended."""
        return await self.ended(self.jobs.ask(kind, root=self.draft, by=BY))

    async def ended(self, id: str) -> Job:
        async def has_ended() -> bool:
            job = self.jobs.status(id)
            return job is not None and job.has_ended

        await self.stack.wait_for(has_ended, "the job to end", seconds=300)
        job = self.jobs.status(id)
        assert job is not None
        return job

    async def preview(self, button: str) -> str:
        """What the draft says to a button."""
        keys = Keys(PREVIEW)
        replies = RedisReplies(self.connection, self.stack.vault, keys)
        id = f"m{next(self._numbers)}"
        message = IncomingMessage(
            CONVERSATION, "web", id, time.time(), button=button, language_hint="fr"
        )
        await RedisIntake(self.connection, self.stack.vault, keys).accept(message)
        found: Delivery | None = None

        async def is_there() -> bool:
            nonlocal found
            found = await replies.last(CONVERSATION)
            return found is not None and found.message_id == id

        await self.stack.wait_for(is_there, "the preview's answer", seconds=30)
        assert found is not None
        return found.replies[0].text

    async def live(self) -> str:
        """What the live bot says."""
        said = await self.stack.ask("live", button="a:transparency", language="fr")
        return str(said["replies"][0]["text"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(
    tmp_path_factory: pytest.TempPathFactory, models: Path
) -> AsyncIterator[Workshop]:
    folder = tmp_path_factory.mktemp("trainer")
    publisher = Publisher(folder, models)
    draft = folder / "draft"
    async with Stack(folder, publisher.models, BOT_CONTENT_DIR=str(publisher.home)) as stack:
        for verb in ("engine", "web", "trainer"):
            await stack.start(verb)
        await stack.wait_until_healthy()
        workshop = Workshop(stack, publisher, draft)
        try:
            yield workshop
        finally:
            await workshop.connection.close()


@pytest.fixture
def workshop(running: Workshop) -> Workshop:
    """The same processes with a fresh draft."""
    shutil.rmtree(running.draft, ignore_errors=True)
    shutil.copytree(running.publisher.home, running.draft)
    return running


async def test_preview_says_the_draft_while_the_live_bot_says_what_it_said(
    workshop: Workshop,
) -> None:
    workshop.publisher.reword(NEW, workshop.draft)
    job = await workshop.do("preview_start")
    assert (job.state, job.result["is_fitting"]) == ("done", True)
    assert (await workshop.preview("a:transparency")).startswith(NEW)
    assert (await workshop.live()).startswith(SPOKEN)

    workshop.publisher.reword("Encore autre chose", workshop.draft)
    assert (await workshop.preview("a:transparency")).startswith("Encore autre chose")
    (workshop.draft / ANSWER).write_text("fr: [", "utf-8")  # half written
    assert (await workshop.preview("a:transparency")).startswith("Encore autre chose")
    workshop.publisher.reword(NEW, workshop.draft)
    assert (await workshop.preview("a:transparency")).startswith(NEW)

    journals = [Keys(PREVIEW).journal(place) for place in range(PARTITIONS)]
    assert [await workshop.stack.redis.xlen(name) for name in journals] == [0] * PARTITIONS
    assert await RedisHealth(workshop.connection, Keys(PREVIEW)).engines_alive() == 1
    assert (await workshop.do("preview_stop")).state == "done"
    assert await RedisHealth(workshop.connection, Keys(PREVIEW)).engines_alive() == 0
    assert (await workshop.live()).startswith(SPOKEN)


async def test_preview_of_new_examples_says_that_it_understands_as_before(
    workshop: Workshop,
) -> None:
    examples = workshop.draft / "nlu/fr/transparency.yml"
    examples.write_text(examples.read_text("utf-8") + "    - tout montrer au monde\n", "utf-8")
    job = await workshop.do("preview_start")
    assert job.state == "done"
    assert job.result["is_fitting"] is False
    assert "comprend encore comme la version en ligne" in job.sentence["fr"]
    assert "still understands as the live version" in job.sentence["en"]


async def test_preview_of_a_broken_draft_is_a_sentence(workshop: Workshop) -> None:
    (workshop.draft / ANSWER).write_text("fr: [", "utf-8")
    job = await workshop.do("preview_start")
    assert (job.state, job.result["why"]) == ("failed", "preview_failed")
    assert "the content cannot be loaded" in job.sentence["en"]
    assert (await workshop.live()).startswith(SPOKEN)


async def test_reworded_draft_needs_no_training(workshop: Workshop) -> None:
    workshop.publisher.reword(NEW, workshop.draft)
    before = read_manifest(workshop.publisher.models)
    assert before is not None
    job = await workshop.do("train")
    assert (job.state, job.phase) == ("done", "smoke"), job
    assert job.done == job.total > 0
    assert job.result == {
        "archive": before.archive, "content": before.content, "is_same_model": True,
    }  # fmt: skip
    assert "aucun entraînement" in job.sentence["fr"]
    assert read_manifest(workshop.publisher.models) == before


async def test_draft_with_errors_is_refused_with_the_first_of_them(workshop: Workshop) -> None:
    text = (workshop.draft / ANSWER).read_text("utf-8")
    (workshop.draft / ANSWER).write_text(text.replace("title: Transparency", "name: No"), "utf-8")
    job = await workshop.do("train")
    assert (job.state, job.phase, job.result["why"]) == ("failed", "check", "problems")
    assert f"[ERROR] {ANSWER}:" in job.result["detail"]
    assert ANSWER in job.sentence["fr"]
    assert (await workshop.live()).startswith(SPOKEN)


async def test_draft_that_rasa_does_not_take_is_refused(workshop: Workshop) -> None:
    config = workshop.draft / "config.yml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("quick.QuickClassifier", "quick.NoClassifier"), "utf-8")
    job = await workshop.do("train")
    assert (job.state, job.phase, job.result["why"]) == ("failed", "train", "training")
    assert "Rasa could not train" in job.sentence["en"]
    assert "n'a pas changé" in job.sentence["fr"]
    left = {path.name for path in workshop.publisher.models.glob(".training-*")}
    assert left == set()


async def test_draft_that_fails_a_smoke_conversation_is_refused(workshop: Workshop) -> None:
    smoke = workshop.draft / "stories/smoke.yml"
    text = smoke.read_text("utf-8")
    smoke.write_text(text.replace("answer: open_government", "answer: trust"), "utf-8")
    job = await workshop.do("train")
    assert (job.state, job.phase, job.result["why"]) == ("failed", "smoke", "smoke")
    assert "trust was expected, open_government came" in job.result["detail"]


async def test_cancelled_training_ends_and_the_next_one_runs(workshop: Workshop) -> None:
    examples = workshop.draft / "nlu/fr/transparency.yml"
    examples.write_text(examples.read_text("utf-8") + "    - tout montrer au monde\n", "utf-8")
    id = workshop.jobs.ask("train", root=workshop.draft, by=BY)
    behind = workshop.jobs.ask("train", root=workshop.draft / "nothing", by=BY)

    async def is_training() -> bool:
        job = workshop.jobs.status(id)
        return job is not None and job.phase == "train" and job.total > 0

    await workshop.stack.wait_for(is_training, "the training to begin", seconds=60)
    waiting = workshop.jobs.status(behind)
    assert waiting is not None
    assert waiting.state == "waiting"
    training = workshop.jobs.status(id)
    assert training is not None
    assert 0 <= training.done < training.total, "it says how far it is"
    workshop.jobs.cancel(id)
    assert (await workshop.ended(id)).state == "cancelled"
    job = await workshop.ended(behind)
    assert (job.state, job.phase) == ("failed", "check")


async def test_trainer_that_was_killed_says_what_it_left_undone(workshop: Workshop) -> None:
    id = workshop.jobs.ask("train", root=workshop.draft, by=BY)

    async def is_running() -> bool:
        job = workshop.jobs.status(id)
        return job is not None and job.phase == "check"

    await workshop.stack.wait_for(is_running, "the job to run", seconds=60)
    trainer = workshop.stack.processes["trainer"].pid
    children = Path(f"/proc/{trainer}/task/{trainer}/children").read_text().split()
    assert children
    await workshop.stack.kill("trainer")
    await workshop.stack.start("trainer")
    job = await workshop.ended(id)
    assert (job.state, job.result["why"]) == ("failed", "stopped")
    assert "redémarrage" in job.sentence["fr"]
    assert (await workshop.do("preview_stop")).state == "done"  # and it works again


async def test_training_that_is_killed_fails_and_the_trainer_goes_on(workshop: Workshop) -> None:
    id = workshop.jobs.ask("train", root=workshop.draft, by=BY)

    async def is_running() -> bool:
        job = workshop.jobs.status(id)
        return job is not None and job.phase == "check"

    await workshop.stack.wait_for(is_running, "the job to run", seconds=60)
    trainer = workshop.stack.processes["trainer"].pid
    for child in Path(f"/proc/{trainer}/task/{trainer}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    job = await workshop.ended(id)
    assert (job.state, job.result) == ("failed", {"why": "ended", "detail": "-9"})
    assert (await workshop.do("preview_stop")).state == "done"
