"""The chat page in a real browser: what a person sees, hears, types, and leaves behind."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    Route,
    ViewportSize,
    expect,
)

from bot.adapters.web.application import create_app
from bot.content.library import Library, load_library
from bot.conversation.identity import file_token
from bot.conversation.messages import (
    LANGUAGES,
    Button,
    Image,
    IncomingMessage,
    Language,
    Reply,
    Source,
)
from bot.conversation.ports import AnswerCall
from bot.conversation.rendering import render
from bot.store.memory import MemoryFiles
from tests.contract.browser import chromium
from tests.contract.scripted_bot import LibraryScript, ScriptedBot
from tests.contract.web_pictures import take_pictures, wait_for_replies
from tests.contract.web_server import served

ROOT = Path(__file__).resolve().parents[2]
IDENTITY_KEY = b"page" * 8
PHONE = (390, 844)
LAPTOP = (1280, 800)
MARKUP = '<img src=x onerror="document.title=1"> & <b>gras</b>'
QUESTION = {"fr": "c'est quoi, un gouvernement ouvert?", "en": "what is open government?"}
PICTURE = Image("/pictures/views.png", "Un grand groupe et un petit. " * 20)
BUTTONS = (Button("Suite", "a:help"),)
SOURCES = (
    Source("Une page", "https://example.org/page"),
    Source("Un piège", "//example.org/files/" + "a" * 32),
    Source("Un autre", "javascript:alert(1)"),
)
Theme = Literal["light", "dark"]


class Script(LibraryScript):
    """The library's answers, and one that quotes the person, markup and all."""

    cannot_erase = False

    def __call__(self, message: IncomingMessage) -> Sequence[Reply]:
        """Answer one message."""
        if message.text == "image":
            return [Reply("view_picture", "fr", "Voici.", BUTTONS, image=PICTURE)]
        if message.text == "fichier":
            return [Reply("my_data", "fr", "Voici.", sources=SOURCES, file="parlouvert.json")]
        if message.text == "/delete" and self.cannot_erase:
            return [render(self.library, AnswerCall("unavailable"), "fr")]
        if message.text == MARKUP:
            return [Reply("echo", "fr", MARKUP), Reply("echo", "fr", "Et voilà.")]
        return super().__call__(message)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def script(library: Library) -> Script:
    topics = {
        "ouvert": "open_government",
        "open": "open_government",
        "/delete": "delete_done",
        "english": "change_language",
    }
    return Script(library, topics)


@pytest.fixture
def bot(script: Script) -> ScriptedBot:
    return ScriptedBot(script)


@pytest.fixture
def files() -> MemoryFiles:
    return MemoryFiles()


