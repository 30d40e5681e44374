"""Insight and audit in a real browser: accessible, small, readable on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from bot.console.parts import Parts
from bot.store.sql.record import Record
from tests.contract.console.conftest import OpenBrowser
from tests.contract.console.test_insight import several
from tests.contract.record.entries import view
from tests.contract.stores import conversation

MOST_BYTES = 100_000
KINDS = ("document", "stylesheet", "script", "image")
"""What is sent for a page; a stream of news never ends."""
PATHS = ("/console/insight", "/console/audit")
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"


@pytest.fixture(autouse=True)
def fill(record: Record, parts: Parts) -> None:
    """A record in which every table has something to show and something hidden."""
    steps = ["view_consent", "view_age", "view_theme", "view_text"]
    record.write(several(range(60), campaign="summer"))
    record.write(several(range(60, 80), platform="telegram", language="en"))
    record.write(several(range(80, 84), platform="discord"))
    record.write(several(range(30), number=10, answers=["fallback_unclear"]))
    record.write(several(range(30), number=20, answers=["thanks"]))
    for at, step in enumerate(steps):
        record.write(several(range(50 - 12 * at), number=30 + at, answers=[step]))
    now = parts.now() - 3600
    record.write([view(f"view{n:04}", now, of=conversation(n), platform="web") for n in range(30)])
    for n in range(120):
        parts.audit.note(
            by="sam@example.org",
            role="moderator",
            action="revealed",
            subject=parts.audit.about(conversation(n)),
            reason="menace",
        )
    checked = parts.audit.verify()
    parts.audit.note(
        by="alex@example.org", role="admin", action="audit_checked", rows=checked.rows, broken_at=7
    )


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate(OPEN_ALL)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing(browse: OpenBrowser, path: str, theme: str, language: str) -> None:
    page = browse("admin", language=language, color_scheme=theme).new_page()
    open_page(page, path)
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()


@pytest.mark.parametrize("path", [PATHS[0] + "?from=x&to=y", PATHS[0] + "?platform=discord"])
def test_axe_finds_nothing_where_something_is_refused(browse: OpenBrowser, path: str) -> None:
    page = browse("admin").new_page()
    open_page(page, path)
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 640, 1280])
def test_page_fits_its_width(browse: OpenBrowser, path: str, width: int) -> None:
    page = browse("admin", viewport={"width": width, "height": 800}).new_page()
    open_page(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PATHS)
def test_page_is_small_and_asks_nobody_else(browse: OpenBrowser, address: str, path: str) -> None:
    page = browse("admin").new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="load")
    parts_of_page = [each for each in answers if each.request.resource_type in KINDS]
    assert {"document", "stylesheet", "script"} <= {
        each.request.resource_type for each in parts_of_page
    }
    assert sum(len(each.body()) for each in parts_of_page) < MOST_BYTES
    assert all(each.url.startswith(address) for each in answers)


def test_chart_says_in_words_what_it_shows(browse: OpenBrowser) -> None:
    page = browse("analyst").new_page()
    page.goto("/console/insight")
    chart = page.get_by_role("img", name="Platforms")
    assert chart.count() == 1
    assert "Web page: 60" in (chart.locator("desc").text_content() or "")


def test_table_behind_a_chart_opens_and_its_file_comes_by_keyboard(browse: OpenBrowser) -> None:
    page = browse("analyst").new_page()
    page.goto("/console/insight?days=7")
    summary = page.locator("#table-platforms ~ details summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("#table-platforms ~ details table").wait_for()
    page.keyboard.press("Tab")  # the table, which may be scrolled
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("platforms-")


def test_filters_and_periods_by_keyboard(browse: OpenBrowser) -> None:
    page = browse("analyst").new_page()
    page.goto("/console/insight")
    page.get_by_label("Language", exact=True).focus()
    page.keyboard.press("E")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/insight?**language=en**")
    assert page.get_by_label("Language", exact=True).input_value() == "en"
    page.get_by_role("link", name="Last 7 days").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**days=7**")
    assert page.get_by_label("Language", exact=True).input_value() == "en"


def test_check_of_the_chain_by_keyboard(browse: OpenBrowser, parts: Parts) -> None:
    page = browse("admin").new_page()
    page.goto("/console/audit")
    page.get_by_role("button", name="Check now").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Whole: all 121 rows").wait_for()
