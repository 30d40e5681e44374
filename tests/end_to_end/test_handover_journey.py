"""A person of the team takes a conversation over: the real processes, on the web and Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Engine, insert

from bot.conversation.identity import conversation_id
from bot.conversation.messages import Language
from bot.store.sql.handovers import HandOvers
from bot.store.sql.record import Record, open_database
from bot.store.sql.tables import accounts
from tests.end_to_end.people import TelegramPerson
from tests.end_to_end.stack import Stack
from tests.platforms.telegram_server import TelegramServer

pytestmark = [pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="module")]

PROCESSES = ("engine", "recorder", "web", "telegram")
ADA = "ada@exemple.ca"
NEWS, LEAVE = "a:handover_news", "a:handover_left"
WISH = {"fr": "je veux parler à une personne", "en": "I want to talk to a human"}
QUESTION = {"fr": "c'est quoi un gouvernement ouvert", "en": "what is open government"}
DESPAIR = {"fr": "je veux mourir", "en": "I want to die"}
WRITTEN = {"fr": "Salut! Qu'est-ce que tu cherches?", "en": "Hi! What are you looking for?"}
NAMED = {"fr": "Ada, de l'équipe", "en": "Ada, from the team"}

each_language = pytest.mark.parametrize("language", ["fr", "en"])


@dataclass
class World:
    """The bot, Telegram, and a moderator's hands on the record."""

    stack: Stack
    telegram: TelegramServer
    engine: Engine
    held: HandOvers
    record: Record

    async def is_recorded(self, conversation: str, text: str) -> None:
        """Wait until somebody's text stands in the record, and nobody but them has spoken since."""

        async def is_there() -> bool:
            said = self.record.transcript(conversation)
            return bool(said) and said[-1]["text"] == text

        await self.stack.wait_for(is_there, f"{text} in the record")

    async def is_told(self, conversation: str, how: str) -> None:
        """Wait until the recorder has left all of the hand-over in the person's inbox."""

        async def is_so() -> bool:
            messages = self.held.messages(conversation)
            return all(message.told for message in messages) and (
                self.held.of(conversation)[-1].told == how
            )

        await self.stack.wait_for(is_so, f"a hand-over that is told to be {how}")

    async def has_ended(self, conversation: str, why: str) -> None:
        async def is_so() -> bool:
            return self.held.of(conversation)[-1].ended_why == why

        await self.stack.wait_for(is_so, f"a hand-over that ended: {why}")

    async def news(self, who: str, *, until: str) -> list[str]:
        """Answers that come to the page, up to one of them."""
        heard: list[str] = []

        async def is_there() -> bool:
            said = await self.stack.ask(who, button=NEWS)
            heard.extend(reply["answer"] for reply in said["replies"])
            return until in heard

        await self.stack.wait_for(is_there, until)
        return heard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, models: Path) -> AsyncIterator[World]:
    async with TelegramServer() as telegram:
        settings = {"TELEGRAM_API_URL": telegram.url, "TELEGRAM_BOT_TOKEN": telegram.token}
        async with Stack(tmp_path_factory.mktemp("handover"), models, **settings) as stack:
            for process in PROCESSES:
                await stack.start(process)
            await stack.wait_until_healthy()
            engine = open_database("", stack.data_dir)
            with engine.begin() as connection:
                connection.execute(
                    insert(accounts).values(
                        id="1", email=ADA, name="Ada Lovelace", role="moderator",
                        language="fr", is_active=True, at=1.0,
                    )
                )  # fmt: skip
            held, record = HandOvers(engine, stack.vault), Record(engine, stack.vault)
            yield World(stack, telegram, engine, held, record)
            assert ADA not in stack.log
            assert not any(text in stack.log for text in (*WRITTEN.values(), *DESPAIR.values()))
            engine.dispose()