@pytest.fixture
def address(library: Library, bot: ScriptedBot, files: MemoryFiles) -> Iterator[str]:
    app = create_app(
        library=library,
        intake=bot,
        replies=bot,
        files=files,
        health=bot,
        identity_key=IDENTITY_KEY,
    )
    with served(app) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=_size(LAPTOP), reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the browser complains of: errors of the script, breaches of the security policy."""
    complaints: list[str] = []
    context.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return complaints


@pytest.fixture
def page(context: BrowserContext, address: str, complaints: list[str]) -> Iterator[Page]:
    """The French page on a laptop; the test fails if the browser had anything to complain of."""
    page = context.new_page()
    page.goto(f"{address}/?lang=fr")
    yield page
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def _size(size: tuple[int, int]) -> ViewportSize:
    return ViewportSize(width=size[0], height=size[1])


def ask(page: Page, text: str, *, replies: int = 2) -> None:
    page.locator("#field").fill(text)
    page.keyboard.press("Enter")
    wait_for_replies(page, replies)


def last_reply(page: Page) -> Locator:
    return page.locator(".bot").last


def check_with_axe(page: Page) -> None:
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()


# --- Accessible --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(
    browser: Browser, address: str, language: Language, theme: Theme, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport=_size(size), color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/?lang={language}")
    check_with_axe(page)
    ask(page, QUESTION[language])
    check_with_axe(page)
    page.route("**/api/chat", lambda route: route.fulfill(status=400, body="?"))
    page.locator("#field").fill("a" * 1_001)
    page.locator(".bot button").first.click()
    page.locator(".failure").wait_for()
    check_with_axe(page)
    page.locator("summary").click()
    check_with_axe(page)
    page.keyboard.press("Escape")
    page.locator("#erase").click()
    check_with_axe(page)
    context.close()


@pytest.mark.parametrize("size", [(320, 568), (320, 256), (640, 400), PHONE, LAPTOP], ids=str)
def test_page_fits_its_width_and_its_targets_fit_a_finger(
    page: Page, size: tuple[int, int]
) -> None:
    page.set_viewport_size(_size(size))
    ask(page, QUESTION["fr"] + "w" * 300)
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    for target in page.locator("a:visible, button:visible, summary:visible").all():
        if target.get_attribute("class") == "skip":
            continue
        box = target.bounding_box()
        assert box is not None
        assert box["width"] >= 44, target.text_content()
        assert box["height"] >= 43.9, target.text_content()
        assert box["x"] >= 0, target.text_content()
        assert box["x"] + box["width"] <= size[0], target.text_content()


@pytest.mark.parametrize("size", [(320, 568), PHONE, LAPTOP], ids=str)
def test_beginning_of_an_answer_is_in_view(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size(_size(size))
    for number in range(2, 5):
        ask(page, QUESTION["fr"], replies=number)
    top = last_reply(page).evaluate(
        "(node) => { const box = node.getBoundingClientRect();"
        " const hit = document.elementFromPoint(box.left + 60, box.top + 16);"
        " return node.contains(hit); }"
    )
    assert top


def test_long_text_being_written_does_not_hide_the_last_answer(page: Page) -> None:
    page.set_viewport_size(_size(PHONE))
    ask(page, "Allô?")
    page.locator("#field").fill("un mot " * 60)
    expect(last_reply(page).get_by_role("button").last).to_be_in_viewport(ratio=1)
    button = last_reply(page).get_by_role("button").last.bounding_box()
    composer = page.locator("#form").bounding_box()
    assert button is not None
    assert composer is not None
    assert button["y"] + button["height"] <= composer["y"]


def test_text_twice_as_large_still_fits(page: Page) -> None:
    page.set_viewport_size(_size(LAPTOP))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    ask(page, QUESTION["fr"])
    assert page.evaluate("document.documentElement.scrollWidth") == LAPTOP[0]
    expect(page.locator("#send")).to_be_in_viewport()


def test_keyboard_alone_is_enough(page: Page, bot: ScriptedBot) -> None:
    names = []
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(_focused(page))
    assert names == ["skip", "summary", "language", "exit", "log"]
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("data-value") == "a:open_government"
    page.keyboard.press("Enter")
    wait_for_replies(page, 2)
    page.keyboard.press("Tab")  # from the button that was pressed on to what came after it
    for _ in range(20):
        if _focused(page) == "field":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Allô?")
    page.keyboard.press("Enter")
    wait_for_replies(page, 3)
    assert _focused(page) == "field"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert _focused(page) == "erase"
    page.keyboard.press("Space")
    assert _focused(page) == "keep"  # the harmless choice
    page.keyboard.press("Enter")
    assert _focused(page) == "erase"
    assert [message.text or message.button for message in bot.messages] == [
        "a:open_government",
        "Allô?",
    ]


def _focused(page: Page) -> str:
    """The focused element, once it is seen to show that it is."""
    focused = page.locator(":focus")
    outline = focused.evaluate(
        "(node) => getComputedStyle(node.closest('.box') ?? node).boxShadow !== 'none'"
        " || getComputedStyle(node).outlineStyle !== 'none'"
    )
    assert outline
    return str(focused.evaluate("(node) => node.id || node.className || node.localName"))


def test_skip_link_leads_to_the_field(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#field")).to_be_focused()


def test_log_announces_messages_and_who_says_them(page: Page) -> None:
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, "Allô?")
    expect(log.locator(".own")).to_contain_text("Toi :")
    expect(last_reply(page)).to_contain_text("Parlouvert :")


def test_motion_only_where_it_is_welcome(browser: Browser, address: str) -> None:
    for motion, name in (("reduce", "none"), ("no-preference", "rise")):
        context = browser.new_context(reduced_motion=motion)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/?lang=fr")
        ask(page, "Allô?")
        style = "(node) => getComputedStyle(node).animationName"
        assert last_reply(page).evaluate(style) == name
        context.close()


# --- Talking -----------------------------------------------------------------------------------


def test_first_screen_of_a_phone_says_what_this_is(page: Page, library: Library) -> None:
    page.set_viewport_size(_size(PHONE))
    expect(page.get_by_role("heading", level=1)).to_have_text("Parlouvert")
    expect(page.get_by_text(library.word("web.what", "fr"))).to_be_in_viewport(ratio=1)
    expect(page.get_by_text(library.text("welcome", "fr").text)).to_be_in_viewport(ratio=1)
    for name in library.text("welcome", "fr").buttons:
        label = library.text(name, "fr").title
        expect(page.get_by_role("button", name=label)).to_be_in_viewport(ratio=1)
    expect(page.locator("#field")).to_be_in_viewport(ratio=1)


def test_answer_shows_text_sources_and_buttons(page: Page, library: Library) -> None:
    ask(page, QUESTION["fr"])
    reply = last_reply(page)
    expect(reply.locator(".text")).to_have_text(library.text("open_government", "fr").text)
    expect(reply).to_have_attribute("lang", "fr")
    wanted = list(library.sources_for("open_government", "fr"))
    links = reply.get_by_role("link").all()
    assert [(link.text_content(), link.get_attribute("href")) for link in links] == [
        (f"{title} (nouvelle fenêtre)", url) for title, url in wanted
    ]
    for link in links:
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener noreferrer"
    more = library.word("buttons.more", "fr")
    expect(reply.get_by_role("button").first).to_have_text(more)


def test_markup_is_only_text(page: Page) -> None:
    ask(page, MARKUP, replies=3)
    expect(page.locator(".own .text")).to_have_text(MARKUP)
    expect(page.locator(".bot .text").nth(1)).to_have_text(MARKUP)
    assert page.locator("#log img, #log b").count() == 0
    assert page.title() != "1"


def test_old_buttons_stay_usable(page: Page, bot: ScriptedBot) -> None:
    ask(page, "Allô?")
    ask(page, "Allô?", replies=3)
    page.locator(".bot").first.get_by_role("button").first.click()
    wait_for_replies(page, 4)
    assert bot.messages[-1].button == "a:open_government"
    expect(page.locator(".own").last).to_contain_text("Gouvernement ouvert")


def test_double_click_on_a_button_sends_once(page: Page, bot: ScriptedBot) -> None:
    page.locator(".bot button").first.dblclick()
    wait_for_replies(page, 2)
    ask(page, "Allô?", replies=3)
    assert [message.button for message in bot.messages] == ["a:open_government", None]


def test_second_click_on_what_has_moved_under_the_finger_is_ignored(
    page: Page, bot: ScriptedBot
) -> None:
    page.locator(".bot button").evaluate_all("(buttons) => buttons.forEach((each) => each.click())")
    wait_for_replies(page, 2)
    ask(page, "Allô?", replies=3)
    assert [message.button for message in bot.messages] == ["a:open_government", None]


def test_enter_sends_and_shift_enter_begins_a_line(page: Page, bot: ScriptedBot) -> None:
    field = page.locator("#field")
    field.fill("un")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("deux")
    page.keyboard.press("Enter")
    wait_for_replies(page, 2)
    assert bot.messages[0].text == "un\ndeux"
    expect(field).to_have_value("")
    expect(field).to_be_focused()


def test_enter_that_ends_a_composition_does_not_send(page: Page, bot: ScriptedBot) -> None:
    page.locator("#field").fill("にほん")
    page.locator("#field").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(page.locator("#field")).to_have_value("にほん")
    page.locator("#send").click()
    wait_for_replies(page, 2)
    assert len(bot.messages) == 1
    expect(page.locator("#field")).to_be_focused()


def test_blank_text_is_not_sent(page: Page) -> None:
    page.locator("#field").fill(" \n ")
    page.keyboard.press("Enter")
    expect(page.locator(".own")).to_have_count(0)


def test_counter_appears_near_the_limit_and_holds_back_what_is_too_long(
    page: Page, bot: ScriptedBot
) -> None:
    field, counter = page.locator("#field"), page.locator("#counter")
    field.fill("a" * 799)
    expect(counter).to_have_text("")
    field.fill("🚪" * 990)
    expect(counter).to_have_text("Caractères restants : 10")
    field.fill("🚪" * 1_002)
    expect(counter).to_have_text("Caractères en trop : 2")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#spoken")).to_have_text("Caractères en trop : 2")
    expect(field).to_have_value("🚪" * 1_002)
    ask(page, "🚪" * 1_000)
    assert [message.text for message in bot.messages] == ["🚪" * 1_000]


def test_messages_written_quickly_are_answered_in_order(page: Page, bot: ScriptedBot) -> None:
    for number in range(5):
        page.locator("#field").fill(f"message {number}")
        page.keyboard.press("Enter")
    wait_for_replies(page, 6)
    assert [message.text for message in bot.messages] == [f"message {n}" for n in range(5)]
    assert len({message.conversation for message in bot.messages}) == 1


def test_typing_shows_while_the_answer_is_awaited(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/chat", lambda route: held.append(route))
    page.locator("#field").fill("Allô?")
    page.keyboard.press("Enter")
    expect(page.locator("#typing")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Parlouvert écrit")
    held[0].continue_()
    wait_for_replies(page, 2)
    expect(page.get_by_role("status")).to_have_text("")


# --- Pictures and files ------------------------------------------------------------------------


def drawn(width: int, height: int) -> bytes:
    """A picture of this size, in one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return len(content).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes(1 + width) * height)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def keep(files: MemoryFiles, name: str, content: bytes) -> None:
    """Put a file, in a thread of its own: the browser's loop has this one."""
    with ThreadPoolExecutor() as thread:
        thread.submit(asyncio.run, files.put(name, content, seconds=60)).result()


