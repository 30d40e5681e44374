"""Conversations in a real browser: by keyboard, live, and for everybody."""

from __future__ import annotations

import re
import threading
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.console.parts import Parts
from bot.store.sql.record import Record
from tests.contract.console.conftest import OpenBrowser, account_of
from tests.contract.record.entries import ONE, THREE, TWO, crisis, entry, erased, turn, view

LIST = "/console/conversations"
PATH = f"{LIST}/{ONE}"
PAGES = {
    "list": LIST,
    "search": f"{LIST}?q=vote&platform=telegram&from=2026-02-30",
    "transcript": f"{LIST}/{TWO}",
    "taken": PATH,
    "test": f"{PATH}/test",
    "answer": f"{LIST}/answers/open_government",
    "gone": f"{LIST}/nobody",
}
Scheme = Literal["light", "dark"]


@pytest.fixture
def rich(parts: Parts, record: Record) -> Parts:
    """Conversations with everything that a page can show."""
    record.write(
        [
            turn("1", 1.0, platform="telegram", text="mon ami Félix veut le vote ouvert"),
            turn("2", 2.0, platform="telegram", text=None, button="a:help", answers=["help"]),
            entry("alert", ONE, 3.0, platform="telegram", language="fr", answer="talk_to_human"),
            crisis("4", 4.0),
            turn("5", 5.0, platform="telegram", text="es-tu là?", answers=[]),
            turn("6", 6.0, of=TWO, language="en", text="vote", answers=["voting", "long_gone"]),
            turn("7", 7.0, of=THREE, platform="discord", text="vote"),
            view("v1", 8.0, of=THREE),
        ]
    )
    room = parts.conversations
    sam = account_of(parts, "moderator", "sam").email
    room.labels.add(ONE, "good-example", sam)
    room.labels.write_note(ONE, "Répondre demain matin.", sam)
    number = room.handovers.take(ONE, "telegram", "fr", sam)
    room.handovers.write(number, "Bonjour!", sam)
    while room.index.step():
        pass
    return parts


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_are_accessible(browse: OpenBrowser, language: str, scheme: Scheme) -> None:
    page = browse("moderator", "sam", language, color_scheme=scheme).new_page()
    for name, path in PAGES.items():
        page.goto(path)
        page.evaluate(
            "document.querySelectorAll('details').forEach((each) => { each.open = true })"
        )
        results = Axe().run(page)
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"
    page.goto(PATH)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert Axe().run(page).violations_count == 0


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_fit_a_phone_and_call_nobody_else(
    browse: OpenBrowser, address: str, language: str
) -> None:
    context = browse("moderator", "sam", language, viewport={"width": 320, "height": 640})
    page = context.new_page()
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    for name, path in PAGES.items():
        page.goto(path)
        page.evaluate(
            "document.querySelectorAll('details').forEach((each) => { each.open = true })"
        )
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{name} is {width} wide"
    assert all(url.startswith(address) for url in elsewhere)
    errors = [text for text in complaints if text.startswith("error") and "404" not in text]
    assert errors == []


@pytest.mark.usefixtures("rich")
def test_search_by_keyboard_alone(browse: OpenBrowser) -> None:
    page = browse("moderator").new_page()
    page.goto(LIST)
    page.keyboard.press("/")
    page.keyboard.type("vote -ouvert")
    page.keyboard.press("Enter")
    expect(page.locator("mark.found")).to_have_count(2)
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("handed=1"))


def test_hand_over_by_keyboard_alone(browse: OpenBrowser, parts: Parts, record: Record) -> None:
    record.write([turn("1", 1.0, platform="telegram", text="allo")])
    page = browse("moderator", "sam").new_page()
    page.goto(PATH)
    page.keyboard.press("t")
    expect(page.locator("#holder .badge")).to_have_text("You")
    page.keyboard.press("m")
    page.keyboard.type("Bonjour!")
    expect(page.locator("#shown")).to_have_text("Bonjour!")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".staff .text")).to_have_text("Bonjour!")
    page.locator("h1").click()
    page.keyboard.press("g")
    expect(page.locator("#holder")).to_contain_text("Nobody has taken")
    (message,) = parts.conversations.handovers.messages(ONE)
    assert (message.text, message.by) == ("Bonjour!", "sam@example.org")


