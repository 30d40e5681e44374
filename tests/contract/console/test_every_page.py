"""Every page of the console, in both languages: for everybody's eyes, hands and screens.

The list comes from the console's own routes: a page that is new and not in `ADDRESSES` fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from bot.console.gate import COOKIE
from bot.console.rooms import open_console
from bot.content.library import Library
from bot.editing.records import SideChange
from bot.safety.abuse import load_abuse_scores
from bot.safety.personal_data import PersonalData
from bot.store.sql.database import open_database
from bot.store.sql.invitations import Invitations
from bot.store.vault import open_vault
from tests.contract.console.conftest import ROOT
from tests.contract.console.content_home import TEXT_FR, make_home
from tests.contract.console.test_routes import page_behind, routes_of
from tests.contract.editing.folders import replace
from tests.contract.web_server import served
from tests.filled_console import ADMIN, Filled, fill_console

FOR_NOBODY = {"/sign-in", "/invitation/{token}"}
"""Shown to people who are not signed in."""
ADDRESSES: dict[str, tuple[str, ...]] = {
    "/sign-in": ("/sign-in",),
    "/invitation/{token}": ("/invitation/{token}", "/invitation/none"),
    "/me": ("/me",),
    "/accounts": ("/accounts",),
    "/accounts/{id}": ("/accounts/{account}",),
    "/queue": ("/queue", "/queue?kind=views", "/queue?kind=questions&page=2"),
    "/conversations": ("/conversations", "/conversations?q=vote&platform=web"),
    "/conversations/answers/{id}": ("/conversations/answers/open_government",),
    "/conversations/{id}": (
        "/conversations/{conversation}",
        "/conversations/{handed}",
        "/conversations/nobody",
    ),
    "/conversations/{id}/test": ("/conversations/{conversation}/test",),
    "/views": ("/views", "/views?status=rejected&theme=impact"),
    "/views/outcomes": ("/views/outcomes",),
    "/views/{id}": ("/views/{pending}", "/views/{approved}"),
    "/content": ("/content", "/content?q=nothing+like+that"),
    "/content/topics/{id}": ("/content/topics/parks", "/content/topics/buses"),
    "/content/new": ("/content/new",),
    "/content/rules": ("/content/rules",),
    "/content/rules/{path:path}": ("/content/rules/stories/rules/conversation.yml",),
    "/content/try": ("/content/try",),
    "/content/publish": ("/content/publish",),
    "/content/history": ("/content/history",),
    "/content/by_hand": ("/content/by_hand",),
    "/insight": ("/insight", "/insight?days=7"),
    "/audit": ("/audit", "/audit?action=published"),
}
"""Of each page, addresses to look at; names in braces are of the filled record."""
NO_PAGES = {
    "/",  # leads on
    "/sign-in/code",  # leads on without a password before; see test_sign_in_browser
    "/openid/back",  # leads on
    "/events",  # a stream
    "/conversations/{id}/live",  # JSON
    "/content/try/state",  # a piece of a page
    "/insight/{table}.csv",
    "/audit/audit.csv",
    "/audit/audit.jsonl",
}
MOST_BYTES = 100_000
WIDTHS = {"a narrow phone": 320, "a phone": 390, "200 % zoom": 640, "a desk": 1280}
MAY_ANSWER = (200, 404, 410)
"""A conversation or an invitation that is gone has a page, too."""

UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
FOCUSABLE = """() => {
  const all = "a[href], button, input, select, textarea, summary, [tabindex]";
  const stops = [...document.querySelectorAll(all)].filter((each) =>
    each.tabIndex >= 0 && !each.disabled && each.type !== "hidden" && each.checkVisibility());
  const choices = new Set();
  window.waiting = new Set(stops.filter((each) => {
    if (each.type !== "radio") return true;
    const name = each.form?.id + each.name;  // one stop for all of a group
    return !choices.has(name) && choices.add(name);
  }));
  window.unseen = [];
  document.addEventListener("focusin", ({ target }) => {
    window.waiting.delete(target);
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
    const hasOutline = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    const box = target.getBoundingClientRect();
    if ((hasOutline || boxShadow !== "none") && box.width > 1 && box.height > 1) return;
    window.unseen.push(target.outerHTML.slice(0, 120));
  });
  document.activeElement?.blur();
  return window.waiting.size;
}"""
"""Gets ready to walk by Tab: what has to be reached, and whether one sees where one is."""
NOT_REACHED = "() => [...window.waiting].map((each) => each.outerHTML.slice(0, 120))"


@dataclass
class Walk:
    """The filled console on a port, and what went wrong while it was walked through."""

    filled: Filled
    address: str
    token: str
    values: dict[str, str]
    complaints: list[str] = field(default_factory=list)

    def paths(self) -> Iterator[tuple[str, str]]:
        """Each page's address, after the route it belongs to."""
        for route, paths in ADDRESSES.items():
            for path in paths:
                yield route, "/console" + path.format(**self.values)

    def say(self, where: str, what: object) -> None:
        self.complaints.append(f"{where}: {what}")


@pytest.fixture(scope="module")
def walk(
    tmp_path_factory: pytest.TempPathFactory, library: Library, personal_data: PersonalData
) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("every_page")
    engine = open_database("", folder)
    vault = open_vault(folder / "key.json", create=True)
    filled = fill_console(
        engine,
        vault,
        library,
        personal_data,
        scorer=load_abuse_scores(ROOT).score,
        home=make_home(folder / "home"),
        data_dir=folder,
        topic="parks",
        sides=(SideChange(text="Un parc est vert."), SideChange(text="b" * 700)),
        turns=1_500,
    )
    edit_by_hand(filled)
    account = filled.parts.accounts.find(ADMIN)
    assert account is not None
    values = {
        "token": Invitations(engine, vault).invite(email="new@example.org", role="analyst"),
        "account": account.id,
        "conversation": filled.conversation,
        "handed": filled.handed,
        "pending": filled.pending,
        "approved": filled.approved,
    }
    with served(open_console(filled.parts)) as address:
        yield Walk(filled, address, filled.parts.sessions.open(account.id), values)
    engine.dispose()