@pytest.mark.parametrize("size", [(320, 568), PHONE, LAPTOP], ids=str)
def test_picture_fits_the_screen_and_has_its_words(
    page: Page, files: MemoryFiles, size: tuple[int, int]
) -> None:
    keep(files, "views.png", drawn(1_200, 800))
    page.set_viewport_size(_size(size))
    ask(page, "image")
    picture = last_reply(page).get_by_role("img")
    expect(picture).to_have_attribute("alt", PICTURE.alt)
    expect(picture).to_have_js_property("naturalWidth", 1_200)
    box = picture.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["width"] / box["height"] == pytest.approx(1.5, rel=0.01)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    expect(last_reply(page).get_by_role("button", name="Suite")).to_be_in_viewport(ratio=1)


def test_words_stand_for_a_picture_that_is_gone(page: Page) -> None:
    ask(page, "image")
    expect(last_reply(page).get_by_text(PICTURE.alt.strip())).to_be_visible()
    expect(last_reply(page).get_by_role("img")).to_have_count(0)


def test_file_about_the_person_is_saved_and_the_chat_stays(
    page: Page, bot: ScriptedBot, files: MemoryFiles, library: Library
) -> None:
    ask(page, "fichier")
    token = file_token(IDENTITY_KEY, bot.messages[0].conversation)
    keep(files, token, b'{"views": []}')
    link = last_reply(page).get_by_role("link", name="Télécharger parlouvert.json")
    expect(link).to_have_attribute("href", f"/files/{token}")
    with page.expect_download() as saving:
        link.click()
    assert saving.value.suggested_filename == "parlouvert.json"
    assert saving.value.path().read_bytes() == b'{"views": []}'
    expect(last_reply(page)).to_contain_text("Voici.")
    check_with_axe(page)


