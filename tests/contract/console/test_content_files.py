"""Files in the console: the YAML editor, history, and what was edited by hand."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from bot.console.parts import Parts
from bot.editing.records import SideChange, TopicChange
from tests.contract.console.conftest import SignIn, csrf_of
from tests.contract.console.content_home import BEN, RULES, TEXT_FR, make_home, over
from tests.contract.editing.folders import PARKS, commit_all, replace

RULE_FILE = "stories/rules/conversation.yml"
EDITOR = f"/console/content/rules/{RULE_FILE}"
BY_HAND = "/console/content/by_hand"
HISTORY = "/console/content/history"


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    return over(parts, make_home(tmp_path / "home"))


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="([^"]*)"', page)
    assert found
    return found[1]


def test_rules_and_words_are_listed_and_safety_is_not(sign_in: SignIn) -> None:
    page = sign_in("editor").get("/console/content/rules").text
    assert RULE_FILE in page
    assert "stories/words/buttons.yml" in page
    assert "stories/sources.yml" in page
    assert "safety" not in re.findall(r'href="/console/content/rules/([^"]+)"', page)
    assert PARKS not in page


@pytest.mark.parametrize(
    "path",
    ["stories/safety/crisis.yml", "../key.json", "config.yml", "bot/settings.py", "..%2f..%2fetc"],
)
def test_what_is_not_edited_here_is_not_shown(sign_in: SignIn, path: str) -> None:
    assert sign_in("editor").get(f"/console/content/rules/{path}").status_code == 404


def test_rule_is_saved_as_it_was_typed(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    version = version_in(client.get(EDITOR).text)
    text = RULES.replace("greet first", "say hello first  # as asked")
    sent = {"csrf": csrf_of(parts, client), "version": version, "text": text, "do": "save"}
    assert client.post(EDITOR, data=sent).status_code == 303
    assert parts.desk.workshop.file(RULE_FILE).text == text
    assert [one.subject for one in parts.audit.read(action="saved_content")] == [RULE_FILE]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_invalid_yaml_is_refused_with_its_line_and_the_text_is_kept(
    sign_in: SignIn, parts: Parts, language: str
) -> None:
    client = sign_in("editor", language=language)
    version = version_in(client.get(EDITOR).text)
    text = RULES.replace("  steps:", "\tsteps: [</textarea><i>")
    sent = {"csrf": csrf_of(parts, client), "version": version, "text": text, "do": "save"}
    answer = client.post(EDITOR, data=sent)
    assert answer.status_code == 422
    assert parts.words.get("content.not_yaml", language, n=4) in unescape(answer.text)
    assert 'data-go-to="4"' in answer.text
    assert text in unescape(answer.text)
    assert "<i>" not in answer.text
    assert parts.desk.workshop.file(RULE_FILE).text == RULES


def test_second_of_two_editors_of_a_file_sees_both_texts(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    version = version_in(client.get(EDITOR).text)
    theirs, mine = RULES.replace("greet", "theirs"), RULES.replace("greet", "mine")
    parts.desk.workshop.save_file(RULE_FILE, theirs, version, BEN)
    sent = {"csrf": csrf_of(parts, client), "version": version, "text": mine, "do": "save"}
    answer = client.post(EDITOR, data=sent)
    assert answer.status_code == 409
    assert theirs.strip() in unescape(answer.text)
    assert mine.strip() in unescape(answer.text)
    assert parts.desk.workshop.file(RULE_FILE).text == theirs
    sent["version"] = version_in(answer.text)
    assert client.post(EDITOR, data=sent).status_code == 303
    assert parts.desk.workshop.file(RULE_FILE).text == mine


def test_live_version_of_a_file_can_be_taken_back(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    version = version_in(client.get(EDITOR).text)
    parts.desk.workshop.save_file(RULE_FILE, RULES.replace("greet", "x"), version, BEN)
    client.post(EDITOR, data={"csrf": csrf_of(parts, client), "do": "discard"})
    assert parts.desk.workshop.file(RULE_FILE).text == RULES


def change_parks(parts: Parts, text: str) -> str:
    change = TopicChange(sides={"fr": SideChange(text=text)})
    parts.desk.open()
    saved = parts.desk.workshop.save("parks", change, {}, BEN)
    assert saved.commit
    return saved.commit


def test_history_tells_who_changed_what_and_takes_it_back(sign_in: SignIn, parts: Parts) -> None:
    commit = change_parks(parts, "Une belle réponse.")
    client = sign_in("editor")
    page = client.get(f"{HISTORY}?commit={commit}").text
    assert "Ben" in page
    assert re.search(r"<ins>[^<]*belle[^<]*</ins>", page)
    answer = client.post(HISTORY, data={"csrf": csrf_of(parts, client), "commit": commit})
    assert answer.status_code == 303
    assert parts.desk.workshop.topic("parks").sides["fr"].text == TEXT_FR
    assert parts.audit.read(action="saved_content")[0].subject == f"undo {commit[:10]}"


def test_change_under_later_ones_is_not_undone(sign_in: SignIn, parts: Parts) -> None:
    commit = change_parks(parts, "Une belle réponse.")
    change_parks(parts, "Une autre réponse encore.")
    client = sign_in("editor", language="fr")
    answer = client.post(HISTORY, data={"csrf": csrf_of(parts, client), "commit": commit})
    assert answer.status_code == 409
    assert PARKS in answer.text
    assert parts.desk.workshop.topic("parks").sides["fr"].text == "Une autre réponse encore."


@pytest.mark.parametrize("commit", ["", "--all", "HEAD~1; rm", "f" * 40])
def test_commit_that_is_not_there_is_a_404(sign_in: SignIn, parts: Parts, commit: str) -> None:
    client = sign_in("editor")
    answer = client.post(HISTORY, data={"csrf": csrf_of(parts, client), "commit": commit})
    assert answer.status_code == 404


def test_edit_by_hand_is_shown_and_brought_into_the_draft(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    client.get("/console/content")
    replace(parts.home, PARKS, TEXT_FR, "Une réponse écrite à la main.")
    page = client.get(BY_HAND).text
    assert PARKS in page
    assert re.search(r"<ins>[^<]*écrite[^<]*</ins>", page)
    assert client.post(BY_HAND, data={"csrf": csrf_of(parts, client)}).status_code == 303
    assert parts.desk.workshop.topic("parks").sides["fr"].text == "Une réponse écrite à la main."
    assert "No file was edited" in client.get(BY_HAND).text
    noted = parts.audit.read(action="adopted_files")
    assert [one.details["paths"] for one in noted] == [[PARKS]]


@pytest.mark.parametrize(
    ("choice", "text"),
    [("draft", "Le brouillon."), ("hand", "La main."), ("text", "Les deux.")],
)
def test_file_changed_in_two_places_is_asked_about(
    sign_in: SignIn, parts: Parts, choice: str, text: str
) -> None:
    change_parks(parts, "Le brouillon.")
    replace(parts.home, PARKS, TEXT_FR, "La main.")
    commit_all(parts.home, "Edit by hand")
    client = sign_in("editor")
    sent = {"csrf": csrf_of(parts, client)}
    answer = client.post(BY_HAND, data=sent)
    assert answer.status_code == 409
    assert "Le brouillon." in answer.text
    assert "La main." in answer.text
    for name, value in re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text
    ):
        sent[name] = value
    for name, value in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', answer.text, re.S
    ):
        sent[name] = unescape(value)
    broken = sent | {f"choice:{PARKS}": "text", f"text:{PARKS}": "fr: [mine, unfinished"}
    again = client.post(BY_HAND, data=broken)
    assert again.status_code == 409
    assert "fr: [mine, unfinished" in again.text
    merged = sent[f"text:{PARKS}"].replace("Le brouillon.", "Les deux.")
    sent |= {f"choice:{PARKS}": choice, f"text:{PARKS}": merged}
    assert client.post(BY_HAND, data=sent).status_code == 303
    assert parts.desk.workshop.topic("parks").sides["fr"].text == text
    assert "La main." in (parts.home / PARKS).read_text("utf-8")