def taken(browse: OpenBrowser, parts: Parts, record: Record) -> tuple[Page, int]:
    """A page on which somebody has taken a conversation."""
    record.write([turn("1", 1.0, platform="telegram", text="allo")])
    sam = account_of(parts, "moderator", "sam").email
    number = parts.conversations.handovers.take(ONE, "telegram", "fr", sam)
    page = browse("moderator", "sam").new_page()
    page.goto(PATH)
    return page, number


def test_what_the_person_writes_comes_by_itself(
    browse: OpenBrowser, parts: Parts, record: Record
) -> None:
    page, number = taken(browse, parts, record)
    page.get_by_label("Your message").fill("un brouillon")
    record.write([turn("2", 9e9, platform="telegram", text="<b>es-tu là?</b>", answers=[])])
    expect(page.locator("#timeline .person").last).to_contain_text("<b>es-tu là?</b>")
    expect(page.locator("#timeline > li")).to_have_count(3)
    expect(page.get_by_label("Your message")).to_have_value("un brouillon")
    parts.conversations.handovers.left(ONE, 9e9 + 1)
    expect(page.locator("#over")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    expect(page.get_by_label("Your message")).to_have_value("un brouillon")
    assert number == 1


def test_erased_conversation_leaves_the_page(
    browse: OpenBrowser, parts: Parts, record: Record
) -> None:
    page, _ = taken(browse, parts, record)
    expect(page.locator("#timeline .person")).to_have_text(re.compile("allo"))
    record.write([erased("2", 9e12)])
    expect(page.locator("#gone")).to_be_visible()
    expect(page.locator("#timeline > li")).to_have_count(0)


def test_ready_reply_goes_into_the_box(browse: OpenBrowser, parts: Parts, record: Record) -> None:
    page, _ = taken(browse, parts, record)
    box = page.get_by_label("Your message")
    box.fill("Allo!")
    page.get_by_role("button", name="One moment").first.click()
    ready = parts.library.word("canned.one_moment", "fr")
    expect(box).to_have_value(f"Allo!\n{ready}")
    expect(box).to_be_focused()
    expect(page.locator("#shown")).to_contain_text(ready)
    assert parts.conversations.handovers.messages(ONE) == []


def test_all_works_without_scripts(browse: OpenBrowser, parts: Parts, record: Record) -> None:
    record.write([turn("1", 1.0, platform="telegram", text="mon ami Félix")])
    page = browse("moderator", "sam", java_script_enabled=False).new_page()
    page.goto(PATH)
    page.get_by_text("Show what is hidden").click()
    page.get_by_label("Why?").fill("vérifier un nom")
    page.get_by_role("button", name="Show this page in full").click()
    expect(page.locator(".person")).to_contain_text("mon ami Félix")
    page.get_by_role("link", name="Hide again").click()
    page.get_by_role("button", name="Take the conversation").click()
    page.get_by_role("button", name="One moment").first.click()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Give back to the bot").click()
    (message,) = parts.conversations.handovers.messages(ONE)
    assert message.text == parts.library.word("canned.one_moment", "fr")
    assert parts.conversations.handovers.current(ONE) is None


def test_message_is_written_once_however_often_its_button_is_pressed(
    parts: Parts, browse: OpenBrowser, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.write([turn("1", 1.0)])
    handovers = parts.conversations.handovers
    handovers.take(ONE, "telegram", "fr", "sam@example.org")
    begun, may_end, write = threading.Semaphore(0), threading.Event(), handovers.write

    def slowly(*given: Any, **also: Any) -> int:
        begun.release()
        may_end.wait(30)
        return write(*given, **also)

    monkeypatch.setattr(handovers, "write", slowly)
    page = browse("moderator", "sam").new_page()
    page.goto(PATH)
    page.locator("#text").fill("Allo")
    page.keyboard.press("Control+Enter")
    assert begun.acquire(timeout=30)
    page.keyboard.press("Control+Enter")
    with page.expect_navigation():
        may_end.set()
    assert [message.text for message in handovers.messages(ONE)] == ["Allo"]