def test_only_pages_and_our_own_files_become_links(page: Page) -> None:
    ask(page, "fichier")
    links = last_reply(page).get_by_role("link")
    expect(links).to_have_count(2)
    expect(last_reply(page).locator(".sources a")).to_have_attribute(
        "href", "https://example.org/page"
    )
    expect(last_reply(page).locator(".files a")).to_have_attribute("download", "parlouvert.json")


# --- Two languages -----------------------------------------------------------------------------


def check_words(page: Page, library: Library, language: Language) -> None:
    """Every word of the page itself is the one of this language."""
    assert page.locator("html").get_attribute("lang") == language
    assert page.title() == library.word("web.page_title", language)
    for attribute, read in (
        ("data-word", "node.textContent"),
        ("data-label", "node.getAttribute('aria-label')"),
        ("data-placeholder", "node.placeholder"),
    ):
        pairs = page.locator(f"[{attribute}]").evaluate_all(
            f"(nodes) => nodes.map((node) => [node.getAttribute('{attribute}'), {read}])"
        )
        assert pairs
        for key, shown in pairs:
            assert shown == library.word(f"web.{key}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_all_of_one_language(
    page: Page, address: str, library: Library, language: Language
) -> None:
    page.goto(f"{address}/?lang={language}")
    check_words(page, library, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_opens_in_the_language_of_the_browser(
    browser: Browser, address: str, language: Language
) -> None:
    context = browser.new_context(locale=f"{language}-CA")
    page = context.new_page()
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", language)
    context.close()


def test_language_switch_keeps_the_conversation_and_tells_the_bot(
    page: Page, bot: ScriptedBot, library: Library
) -> None:
    ask(page, QUESTION["fr"])
    page.get_by_role("link", name="English").click()
    wait_for_replies(page, 3)
    check_words(page, library, "en")
    assert [message.button for message in bot.messages] == [None, "l:en"]
    assert bot.messages[0].conversation == bot.messages[1].conversation
    expect(page.locator(".bot").nth(1)).to_have_attribute("lang", "fr")
    expect(last_reply(page)).to_have_attribute("lang", "en")
    expect(last_reply(page).locator(".text")).to_have_text(
        library.text("change_language", "en").text
    )
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_language_switch_before_the_first_message_turns_the_welcome(
    page: Page, bot: ScriptedBot, library: Library
) -> None:
    with page.expect_response("**/api/chat"):
        page.get_by_role("link", name="English").click()
    check_words(page, library, "en")
    expect(page.locator(".bot .text")).to_have_text([library.text("welcome", "en").text])
    assert [message.button for message in bot.messages] == ["l:en"]
    expect(page.locator(".own")).to_have_count(0)


def test_language_button_of_the_bot_switches_the_page_too(page: Page, library: Library) -> None:
    ask(page, "in english please")
    last_reply(page).get_by_role("button", name="English").click()
    wait_for_replies(page, 3)
    check_words(page, library, "en")


# --- When things fail --------------------------------------------------------------------------


def test_failure_is_told_in_the_language_and_retried_with_the_same_key(
    page: Page, bot: ScriptedBot, library: Library
) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    bot.is_gone = True
    page.locator("#field").fill("Allô?")
    page.keyboard.press("Enter")
    failure = page.locator(".own .failure")
    expect(failure).to_contain_text(library.word("errors.unavailable_detail", "fr"))
    bot.is_gone = False
    page.get_by_role("link", name="English").click()
    expect(failure).to_contain_text(library.word("errors.unavailable_detail", "en"))
    wait_for_replies(page, 2)
    failure.get_by_role("button", name="Try again").click()
    wait_for_replies(page, 3)
    expect(failure).to_have_count(0)
    assert [message.text or message.button for message in bot.messages] == ["l:en", "Allô?"]
    keys = [request.headers["idempotency-key"] for request in requests if request.method == "POST"]
    first, quiet_second_try, language, retried = keys
    assert first == quiet_second_try == retried != language


def test_answer_lost_on_the_way_is_fetched_not_asked_again(page: Page, bot: ScriptedBot) -> None:
    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/chat", lose_the_answer, times=1)
    ask(page, "Allô?")
    expect(page.locator(".failure")).to_have_count(0)
    assert len(bot.messages) == 1


def test_page_of_a_proxy_instead_of_an_answer_is_a_failure(page: Page, library: Library) -> None:
    page.route("**/api/chat", lambda route: route.fulfill(status=502, body="<h1>Bad</h1>"))
    page.locator("#field").fill("Allô?")
    page.keyboard.press("Enter")
    expect(page.locator(".failure")).to_contain_text(library.word("web.failed_unknown", "fr"))
    expect(page.locator("#typing")).to_be_hidden()


def test_message_written_offline_leaves_when_the_connection_is_back(
    page: Page, context: BrowserContext, bot: ScriptedBot, library: Library
) -> None:
    context.set_offline(True)
    expect(page.get_by_text(library.word("web.offline", "fr"))).to_be_visible()
    page.locator("#field").fill("Allô?")
    page.keyboard.press("Enter")
    expect(page.locator(".failure")).to_contain_text(library.word("web.failed_connection", "fr"))
    context.set_offline(False)
    wait_for_replies(page, 2)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator(".failure")).to_have_count(0)
    assert [message.text for message in bot.messages] == ["Allô?"]


