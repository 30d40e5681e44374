"""The chat page while a person of the team has the conversation: it looks for what they write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.adapters.web.application import create_app
from bot.content.library import Library, load_library
from bot.conversation.messages import IncomingMessage, Reply
from bot.conversation.ports import AnswerCall
from bot.conversation.rendering import render
from bot.store.memory import MemoryFiles
from tests.contract.browser import chromium
from tests.contract.scripted_bot import LibraryScript, ScriptedBot
from tests.contract.web_pictures import wait_for_replies
from tests.contract.web_server import served

ROOT = Path(__file__).resolve().parents[2]
NEWS = "a:handover_news"
OFTEN, AT_TIMES, FOR = 5_000, 20_000, 30 * 60_000
"""Milliseconds, as `chat.js` has them."""


class Script(LibraryScript):
    """The library's answers, and whatever a person of the team has written."""

    def __init__(self, library: Library) -> None:
        super().__init__(
            library,
            {"humain": "talk_to_human", "merci": "handover_passed_on", "/delete": "delete_done"},
        )
        self.news: list[AnswerCall] = []

    def __call__(self, message: IncomingMessage) -> Sequence[Reply]:
        """Answer one message; what is new comes with it, once."""
        new = [render(self.library, call, "fr") for call in self.news]
        self.news.clear()
        return new if message.button == NEWS else [*new, *super().__call__(message)]

    def write(self, text: str) -> None:
        """A person of the team writes."""
        values = {"who": "Sam, de l'équipe", "text": text}
        self.news.append(AnswerCall("handover_message", values=values))

    def take_over(self) -> None:
        self.news.append(AnswerCall("handover_taken", values={"who": "Sam, de l'équipe"}))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def script(library: Library) -> Script:
    return Script(library)


@pytest.fixture
def bot(script: Script) -> ScriptedBot:
    return ScriptedBot(script)


@pytest.fixture
def address(library: Library, bot: ScriptedBot) -> Iterator[str]:
    app = create_app(
        library=library,
        intake=bot,
        replies=bot,
        files=MemoryFiles(),
        health=bot,
        identity_key=b"page" * 8,
    )
    with served(app) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(10_000)
    context.clock.install()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The French page; the test fails if the browser had anything to complain of."""
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page = context.new_page()
    page.goto(f"{address}/?lang=fr")
    yield page
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def ask(page: Page, text: str, *, replies: int) -> None:
    page.locator("#field").fill(text)
    page.keyboard.press("Enter")
    wait_for_replies(page, replies)


def looks(bot: ScriptedBot) -> int:
    return sum(message.button == NEWS for message in bot.messages)


def be_taken_over(page: Page, script: Script) -> None:
    script.take_over()
    ask(page, "un humain svp", replies=3)


def test_page_does_not_look_while_the_bot_answers(page: Page, bot: ScriptedBot) -> None:
    ask(page, "Allô?", replies=2)
    page.clock.run_for(FOR)
    ask(page, "Allô?", replies=3)
    assert looks(bot) == 0


def test_what_a_person_writes_comes_by_itself_and_looks_like_theirs(
    page: Page, script: Script
) -> None:
    be_taken_over(page, script)
    script.write("Salut, <b>je</b> suis là!")
    page.clock.run_for(OFTEN)
    expect(page.locator(".person")).to_have_count(1)
    expect(page.locator(".person .text")).to_contain_text("Sam, de l'équipe")
    expect(page.locator(".person .text")).to_contain_text("« Salut, <b>je</b> suis là! »")
    expect(page.locator(".bot:not(.person)")).to_have_count(3)
    assert Axe().run(page).response["violations"] == []


def test_page_that_asked_for_a_person_finds_out_that_one_came(page: Page, script: Script) -> None:
    ask(page, "un humain svp", replies=2)
    script.take_over()
    page.clock.run_for(AT_TIMES)
    wait_for_replies(page, 3)
    script.write("Salut!")
    page.clock.run_for(OFTEN)
    expect(page.locator(".person")).to_have_count(1)


def test_page_goes_on_looking_after_a_reload(page: Page, script: Script, address: str) -> None:
    be_taken_over(page, script)
    script.write("Salut!")
    page.reload()
    expect(page.locator(".person .text")).to_contain_text("« Salut! »")
    page.locator("#language").click()
    expect(page.locator(".person .text")).to_contain_text("« Salut! »")


@pytest.mark.parametrize("end", ["handover_ended", "handover_timeout"])
def test_page_looks_no_more_when_the_bot_is_back(
    page: Page, script: Script, bot: ScriptedBot, end: str
) -> None:
    be_taken_over(page, script)
    script.news.append(AnswerCall(end))
    page.clock.run_for(OFTEN)
    wait_for_replies(page, 4)
    before = looks(bot)
    page.clock.run_for(FOR)
    ask(page, "Allô?", replies=5)
    assert looks(bot) == before
    assert page.evaluate("Object.keys(sessionStorage)") == ["conversation"]


def test_button_brings_the_bot_back(page: Page, script: Script, bot: ScriptedBot) -> None:
    be_taken_over(page, script)
    page.get_by_role("button", name="Revenir au robot").click()
    wait_for_replies(page, 4)
    before = looks(bot)
    page.clock.run_for(FOR)
    ask(page, "Allô?", replies=5)
    assert looks(bot) == before


def test_page_gives_up_half_an_hour_after_the_last_sign(
    page: Page, script: Script, bot: ScriptedBot
) -> None:
    be_taken_over(page, script)
    page.clock.fast_forward(FOR + OFTEN)
    ask(page, "Allô?", replies=4)
    before = looks(bot)
    page.clock.fast_forward(FOR)
    ask(page, "Allô?", replies=5)
    assert looks(bot) == before


def test_look_that_fails_is_made_again_without_a_word(page: Page, script: Script) -> None:
    be_taken_over(page, script)
    script.write("Salut!")
    page.route("**/api/chat", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.clock.run_for(OFTEN)
    page.unroute("**/api/chat")
    for _ in range(100):  # the next look is planned when the page knows that this one failed
        page.clock.run_for(OFTEN)
        if page.locator(".person").count():
            break
    expect(page.locator(".person")).to_have_count(1)
    expect(page.locator(".failure")).to_have_count(0)


def test_erasing_ends_the_looking(page: Page, script: Script, bot: ScriptedBot) -> None:
    be_taken_over(page, script)
    page.locator("#field").fill("/delete")
    page.keyboard.press("Enter")
    expect(page.locator(".own")).to_have_count(0)
    before = looks(bot)
    page.clock.run_for(FOR)
    ask(page, "Allô?", replies=2)
    assert looks(bot) == before
    assert page.evaluate("Object.keys(sessionStorage)") == ["conversation"]