def edit_by_hand(filled: Filled) -> None:
    replace(Path(filled.parts.home), "stories/answers/buses.yml", TEXT_FR, "Écrit à la main.")


def test_every_page_has_an_address_here(walk: Walk) -> None:
    pages = {
        page.path
        for route in routes_of(open_console(walk.filled.parts))
        if (page := page_behind(route)) and page.method == "GET"
    }
    assert pages == set(ADDRESSES) | NO_PAGES


def opened(
    chrome: Browser, walk: Walk, language: str, *, signed_in: bool, **options: Any
) -> BrowserContext:
    context = chrome.new_context(base_url=walk.address, **options)
    cookies = [{"name": "console_language", "value": language, "url": walk.address}]
    if signed_in:
        cookies.append({"name": COOKIE, "value": walk.token, "url": walk.address})
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_for_everybody(
    chrome: Browser, walk: Walk, language: Literal["fr", "en"]
) -> None:
    walk.complaints.clear()
    for signed_in in (False, True):
        context = opened(chrome, walk, language, signed_in=signed_in, color_scheme="light")
        page = context.new_page()
        listen(page, walk)
        for route, path in walk.paths():
            if (route in FOR_NOBODY) is not signed_in:
                look(page, walk, path, language)
        context.close()
    assert walk.complaints == []


WRONG = """() => {
  const add = (html) => document.querySelector("main").insertAdjacentHTML("beforeend", html);
  add("<h1>Again</h1><img src='https://example.org/picture.png'>");
  add("<button id='blind'>Press</button>");
  add("<p id='wide'>wide</p>");
  document.getElementById("wide").style.width = "50rem";
  document.getElementById("blind").style.outline = "none";
}"""


def test_walk_sees_what_is_wrong(chrome: Browser, walk: Walk) -> None:
    walk.complaints.clear()
    context = opened(chrome, walk, "en", signed_in=True)
    page = context.new_page()
    listen(page, walk)
    page.goto("/console/me")
    page.evaluate(WRONG)
    page.evaluate("document.documentElement.lang = 'fr'")
    check(page, walk, "the page", "en")
    context.close()
    said = "\n".join(walk.complaints)
    for what in (
        "the page: has 2 headings",
        "the page: is in another language",
        "at 320 (a narrow phone)",
        "at 640 (200 % zoom)",
        "axe in light: image-alt",
        'one does not see the focus on <button id="blind"',
        "Content Security Policy",
    ):
        assert what in said


def listen(page: Page, walk: Walk) -> None:
    """Hear of requests to other hosts, and of what the browser complains about."""

    def on_request(request: Any) -> None:
        if not request.url.startswith((walk.address, "data:")):
            walk.say(page.url, f"asks {request.url}")

    def on_console(message: Any) -> None:
        is_status = "Failed to load resource" in message.text and "404" in message.text
        is_gone = "Failed to load resource" in message.text and "410" in message.text
        if message.type in ("error", "warning") and not is_status and not is_gone:
            walk.say(page.url, message.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: walk.say(page.url, error))


def look(page: Page, walk: Walk, path: str, language: str) -> None:
    """Everything that has to be so on one page."""
    answer = page.goto(path)
    assert answer is not None
    if answer.status not in MAY_ANSWER or not page.url.endswith(path):
        walk.say(path, f"answers {answer.status} at {page.url}")
        return
    html = answer.text()
    if (size := weight(walk, html)) > MOST_BYTES:
        walk.say(path, f"weighs {size} bytes")
    check(page, walk, path, language)


def check(page: Page, walk: Walk, path: str, language: str) -> None:
    """What has to be so in the browser."""
    if (headings := page.locator("h1:visible").count()) != 1:
        walk.say(path, f"has {headings} headings of the first level")
    if page.locator("html").get_attribute("lang") != language:
        walk.say(path, "is in another language")
    page.evaluate(UNFOLD)
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 800})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            walk.say(path, f"is {wide} wide at {width} ({name})")
    check_with_axe(page, walk, path)
    walk_by_tab(page, walk, path)


def weight(walk: Walk, html: str) -> int:
    """Bytes of the page with its styles and scripts."""
    names = set(re.findall(r"/console/static/([\w.-]+)", html))
    files = walk.filled.parts.renderer.static
    return len(html.encode()) + sum(len(files[name]) for name in names)


def check_with_axe(page: Page, walk: Walk, path: str) -> None:
    """All rules in light, colours once more in dark."""
    for scheme, options in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for violation in Axe().run(page, options=options).response["violations"]:
            places = [node["html"][:160] for node in violation["nodes"][:3]]
            walk.say(path, f"axe in {scheme}: {violation['id']} {places}")
    page.emulate_media(color_scheme="light")


def walk_by_tab(page: Page, walk: Walk, path: str) -> None:
    """Press Tab until everything had the focus, or nothing new gets it."""
    left = page.evaluate(FOCUSABLE)
    tries = 0
    while left and tries < 2:
        for _ in range(min(left + 8, 40)):
            page.keyboard.press("Tab")
        now = page.evaluate("window.waiting.size")
        tries = 0 if now < left else tries + 1
        left = now
    for element in page.evaluate(NOT_REACHED)[:3]:
        walk.say(path, f"Tab never reaches {element}")
    for element in page.evaluate("window.unseen.slice(0, 3)"):
        walk.say(path, f"one does not see the focus on {element}")