# --- Safety, and leaving no trace --------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_helplines_are_one_tap_away_wherever_one_has_scrolled(
    page: Page, size: tuple[int, int]
) -> None:
    page.set_viewport_size(_size(size))
    for number in range(2, 5):
        ask(page, QUESTION["fr"], replies=number)
    page.locator("summary").click()
    for name, number_to_call in (
        ("9-1-1", "tel:911"),
        ("9-8-8", "tel:988"),
        ("1 800 668-6868", "tel:+18006686868"),
    ):
        link = page.get_by_role("link", name=name, exact=True)
        expect(link).to_be_in_viewport(ratio=1)
        expect(link).to_have_attribute("href", number_to_call)
    page.get_by_role("link", name="9-8-8", exact=True).focus()
    page.keyboard.press("Escape")
    expect(page.locator("summary")).to_be_focused()
    expect(page.get_by_role("link", name="9-8-8", exact=True)).to_be_hidden()


def leave_by_button(page: Page) -> None:
    page.locator("#exit").click()


def leave_by_escape(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


@pytest.mark.parametrize("leave", [leave_by_button, leave_by_escape])
def test_quick_exit_replaces_the_page(
    page: Page, context: BrowserContext, address: str, leave: Callable[[Page], None]
) -> None:
    context.route("https://www.canada.ca/**", lambda route: route.fulfill(body="<h1>Canada</h1>"))
    page.goto("about:blank")
    page.goto(f"{address}/?lang=fr")
    ask(page, QUESTION["fr"])
    leave(page)
    page.wait_for_url("https://www.canada.ca/fr.html")
    page.go_back()
    assert page.url == "about:blank"
    page.goto(f"{address}/healthz")
    assert page.evaluate("sessionStorage.length") == 0


def test_escape_pressed_once_leaves_nothing(page: Page, address: str) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("#log")).to_be_visible()
    assert page.url.startswith(address)