@each_language
async def test_person_on_telegram_is_answered_by_a_person(world: World, language: Language) -> None:
    person = TelegramPerson(world.stack, language, world.telegram)
    person.write(WISH[language])
    await person.hear("talk_to_human")
    await world.is_recorded(person.conversation, WISH[language])

    number = world.held.take(person.conversation, "telegram", language, ADA)
    assert (await person.hear("handover_taken"))["who"] == NAMED[language]
    world.held.write(number, WRITTEN[language], ADA)
    said = await person.hear("handover_message")
    assert (said["who"], said["text"]) == (NAMED[language], WRITTEN[language])

    person.write(QUESTION[language])
    await world.is_recorded(person.conversation, QUESTION[language])
    known = len(person.shown())
    person.write(DESPAIR[language])
    await person.hear("crisis_suicide")  # next: the question before it got no answer
    assert len(person.shown()) == known + 1
    alert = "select answer from alerts where conversation = ? order by at"

    async def is_alarmed() -> bool:
        expected = [("talk_to_human",), ("crisis_suicide",)]
        return world.stack.rows(alert, person.conversation) == expected

    await world.stack.wait_for(is_alarmed, "the alert")

    world.held.give_back(number, ADA)
    await person.hear("handover_ended")
    person.write(QUESTION[language])
    await person.hear("open_government")
    texts = [turn["text"] for turn in world.record.transcript(person.conversation)]
    assert DESPAIR[language] not in texts


async def test_person_on_telegram_goes_back_to_the_bot(world: World) -> None:
    person = TelegramPerson(world.stack, "fr", world.telegram)
    person.write(QUESTION["fr"])
    await person.hear("open_government")
    world.held.take(person.conversation, "telegram", "fr", ADA)
    await person.hear("handover_taken")
    person.press(LEAVE)
    await person.hear("handover_left")
    await world.has_ended(person.conversation, "left")
    person.write(QUESTION["fr"])
    await person.hear("open_government")


async def test_erasure_ends_it_without_a_trace(world: World) -> None:
    person = TelegramPerson(world.stack, "en", world.telegram)
    person.write(WISH["en"])
    await person.hear("talk_to_human")
    number = world.held.take(person.conversation, "telegram", "en", ADA)
    await person.hear("handover_taken")
    world.held.write(number, WRITTEN["en"], ADA)
    await person.hear("handover_message")
    person.command("delete")
    await person.hear("delete_done")

    async def is_gone() -> bool:
        return not world.held.of(person.conversation)

    await world.stack.wait_for(is_gone, "the erasure")
    assert world.held.messages(person.conversation) == []
    person.write(QUESTION["en"])
    await person.hear("open_government")


@each_language
async def test_person_on_the_web_is_answered_by_a_person(world: World, language: Language) -> None:
    stack, who = world.stack, f"visitor {language}"
    conversation = conversation_id(stack.vault.identity_key, "web", who, "")

    async def answers(text: str) -> list[str]:
        said = await stack.ask(who, text, language=language)
        return [reply["answer"] for reply in said["replies"]]

    assert await answers(WISH[language]) == ["talk_to_human"]
    number = world.held.take(conversation, "web", language, ADA)
    assert await world.news(who, until="handover_taken") == ["handover_taken"]
    assert await answers(QUESTION[language]) == ["handover_passed_on"]
    await world.is_recorded(conversation, QUESTION[language])

    world.held.write(number, WRITTEN[language], ADA)
    await world.is_told(conversation, "taken")
    assert await world.news(who, until="handover_message") == ["handover_message"]
    assert await answers(DESPAIR[language]) == ["crisis_suicide"]
    assert await answers("/data") == ["my_data"]

    world.held.give_back(number, ADA)
    await world.is_told(conversation, "ended")
    assert await world.news(who, until="handover_ended") == ["handover_ended"]
    assert await answers(QUESTION[language]) == ["open_government"]


async def test_silence_of_the_console_silences_nobody_for_ever(world: World) -> None:
    """The recorder ends what a moderator has left lying, as soon as it sees it."""
    person = TelegramPerson(world.stack, "fr", world.telegram)
    person.write(WISH["fr"])
    await person.hear("talk_to_human")
    await world.stack.stop("recorder")
    number = world.held.take(person.conversation, "telegram", "fr", ADA)
    world.held.write(number, WRITTEN["fr"], ADA)
    HandOvers(world.engine, world.stack.vault, lambda: 1.0).touch(number)
    await world.stack.start("recorder")
    await person.hear("handover_taken", "handover_message", "handover_timeout")
    await world.has_ended(person.conversation, "timeout")
    person.write(QUESTION["fr"])
    await person.hear("open_government")
