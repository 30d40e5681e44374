"""The queue and the views in a real browser: by keyboard alone, live, for everybody's eyes."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bot.console.parts import Parts
from bot.store.sql.record import Record
from bot.store.sql.settling import Settling
from tests.contract.console.conftest import OpenBrowser
from tests.contract.console.queue_data import alert, fill, views
from tests.contract.record.entries import view
from tests.contract.stores import conversation

PATIENCE = 20_000
WATCH_FOR_A_MOUSE = """
window.mouse = [];
for (const kind of ["pointerdown", "mousedown", "touchstart", "click"]) {
  addEventListener(kind, (event) => {
    if (kind !== "click" || event.detail > 0) mouse.push(kind);
  }, true);
}
"""
PATHS = (
    "/console/queue",
    "/console/queue?kind=views",
    "/console/views",
    "/console/views/insult01",
    "/console/views/view0002",
    "/console/views/outcomes",
)
each_language = pytest.mark.parametrize("language", ["fr", "en"])


def opened(context: BrowserContext, path: str) -> Page:
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(path)
    return page


def chosen(page: Page) -> str:
    """Which item is chosen; it must have the focus, or somebody is writing in it."""
    return str(
        page.evaluate(
            "() => document.activeElement.closest('.item.chosen')?.dataset.item ?? 'nothing'"
        )
    )


# --- By keyboard ----------------------------------------------------------------------------------


@pytest.mark.timeout(420)
def test_hundred_views_are_decided_by_keyboard_alone(
    browse: OpenBrowser, parts: Parts, record: Record
) -> None:
    record.write(views(100, at=1.0))
    context = browse("moderator", name="Ana")
    context.add_init_script(WATCH_FOR_A_MOUSE)
    page = opened(context, "/console/queue?kind=views")
    keys = page.keyboard
    keys.press("j")
    reasons = [key.removeprefix("view.reason_") for key in parts.library.words if "reason_" in key]
    for number in range(1, 101):
        id = f"view{number:04}"
        page.wait_for_function(
            "id => document.activeElement.closest('.item.chosen')?.dataset.item === id", arg=id
        )
        if number % 4 == 0:
            keys.press("r")
            keys.press(str(1 + number % len(reasons)))
        else:
            keys.press("a")
            keys.insert_text(f"Text of {id}.")
            keys.press("Tab")
            keys.press("Space")
            keys.press("Control+Enter")
        expect(page.locator(f"[data-item='{id}']")).to_have_count(0)
    expect(page.locator("#tells")).to_contain_text("There is nothing left to do here.")
    assert page.evaluate("mouse") == []
    assert parts.views.queue() == []
    for number in range(1, 101):
        view = parts.views.get(f"view{number:04}")
        if number % 4 == 0:
            assert (view.status, view.reason) == ("rejected", reasons[number % len(reasons)])
        else:
            assert view.status == "approved"
            assert view.texts[view.other_language] == f"Text of {view.id}."
    assert len(parts.audit.read(most=500, by="ana@example.org")) == 100


def test_keys_choose_open_tick_and_help(browse: OpenBrowser, parts: Parts) -> None:
    fill(parts)
    page = opened(browse("moderator"), "/console/queue?kind=views")
    keys = page.keyboard
    for key, item in (("j", "insult01"), ("j", "view0001"), ("k", "insult01"), ("k", "insult01")):
        keys.press(key)
        assert chosen(page) == item
    keys.press("x")
    keys.press("j")
    keys.press("x")
    expect(page.locator("#ticked")).to_have_text("2")
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keys.press("r")  # a dialog is open: nothing else happens
    expect(page.locator("#reasons")).not_to_be_visible()
    keys.press("Escape")
    keys.press("o")
    page.wait_for_url("**/console/views/view0001")
    keys.press("g")
    keys.press("q")
    page.wait_for_url("**/console/queue")
    keys.press("/")
    page.wait_for_url("**/console/views#words")
    expect(page.locator("#words")).to_be_focused()
    keys.press("g")  # somebody is typing
    keys.press("v")
    expect(page.locator("#words")).to_have_value("gv")


def test_alert_is_settled_and_put_back_by_keyboard(browse: OpenBrowser, parts: Parts) -> None:
    fill(parts)
    page = opened(browse("moderator"), "/console/queue")
    crisis = page.locator("[data-list=crisis] .item")
    page.keyboard.press("j")
    page.keyboard.press("4")
    expect(crisis).to_have_count(0)
    expect(page.locator("#toast-text")).to_have_text("Settled.")
    expect(page.locator("[data-list=people] .item")).to_be_focused()
    page.keyboard.press("u")
    expect(crisis).to_have_count(1)
    assert len(parts.audit.read(action="alert_undone")) == 1


def test_refused_translation_is_explained_beside_it_and_kept(
    browse: OpenBrowser, parts: Parts
) -> None:
    fill(parts)
    page = opened(browse("moderator"), "/console/queue?kind=views")
    keys = page.keyboard
    keys.press("j")
    keys.press("a")
    text = page.locator("#other-insult01")
    expect(text).to_be_focused()
    keys.insert_text("Call 613-555-0199 now.")
    keys.press("Escape")
    keys.press("b")
    keys.press("a")
    problem = page.locator("#problem-insult01")
    expect(problem).to_contain_text("personal data (phone number)")
    expect(text).to_be_focused()
    expect(text).to_have_value("Call 613-555-0199 now.")
    assert text.get_attribute("aria-describedby") == "problem-insult01"
    assert parts.views.get("insult01").status == "pending"


def test_view_that_somebody_decided_first_goes_with_a_sentence(
    browse: OpenBrowser, parts: Parts, record: Record
) -> None:
    record.write(views(2, at=1.0))
    page = opened(browse("moderator", name="Leo"), "/console/queue?kind=views")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.insert_text("My text.")
    parts.views.reject("view0001", "spam", "Ana")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast-text")).to_contain_text("Ana rejected it already")
    expect(page.locator("[data-item=view0002]")).to_be_focused()


def test_form_of_an_ended_session_leads_to_the_door(
    browse: OpenBrowser, parts: Parts, record: Record
) -> None:
    record.write(views(1, at=1.0))
    context = browse("moderator")
    page = opened(context, "/console/queue?kind=views")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.insert_text("My long work.")
    [cookie] = [each for each in context.cookies() if each["name"] == "console_session"]
    parts.sessions.close(str(cookie["value"]))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => !document.querySelector('.item')")
    assert parts.views.get("view0001").status == "pending"


@each_language
def test_everything_works_without_a_script(
    browse: OpenBrowser, parts: Parts, record: Record, language: str
) -> None:
    record.write(views(2, at=1.0))
    page = opened(
        browse("moderator", language=language, java_script_enabled=False),
        "/console/queue?kind=views",
    )
    item = page.locator("[data-item=view0001]")
    item.locator("textarea").fill("More buses.")
    item.locator("[name=reviewed]").check()
    item.locator("[data-first]").click()
    said = parts.words.get("said.view_approved", language)
    expect(page.locator(".said")).to_have_text(said)
    page.locator("[data-item=view0002] [data-rejects]").click()
    page.locator("#reason").select_option("unclear")
    page.locator("#reject button").click()
    expect(page.locator(".said")).to_have_text(parts.words.get("said.view_rejected", language))
    assert [parts.views.get(f"view000{n}").status for n in (1, 2)] == ["approved", "rejected"]


# --- Live -----------------------------------------------------------------------------------------


def test_others_work_appears_without_reload_and_leaves_ones_own_alone(
    browse: OpenBrowser, parts: Parts, record: Record
) -> None:
    record.write(views(3, at=1.0))
    page = opened(browse("moderator"), "/console/queue?kind=views")
    badge = page.locator(".top nav a[href='/console/queue'] .count")
    expect(badge).to_have_text("3")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.insert_text("half a tex")
    parts.views.reject("view0001", "spam", "Ana")
    expect(page.locator("[data-item=view0001]")).to_have_count(0)
    expect(badge).to_have_text("2")
    expect(page.locator("#part-views .count")).to_have_text("2")
    record.write([view("newcomer", 9.0, of=conversation(70), text="Une autre idée.")])
    expect(page.locator("[data-item=newcomer]")).to_have_count(1)
    expect(page.locator("#tells")).to_have_text("1 new")
    parts.views.reject("view0002", "spam", "Ana")
    expect(badge).to_have_text("2")
    text = page.locator("#other-view0002")
    expect(text).to_be_focused()
    expect(text).to_have_value("half a tex")
    parts.views.save_translation("view0003", "Ana's text", "Ana", is_reviewed=True)
    expect(page.locator("#other-view0003")).to_have_value("Ana's text")


def test_alert_appears_above_what_is_chosen(
    browse: OpenBrowser, parts: Parts, record: Record
) -> None:
    fill(parts)
    Settling(parts.engine, parts.vault).alert(
        "plv:{01}:journal|2-0", "helped", "Ana", also=lambda connection, whose: None
    )
    page = opened(browse("moderator"), "/console/queue")
    expect(page.locator(".top nav a[href='/console/queue'] .count")).to_have_text("9")
    page.keyboard.press("j")
    assert chosen(page) == "plv:{01}:journal|3-0"

    record.write([alert("plv:{09}:journal|1-0", parts.now(), "crisis_abuse", of=conversation(71))])
    expect(page.locator("[data-list=crisis] .item")).to_have_count(1)
    assert chosen(page) == "plv:{01}:journal|3-0"


# --- For everybody's eyes -------------------------------------------------------------------------


def prepare(parts: Parts) -> None:
    """Something of everything, one view published and answered, one alert settled."""
    fill(parts)
    parts.views.approve("view0002", "Plus de bus, ligne 2.", "Ana")
    parts.views.save_translation("view0001", "More buses.", "Ana", is_reviewed=True)
    parts.views.add_outcome(view="view0002", fr="Deux bus.", en="Two buses.", by="Ana")
    parts.views.add_outcome(theme="impact", fr="Des arbres.", en="Trees.", by="Ana")
    Settling(parts.engine, parts.vault).alert(
        "plv:{01}:journal|3-0", "helped", "Admin", also=lambda connection, whose: None
    )


@each_language
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(
    browse: OpenBrowser, parts: Parts, language: str, theme: Literal["light", "dark"]
) -> None:
    prepare(parts)
    context = browse("admin", language=language, color_scheme=theme)
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    page = opened(context, "/console/queue")
    found = {}
    for path in PATHS:
        page.goto(path)
        if path == "/console/queue":
            page.locator("#settled summary").click()
        found[path] = Axe().run(page).response["violations"]
    page.goto("/console/queue?kind=views")
    for dialog in ("keys", "reasons"):
        page.evaluate("id => document.getElementById(id).showModal()", dialog)
        found[dialog] = Axe().run(page).response["violations"]
        page.keyboard.press("Escape")
    assert {where: violations for where, violations in found.items() if violations} == {}
    assert complaints == []


@each_language
def test_pages_fit_a_narrow_screen_and_stay_small(
    browse: OpenBrowser, parts: Parts, record: Record, language: str
) -> None:
    prepare(parts)
    record.write(views(30, at=1.0, start=100))
    record.write(
        [
            alert(f"a{kind}{n}", 9.0, kind, of=conversation(2000 + n))
            for kind in ("crisis_suicide", "talk_to_human")
            for n in range(30)
        ]
    )
    context = browse("admin", language=language, viewport={"width": 320, "height": 640})
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: _size(answer)}))
    for path in PATHS:
        sizes.clear()
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert sum(sizes.values()) < 100_000, path


def _size(answer: object) -> int:
    """Bytes of a page, a style or a script; a stream of events has no end."""
    url = str(answer.url)  # type: ignore[attr-defined]
    is_endless = re.search(r"/events$", url)
    return 0 if is_endless else len(answer.body())  # type: ignore[attr-defined]