def test_conversation_outlives_a_reload_and_leaves_only_its_number(
    page: Page, context: BrowserContext, bot: ScriptedBot
) -> None:
    ask(page, "Allô?")
    page.reload()
    expect(page.locator(".bot")).to_have_count(1)
    ask(page, "Allô?")
    assert bot.messages[0].conversation == bot.messages[1].conversation
    assert context.cookies() == []
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.evaluate("Object.keys(sessionStorage)") == ["conversation"]
    assert re.fullmatch("[0-9a-f-]{36}", page.evaluate("sessionStorage.conversation"))


def test_another_tab_is_another_conversation(
    page: Page, context: BrowserContext, address: str, bot: ScriptedBot
) -> None:
    ask(page, "Allô?")
    other = context.new_page()
    other.goto(f"{address}/?lang=fr")
    ask(other, "Allô?")
    assert bot.messages[0].conversation != bot.messages[1].conversation


def test_leaving_no_trace_asks_first(page: Page, bot: ScriptedBot) -> None:
    ask(page, "Allô?")
    page.get_by_role("button", name="Ne laisser aucune trace").click()
    page.get_by_role("button", name="Non, garder").click()
    expect(page.locator(".own")).to_have_count(1)
    assert len(bot.messages) == 1


def test_leaving_no_trace_erases_and_begins_anew(
    page: Page, bot: ScriptedBot, library: Library
) -> None:
    ask(page, QUESTION["fr"])
    before = page.evaluate("sessionStorage.conversation")
    page.get_by_role("button", name="Ne laisser aucune trace").click()
    page.get_by_role("button", name="Oui, tout effacer").click()
    expect(page.locator(".message .text")).to_have_text([library.text("delete_done", "fr").text])
    expect(page.locator("#field")).to_be_focused()
    assert page.evaluate("sessionStorage.conversation") != before
    ask(page, "Allô?")
    old, erased, new = (message.conversation for message in bot.messages)
    assert bot.messages[1].text == "/delete"
    assert old == erased != new


