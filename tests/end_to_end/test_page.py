"""The chat page in a real browser, the real engine behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.contract.browser import chromium
from tests.contract.web_pictures import TALKS, take_pictures, wait_for_replies
from tests.end_to_end.stack import Stack

pytestmark = [pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="module")]


async def test_first_question_in_each_language_is_answered_on_the_page(stack: Stack) -> None:
    def talk() -> list[tuple[str, str]]:
        said = []
        with chromium() as browser:
            for language, _, question in TALKS:
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{stack.port}/?lang={language}")
                page.locator("#field").fill(question)
                page.keyboard.press("Enter")
                wait_for_replies(page, 2)
                answer = page.locator(".bot").nth(1)
                said.append((answer.inner_text(), answer.get_attribute("lang") or ""))
        return said

    said = await asyncio.to_thread(talk)

    assert "gouvernement" in said[0][0]
    assert "government" in said[1][0]
    assert all("Source" in text for text, _ in said)


async def test_readme_pictures_can_be_taken_of_the_real_bot(stack: Stack, tmp_path: Path) -> None:
    def take() -> None:
        with chromium() as browser:
            take_pictures(browser, f"http://127.0.0.1:{stack.port}", tmp_path)

    await asyncio.to_thread(take)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["chat-en.png", "chat-fr.png"]
