"""The pages of sign-in and of accounts in a real browser: accessible, by keyboard, on a phone."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.console.parts import Parts
from bot.store.sql.invitations import Invitations
from tests.contract.console.conftest import OpenBrowser
from tests.contract.console.door import GOOD, add_account
from tests.contract.console.test_sign_in_code import code_at

PHONE = {"width": 320, "height": 568}
Language = Literal["fr", "en"]


def check_with_axe(page: Page) -> None:
    results = Axe().run(page)
    assert results.response["violations"] == [], results.generate_report()


def check(page: Page) -> None:
    """Accessible, within its width, and light enough."""
    check_with_axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, f"{page.url} scrolls sideways"


def visit(context: BrowserContext, addresses: list[str]) -> None:
    page = context.new_page()
    for address in addresses:
        page.goto(address)
        check(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing_on_any_page(
    browse: OpenBrowser, parts: Parts, language: Language, scheme: str
) -> None:
    def word(key: str) -> str:
        return parts.words.get(key, language)

    context = browse(None, language=language, color_scheme=scheme, viewport=PHONE)
    visit(context, ["/console/sign-in"])  # no account yet
    add_account(parts, "ada@example.org", "admin")
    sam = add_account(parts)
    invitations = Invitations(parts.engine, parts.vault)
    token = invitations.invite(email="new@example.org", role="analyst")
    visit(
        context,
        ["/console/sign-in", f"/console/invitation/{token}", "/console/invitation/none"],
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("#email").fill("ada@example.org")
    page.locator("#password").fill("not the right phrase")
    press(page, word("sign_in.enter"))
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.locator("#password").fill(GOOD)
    press(page, word("sign_in.enter"))
    page.wait_for_url("**/console/queue")
    visit(context, ["/console/me", "/console/accounts", f"/console/accounts/{sam.id}"])
    page.goto("/console/accounts")
    page.locator("#email").fill("noa@example.org")
    press(page, word("accounts.invite"))
    expect(page.locator("#link")).to_be_visible()
    check(page)
    page.goto("/console/me")
    press(page, word("accounts.factor_begin"))
    expect(page.locator(".picture svg")).to_be_visible()
    check(page)
    secret = re.sub(r"\s", "", page.locator(".key").inner_text())
    page.locator("#code").fill("1")
    press(page, word("accounts.factor_confirm"))
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.locator("#code").fill(code_at(parts.now(), secret))
    press(page, word("accounts.factor_confirm"))
    expect(page.get_by_role("status")).to_have_text(word("said.second_factor_on"))
    check(page)
    press(page, word("menu.sign_out"))
    page.locator("#email").fill("ada@example.org")
    page.locator("#password").fill(GOOD)
    press(page, word("sign_in.enter"))
    expect(page.locator("#code")).to_be_visible()
    check(page)


def test_somebody_signs_in_by_keyboard_alone(browse: OpenBrowser, parts: Parts) -> None:
    add_account(parts, "ada@example.org", "analyst")
    page = browse(None).new_page()
    page.goto("/console/me")
    tab_to(page, page.locator("#email"))
    page.keyboard.type("ada@example.org")
    tab_to(page, page.locator("#password"))
    page.keyboard.type(GOOD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")


def test_text_of_an_ended_session_is_found_again(browse: OpenBrowser, parts: Parts) -> None:
    account = add_account(parts)
    page = browse(None).new_page()
    page.goto("/console/me")
    page.locator("#email").fill("sam@example.org")
    page.locator("#password").fill(GOOD)
    press(page, "Sign in")
    page.locator("#name").fill("Sam <b>Roy</b>")
    parts.sessions.end_all(account.id)
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Your text is kept")
    check(page)
    page.locator("#password").fill(GOOD)
    press(page, "Sign in")
    expect(page.locator(".quote").first).to_have_text("Sam <b>Roy</b>")
    check(page)
    press(page, "Send it now")
    expect(page.locator("#name")).to_have_value("Sam <b>Roy</b>")
    assert parts.accounts.get(account.id).name == "Sam <b>Roy</b>"


def test_nothing_is_asked_of_another_host_and_pages_are_light(
    chrome: Browser, address: str, parts: Parts
) -> None:
    add_account(parts)
    context = chrome.new_context(base_url=address)
    page = context.new_page()
    asked: list[str] = []
    sizes: list[int] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/console/sign-in", wait_until="networkidle")
    assert asked
    assert all(url.startswith(address) for url in asked)
    assert sum(sizes) < 100_000
    context.close()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(15):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never gets there")
