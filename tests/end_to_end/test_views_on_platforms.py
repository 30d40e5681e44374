"""Views from one platform to the other, over all real processes: Telegram and Discord on loopback.

The tests of the picture come last: they put twenty views on the board for good.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.conversation.messages import Language, Platform
from bot.conversation.ports import JournalEntry
from bot.safety.personal_data import load_personal_data
from bot.store.sql.record import Record, open_database
from bot.store.sql.views import Views
from tests.end_to_end.people import DiscordPerson, Person, TelegramPerson
from tests.end_to_end.stack import ROOT, Stack
from tests.platforms.discord_server import DiscordServer
from tests.platforms.telegram_api import PNG
from tests.platforms.telegram_server import TelegramServer
from tests.simulated_people import crowd, published_views

pytestmark = [pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="module")]

PROCESSES = ("engine", "recorder", "web", "telegram", "discord")
OTHER_LANGUAGE: dict[Language, Language] = {"fr": "en", "en": "fr"}
OTHER_PLATFORM: dict[Platform, Platform] = {"telegram": "discord", "discord": "telegram"}
ADDRESS = "zoe.quetzalcitron@exemple.ca"
WRITTEN = {
    "fr": f"Les réunions du conseil devraient être le soir, réponds-moi à {ADDRESS}",
    "en": f"Council meetings should be in the evening, answer me at {ADDRESS}",
}
CLEAN = {
    "fr": "Les réunions du conseil devraient être le soir, réponds-moi à [courriel]",
    "en": "Council meetings should be in the evening, answer me at [e-mail]",
}
WISH = {"fr": "je veux donner mon opinion", "en": "I want to share my opinion"}
CURIOUS = {"fr": "qu'est-ce que les autres pensent", "en": "what do other people think"}
HELD = {"fr": "quelles données as-tu sur moi", "en": "what do you hold about me"}
WITHDRAW = {"fr": "retirer mon opinion {}", "en": "withdraw my view {}"}
CROWD = 90

each_platform = pytest.mark.parametrize(
    ("platform", "language"),
    [("telegram", "fr"), ("discord", "en"), ("telegram", "en"), ("discord", "fr")],
)


@dataclass
class World:
    """The bot, and where people meet it."""

    stack: Stack
    telegram: TelegramServer
    discord: DiscordServer

    def somebody(self, platform: Platform, language: Language) -> Person:
        if platform == "telegram":
            return TelegramPerson(self.stack, language, self.telegram)
        return DiscordPerson(self.stack, language, self.discord)

    async def wait_for_answer(self, question: str, answer: str) -> None:
        """Wait until somebody on the web is answered so in the end."""

        async def is_so() -> bool:
            said = await self.stack.ask("watcher", question)
            await asyncio.sleep(0.2)
            return bool(said["replies"][-1]["answer"] == answer)

        await self.stack.wait_for(is_so, answer)

    async def wait_for_rows(self, query: str, *values: Any, expected: list[Any]) -> None:
        async def is_so() -> bool:
            return self.stack.rows(query, *values) == expected

        await self.stack.wait_for(is_so, f"{expected} in the record")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, models: Path) -> AsyncIterator[World]:
    async with TelegramServer() as telegram, DiscordServer() as discord:
        settings = {
            "TELEGRAM_API_URL": telegram.url,
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "DISCORD_BOT_TOKEN": discord.token,
            "BOT_RESULTS_MINUTES": "0",
        }
        async with Stack(tmp_path_factory.mktemp("platforms"), models, **settings) as stack:
            for process in PROCESSES:
                await stack.start(process)
            await stack.wait_until_healthy()

            async def is_on_discord() -> bool:
                return discord.gateway.is_connected and bool(discord.commands())

            await stack.wait_for(is_on_discord, "Discord")
            yield World(stack, telegram, discord)
            assert discord.unknown() == []


async def begin(author: Person) -> None:
    """Come as far as the question for the view."""
    author.write(WISH[author.language])
    await author.hear("view_consent")
    author.press("f:view_consent:yes")
    await author.hear("view_age")
    author.press("f:view_age:over")
    await author.hear("view_theme")
    author.press("f:view_theme:impact")
    await author.hear("view_text")


async def share(author: Person) -> str:
    """Share the view, with personal data in it; its receipt."""
    await begin(author)
    await author.write_view(WRITTEN[author.language])
    said = await author.hear("view_check_removed")
    assert said["text"] == CLEAN[author.language]
    author.press("f:view_check_removed:send")
    receipt = (await author.hear("view_received"))["receipt"]
    await author.hear("view_band")
    author.press("f:view_band:18_21")
    await author.hear("view_region")
    author.press("f:view_region:quebec")
    await author.hear("view_done")
    author.press("f:view_done:hear")
    await author.hear("view_hear_on")
    return receipt


async def approve(world: World, receipt: str, text: str, translation: str) -> str:
    """Approve a view as a moderator does; its id."""
    what = "select status, band, region, theme from views where receipt = ?"
    await world.wait_for_rows(what, receipt, expected=[("pending", "18_21", "quebec", "impact")])
    [(id,)] = world.stack.rows("select id from views where receipt = ?", receipt)
    shown = await world.stack.staff("list")
    assert id in shown
    assert text in shown
    await world.stack.staff("approve", id, "--other", translation, "--by", "Ada")
    return str(id)


async def react_and_undo(world: World, reader: Person, id: str) -> None:
    """Agree with the only view there is, in the reader's own language, and take it back."""
    reader.write(CURIOUS[reader.language])
    await reader.hear("see_views", "view_vote_start")
    reader.press("f:view_vote_start:over")
    await reader.hear("see_views")
    said = await reader.hear("view_vote")
    assert (said["place"], said["text"]) == ("1/1", CLEAN[reader.language])
    reader.press(f"v:{id}:a")
    await reader.hear("view_vote_done")
    vote = "select view, value, platform from votes where conversation = ?"
    await world.wait_for_rows(vote, reader.conversation, expected=[(id, 1, reader.platform)])

    held = await ask_for_data(reader)
    assert [(vote["view"], vote["value"]) for vote in held["votes"]] == [(id, 1)]
    reader.press("a:view_undo")
    assert (await reader.hear("view_vote_undone"))["text"] == CLEAN[reader.language]
    await reader.hear("view_vote")
    await world.wait_for_rows(vote, reader.conversation, expected=[(id, None, reader.platform)])


