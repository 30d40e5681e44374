"""A first change of staff, as they make it: edit, try, publish, see it live, go back."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.async_api import BrowserContext, async_playwright, expect

from bot.console.gate import COOKIE
from bot.processes.valkey import free_port
from bot.store.sql.accounts import Accounts
from bot.store.sql.audit import Audit
from bot.store.sql.database import open_database
from bot.store.sql.sessions import Sessions
from tests.contract.browser import ARGUMENTS
from tests.contract.editing.folders import commit_all, git
from tests.end_to_end.publishing import ANSWER, ASKED, SPOKEN, Publisher
from tests.end_to_end.stack import ROOT, Stack

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(600)]

NEW = "La transparence, pour un gouvernement"
MARIE = "marie@example.org"
PATIENCE = 120_000
"""Milliseconds; the console reads and checks all content when it starts."""


@pytest.fixture
def publisher(tmp_path: Path, models: Path) -> Publisher:
    publisher = Publisher(tmp_path, models)
    git(publisher.home, "init", "--quiet", "--initial-branch=main")
    commit_all(publisher.home, "Begin")
    return publisher


@pytest.fixture
def console_port() -> int:
    return free_port()


@pytest.fixture
async def bot(tmp_path: Path, publisher: Publisher, console_port: int) -> AsyncIterator[Stack]:
    settings = {"BOT_CONTENT_DIR": str(publisher.home), "BOT_CONSOLE_PORT": str(console_port)}
    async with Stack(tmp_path, publisher.models, **settings) as stack:
        for verb in ("engine", "web", "trainer", "console"):
            await stack.start(verb)
        await stack.wait_until_healthy()
        health = f"http://127.0.0.1:{console_port}/console/healthz"

        async def is_open() -> bool:
            with suppress(httpx.TransportError):
                return (await stack.client.get(health)).status_code == 200
            return False

        await stack.wait_for(is_open, "the console")
        yield stack


@pytest.fixture
async def staff(bot: Stack, console_port: int) -> AsyncIterator[BrowserContext]:
    """The browser of an editor who is signed in."""
    address = f"http://127.0.0.1:{console_port}"
    engine = open_database("", bot.data_dir)
    account = Accounts(engine, bot.vault).add(email=MARIE, role="editor", name="Marie")
    token = Sessions(engine, bot.vault).open(account.id)
    engine.dispose()
    async with async_playwright() as playwright:
        chromium = shutil.which("chromium") or "/usr/bin/chromium"
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        context = await browser.new_context(base_url=address, locale="fr-CA")
        context.set_default_timeout(PATIENCE)
        await context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        yield context
        await browser.close()


async def says(bot: Stack, words: str) -> bool:
    answer = await bot.ask("somebody", button=f"a:{ASKED}", language="fr")
    return str(answer["replies"][0]["text"]).startswith(words)


async def test_changed_answer_is_tried_published_and_taken_back(
    bot: Stack, staff: BrowserContext, publisher: Publisher
) -> None:
    expect.set_options(timeout=PATIENCE)
    assert await says(bot, SPOKEN)

    page = await staff.new_page()
    await page.goto(f"/console/content/topics/{ASKED}")
    field = page.get_by_role("group", name="Français").get_by_label("Texte", exact=True)
    text = await field.input_value()
    await field.fill(text.replace(SPOKEN, NEW))
    await page.get_by_role("button", name="Enregistrer le brouillon").click()
    await expect(page.get_by_role("status")).to_have_text("C'est enregistré dans le brouillon.")
    await expect(page.locator("ins", has_text="transparence")).to_be_visible()

    async with page.expect_popup() as opening:
        await page.get_by_role("link", name="Essayer le brouillon").click()
    chat = await opening.value
    await expect(chat.locator("#try-state")).to_contain_text("L'aperçu est prêt.")
    await chat.get_by_label("Votre message").fill(example_of(publisher.home))
    await chat.get_by_role("button", name="Envoyer").click()
    await expect(chat.locator(".reply .quote").first).to_contain_text(NEW)
    assert await says(bot, SPOKEN)

    await page.goto("/console/content/publish")
    await expect(page.get_by_text("Pas d'entraînement nécessaire")).to_be_visible()
    await page.get_by_role("button", name="Publier maintenant").click()
    await expect(page.get_by_text("C'est publié.")).to_be_visible()
    await expect(page.get_by_text("avec la version en ligne.")).to_be_visible()
    # The engine before may still answer for a moment, while it finishes what it has in hand.
    await bot.wait_for(lambda: says(bot, NEW), "the new words")
    assert git(publisher.home, "log", "-1", "--format=%an").strip() == "Marie"
    assert git(publisher.home, "status", "--porcelain") == ""

    await page.get_by_text("Revenir à la version du").click()
    await page.get_by_role("button", name="Oui, revenir à cette version").click()
    await expect(page.get_by_text("La version choisie revient en ligne.")).to_be_visible()
    await bot.wait_for(lambda: says(bot, SPOKEN), "the old words")
    assert (publisher.home / ANSWER).read_text("utf-8") == (ROOT / ANSWER).read_text("utf-8")

    engine = open_database("", bot.data_dir)
    noted = [(one.action, one.by) for one in reversed(Audit(engine, bot.vault).read())]
    engine.dispose()
    assert [action for action, by in noted if by == MARIE] == [
        "saved_content",
        "published",
        "rolled_back",
    ]


def example_of(home: Path) -> str:
    """Something that the bot learned for this answer."""
    lines = (home / f"nlu/fr/{ASKED}.yml").read_text("utf-8").splitlines()
    return next(line.strip().removeprefix("- ") for line in lines if line.startswith("    - "))
