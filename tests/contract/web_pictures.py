"""Takes the pictures of the chat page for the README: `python -m tests.contract.web_pictures`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from bot.adapters.web.application import create_app
from bot.content.library import load_library
from bot.store.memory import MemoryFiles
from tests.contract.browser import chromium
from tests.contract.scripted_bot import LibraryScript, ScriptedBot
from tests.contract.web_server import served

ROOT = Path(__file__).resolve().parents[2]
TOPICS = {"ouvert": "open_government", "open": "open_government"}
TALKS: Sequence[tuple[str, Literal["light", "dark"], str]] = (
    ("fr", "light", "c'est quoi au juste, un gouvernement ouvert?"),
    ("en", "dark", "ok so what is open government, actually?"),
)


def take_pictures(browser: Browser, address: str, folder: Path) -> None:
    """Have each talk with the bot at this address, and keep what it looks like."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, theme, question in TALKS:
        context = browser.new_context(
            viewport={"width": 1280, "height": 840},
            device_scale_factor=1.5,
            color_scheme=theme,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(f"{address}/?lang={language}")
        page.locator("#field").fill(question)
        page.keyboard.press("Enter")
        wait_for_replies(page, 2)
        page.screenshot(path=folder / f"chat-{language}.png")
        context.close()


def wait_for_replies(page: Page, count: int) -> None:
    """Wait until the bot has said so much, the welcome included."""
    page.locator(".bot").nth(count - 1).wait_for()
    page.locator("#typing").wait_for(state="hidden")


def main() -> None:
    """Take them with a scripted bot."""
    library = load_library(ROOT)
    bot = ScriptedBot(LibraryScript(library, TOPICS))
    app = create_app(
        library=library,
        intake=bot,
        replies=bot,
        files=MemoryFiles(),
        health=bot,
        identity_key=b"pictures" * 4,
    )
    with served(app) as address, chromium() as browser:
        take_pictures(browser, address, ROOT / "docs" / "pictures")


if __name__ == "__main__":
    main()