async def ask_for_data(person: Person) -> dict[str, Any]:
    """What the document says that somebody gets who asks what is held about them."""
    person.write(HELD[person.language])
    await person.hear("my_data", "view_mine")
    document = await person.receive_file()
    assert document.file_name == "parlouvert.json"
    assert ADDRESS.encode() not in document.file
    held: dict[str, Any] = json.loads(document.file)
    assert held["conversation"] == person.conversation
    return held


@each_platform
async def test_view_is_shared_here_and_reacted_to_there(
    world: World, platform: Platform, language: Language
) -> None:
    author = world.somebody(platform, language)
    reader = world.somebody(OTHER_PLATFORM[platform], OTHER_LANGUAGE[language])
    receipt = await share(author)
    id = await approve(world, receipt, CLEAN[language], CLEAN[reader.language])
    assert (await author.hear("view_approved"))["text"] == CLEAN[language]
    assert author.count("view_received") == 1  # what was told did not take the receipt's place

    await world.wait_for_answer("/views", "view_vote_start")
    await react_and_undo(world, reader, id)

    held = await ask_for_data(author)
    [view] = held["views"]
    assert (view["receipt"], view["status"]) == (receipt, "approved")
    assert view[f"text_{language}"] == CLEAN[language]
    assert [each["status"] for each in held["decisions"]] == ["approved"]

    author.write(WITHDRAW[language].format(receipt))
    assert (await author.hear("view_withdrawn"))["receipt"] == receipt
    what = "select status, text_fr, text_en from views where id = ?"
    await world.wait_for_rows(what, id, expected=[("withdrawn", None, None)])
    await world.wait_for_answer("/views", "view_vote_none")

    assert author.count("view_approved") == 1
    await erase(world, author)
    assert ADDRESS not in world.stack.log
    assert "quetzalcitron" not in world.stack.log


