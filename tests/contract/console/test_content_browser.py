"""The pages of content in a real browser: by keyboard, at their sizes, without a mistake of axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.console.parts import Parts
from bot.editing.records import SideChange, TopicChange
from tests.contract.console.conftest import OpenBrowser
from tests.contract.console.content_home import BEN, TEXT_FR, TOPIC, make_home, make_live, over
from tests.contract.editing.folders import replace

CONTENT = "/console/content"
RULE = f"{CONTENT}/rules/stories/rules/conversation.yml"
PHONE = {"width": 320, "height": 720}
MOST_BYTES = 100_000


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    parts = over(parts, make_home(tmp_path / "home"))
    make_live(parts)
    return parts


def change_everything(parts: Parts) -> str:
    """A draft with a change, a problem and a file edited by hand; the change's commit."""
    parts.desk.open()
    change = TopicChange(
        sides={"fr": SideChange(text="b" * 700), "en": SideChange(text="A park is green.")}
    )
    commit = parts.desk.workshop.save("parks", change, {}, BEN).commit
    replace(parts.home, "stories/answers/buses.yml", TEXT_FR, "Écrit à la main.")
    assert commit
    return commit


def look(page: Page, path: str) -> list[str]:
    """Open a page; what axe finds there, and what is wider than the window."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok
    found = [f"{path}: {one['id']}" for one in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{path}: wider than the window")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_accessible_and_fits_a_phone(
    parts: Parts, browse: OpenBrowser, language: str, theme: str
) -> None:
    commit = change_everything(parts)
    context = browse("editor", language=language, viewport=PHONE, color_scheme=theme)
    page = context.new_page()
    paths = ["", "/topics/parks", "/topics/buses", "/new", "/rules", "/try", "/publish"]
    paths += ["/history", f"/history?commit={commit}", "/by_hand"]
    found = [one for path in paths for one in look(page, CONTENT + path)]
    assert found + look(page, RULE) == []


def test_pages_are_small_and_ask_nobody_else(parts: Parts, browse: OpenBrowser) -> None:
    change_everything(parts)
    for path in (CONTENT, TOPIC, f"{CONTENT}/publish", RULE):
        page = browse("editor").new_page()
        hosts: set[str] = set()
        page.on("request", lambda asked: hosts.add(asked.url.split("/")[2]))  # noqa: B023
        page.goto(path, wait_until="networkidle")
        sizes = page.evaluate("performance.getEntries().map((one) => one.decodedBodySize ?? 0)")
        assert 10_000 < sum(sizes) < MOST_BYTES
        assert len(hosts) == 1


def test_answer_is_changed_by_keyboard_alone(parts: Parts, browse: OpenBrowser) -> None:
    page = browse("editor").new_page()
    page.goto(CONTENT)
    page.keyboard.press("/")
    page.keyboard.type("balançoire")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=balan**")
    press_until(page, "Parks", "link")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{TOPIC}")
    field = page.get_by_role("group", name="French").get_by_label("Text", exact=True)
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("c" * 601)
    hint = page.locator("#f-fr-text-hint")
    expect(hint).to_have_text("601 / 600 characters")
    expect(hint).to_have_class("hint over")
    press_until(page, "Check", "button")
    page.keyboard.press("Enter")
    expect(page.locator("#f-fr-text")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-fr-text")).to_have_value("c" * 601)
    expect(page.get_by_role("link", name="600")).to_be_visible()
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Un parc vert.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_have_text("Saved in the draft.")
    assert parts.desk.workshop.topic("parks").sides["fr"].text == "Un parc vert."
    expect(page.locator("#f-fr-text")).not_to_have_attribute("aria-invalid", "true")


def test_conflict_is_settled_in_the_browser(parts: Parts, browse: OpenBrowser) -> None:
    page = browse("editor").new_page()
    page.goto(TOPIC)
    theirs = TopicChange(sides={"fr": SideChange(text="Le texte de Ben.")})
    parts.desk.workshop.save("parks", theirs, {}, BEN)
    page.locator("#f-fr-text").fill("Mon texte.")
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Somebody else has saved meanwhile.")
    expect(alert).to_be_focused()
    expect(page.locator("pre", has_text="Le texte de Ben.")).to_be_visible()
    expect(page.locator("#f-fr-text")).to_have_value("Mon texte.")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Save draft").click()
    assert parts.desk.workshop.topic("parks").sides["fr"].text == "Le texte de Ben."
    page.get_by_label("Keep mine, as it stands in the field").check()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status")).to_have_text("Saved in the draft.")
    assert parts.desk.workshop.topic("parks").sides["fr"].text == "Mon texte."


def test_five_megabytes_stay_in_the_page(parts: Parts, browse: OpenBrowser) -> None:
    page = browse("editor", language="fr").new_page()
    page.goto(TOPIC)
    field = page.locator("#f-en-more")
    field.evaluate("(field) => { field.value = ('d'.repeat(79) + '\\n').repeat(62500); }")
    field.evaluate("(field) => field.form.requestSubmit(field.form.querySelector('[data-first]'))")
    expect(page.get_by_role("alert")).to_contain_text("Rien n'est perdu")
    assert field.evaluate("(field) => field.value.length") == 5_000_000
    assert page.url.endswith(TOPIC)


def test_invalid_yaml_leads_to_its_line(parts: Parts, browse: OpenBrowser) -> None:
    page = browse("editor").new_page()
    page.goto(RULE)
    editor = page.get_by_label("Text of the file")
    editor.fill("version: '3.1'\nrules:\n- rule: [unfinished\n")
    page.get_by_role("button", name="Save draft").click()
    expect(editor).to_have_attribute("aria-invalid", "true")
    expect(editor).to_be_focused()
    expect(editor).to_have_value("version: '3.1'\nrules:\n- rule: [unfinished\n")
    line = editor.evaluate(
        "(field) => field.value.slice(0, field.selectionStart).split('\\n').length"
    )
    assert page.locator("#text-says").inner_text().startswith(f"Line {line}:")


def test_progress_moves_by_itself_and_ends(parts: Parts, browse: OpenBrowser) -> None:
    parts.desk.open()
    examples = (*parts.desk.workshop.topic("parks").examples["fr"], "un étang")
    parts.desk.workshop.save("parks", TopicChange(examples={"fr": examples}), {}, BEN)
    page = browse("editor").new_page()
    page.goto(f"{CONTENT}/publish")
    page.get_by_role("button", name="Train the draft").click()
    bar = page.get_by_role("progressbar", name="Progress of the training")
    expect(bar).to_be_visible()
    job = parts.desk.jobs.all()[0]
    words = {"fr": "Entraînement du modèle.", "en": "Training the model."}
    note = parts.desk.jobs.note
    note(job, state="running", phase="train", done=30, total=120, sentence=words)
    expect(page.get_by_text("Training the model.")).to_be_visible()
    expect(bar).to_have_attribute("value", "30")
    note(job, state="running", phase="train", done=90, total=120, sentence=words)
    expect(bar).to_have_attribute("value", "90")
    expect(page.get_by_text("90 of 120")).to_be_visible()
    failed = {"fr": "Non.", "en": "The draft has errors."}
    note(job, state="failed", sentence=failed, result={"why": "problems"})
    expect(page.get_by_text("The draft has errors.")).to_be_visible()
    expect(bar).to_have_count(0)


def press_until(page: Page, name: str, role: str) -> None:
    """Press Tab until something of this name and role has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{name} is not reached by Tab.")