def test_failed_erasing_keeps_the_conversation_and_can_be_retried(
    page: Page, bot: ScriptedBot, library: Library
) -> None:
    ask(page, QUESTION["fr"])
    bot.is_gone = True
    page.locator("#erase").click()
    page.locator("#erase-all").click()
    expect(page.locator(".failure")).to_contain_text(library.word("web.erase_failed", "fr"))
    expect(page.locator(".own")).to_have_count(1)
    bot.is_gone = False
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator(".message .text")).to_have_text([library.text("delete_done", "fr").text])


def test_apology_instead_of_erasing_is_not_taken_for_success(
    page: Page, script: Script, library: Library
) -> None:
    ask(page, "Allô?")
    before = page.evaluate("sessionStorage.conversation")
    script.cannot_erase = True
    page.locator("#erase").click()
    page.locator("#erase-all").click()
    expect(page.locator(".failure")).to_contain_text(library.word("web.erase_failed", "fr"))
    expect(page.locator(".own")).to_have_count(1)
    assert page.evaluate("sessionStorage.conversation") == before


def test_erasing_asked_for_in_the_chat_clears_the_page_too(page: Page, library: Library) -> None:
    ask(page, "Allô?")
    page.locator("#field").fill("/delete")
    page.keyboard.press("Enter")
    expect(page.locator(".message .text")).to_have_text([library.text("delete_done", "fr").text])


def test_page_asks_nothing_of_other_hosts(page: Page, address: str) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ask(page, QUESTION["fr"])
    assert asked
    assert all(url.startswith(address) for url in asked)


def test_without_scripts_the_page_says_so_and_still_helps(
    browser: Browser, address: str, library: Library
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/?lang=fr")
    notices = page.locator("noscript .notice")
    expect(notices).to_have_text([library.word("web.noscript", each) for each in LANGUAGES])
    for notice in notices.all():
        expect(notice).to_be_visible()
    page.locator("summary").click()
    expect(page.get_by_role("link", name="9-1-1")).to_be_visible()
    page.locator("summary").click()
    expect(page.locator("#exit")).to_have_attribute("href", library.word("web.exit_address", "fr"))
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#field")).to_be_hidden()
    context.close()


# --- Pictures ----------------------------------------------------------------------------------


def test_pictures_for_the_readme_can_be_taken(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    take_pictures(browser, address, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chat-en.png", "chat-fr.png"]