async def erase(world: World, person: Person) -> None:
    """Have everything erased; the record keeps no more than that it was."""
    person.command("delete")
    await person.hear("delete_done")
    whose = person.conversation
    count = "select count(*) from erasures where conversation = ?"
    await world.wait_for_rows(count, whose, expected=[(1,)])
    for table in ("turns", "alerts", "views", "votes", "consents", "notices", "holds"):
        assert world.stack.rows(f"select * from {table} where conversation = ?", whose) == [], table


@each_platform
async def test_sending_twice_makes_one_view(
    world: World, platform: Platform, language: Language
) -> None:
    author = world.somebody(platform, language)
    await begin(author)
    await author.write_view(CLEAN[language])
    await author.hear("view_check")
    author.press("f:view_check:send")
    author.press("f:view_check:send")
    await author.hear("view_received", "view_band", "view_band")
    author.press("f:view_band:14_17")
    await author.hear("view_region")
    # What the two presses left in the journal is recorded before this.
    what = "select band from views where conversation = ?"
    await world.wait_for_rows(what, author.conversation, expected=[("14_17",)])


async def test_view_goes_on_after_the_engine_was_killed(world: World) -> None:
    author = world.somebody("telegram", "fr")
    await begin(author)
    await world.stack.kill("engine")
    await author.write_view(WRITTEN["fr"])
    await world.stack.start("engine")
    assert (await author.hear("view_check_removed"))["text"] == CLEAN["fr"]

    known = len(author.shown())
    author.press("f:view_check_removed:send")

    async def is_sending() -> bool:
        return await world.stack.is_turn_under_way() or len(author.shown()) > known

    await world.stack.wait_for(is_sending, "the turn that sends the view")
    await world.stack.kill("engine")
    await world.stack.start("engine")
    receipt = (await author.hear("view_received"))["receipt"]
    await author.hear("view_band")
    author.press("f:view_band:22_25")
    await author.hear("view_region")
    what = "select receipt, theme, band from views where conversation = ?"
    await world.wait_for_rows(what, author.conversation, expected=[(receipt, "impact", "22_25")])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grouped(world: World) -> World:
    """The same, once a crowd has voted on twenty views."""
    await asyncio.to_thread(_let_the_crowd_vote, world.stack)
    await world.wait_for_answer("/results", "view_picture")
    return world


def _let_the_crowd_vote(stack: Stack) -> None:
    places = (f"crowd|{number}" for number in itertools.count())
    published, week_ago = published_views(), time.time() - 8 * 24 * 3600
    shared: list[dict[str, Any]] = [
        {
            "kind": "view", "id": view.id, "receipt": view.id, "conversation": view.author,
            "platform": "web", "at": week_ago, "language": "fr", "theme": view.theme,
            "text": view.texts["fr"], "campaign": None, "return_address": {},
        }
        for view in published
    ]  # fmt: skip
    votes = [
        {"kind": "vote"} | vote._asdict() for vote in crowd(people=CROWD, start=week_ago).votes
    ]
    engine = open_database("", stack.data_dir)
    try:
        record = Record(engine, stack.vault)
        record.write([JournalEntry(next(places), event) for event in [*shared, *votes]])
        views = Views(engine, stack.vault, personal_data=load_personal_data(ROOT))
        for view in published:
            views.approve(view.id, view.texts["en"], "Ada")
    finally:
        engine.dispose()


@each_platform
async def test_results_come_with_a_picture_and_words_for_it(
    grouped: World, platform: Platform, language: Language
) -> None:
    person = grouped.somebody(platform, language)
    person.command("results")
    said = await person.hear("view_picture")
    picture = await person.receive_file()
    assert picture.file.startswith(PNG)
    assert picture.file_name.endswith(f"-{language}.png")
    begin = {"fr": "Carte des groupes d'opinion : ", "en": "Map of the opinion groups: "}
    assert picture.alt.startswith(begin[language])
    groups = [line.rstrip(".") for line in said["groups"].splitlines()]
    assert len(groups) == 3
    assert all(group in picture.alt for group in groups)
    assert 50 <= int(said["people"]) <= CROWD
