"""Topics in the console: the list, the form, problems at fields, two editors, hostile input."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from bot.console.parts import Parts
from bot.editing.records import SideChange, TopicChange
from tests.contract.console.conftest import SignIn
from tests.contract.console.content_home import (
    BEN,
    TEXT_FR,
    TOPIC,
    fields_of,
    make_home,
    make_live,
    over,
)
from tests.contract.editing.folders import git

LONG = "a" * 601


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    return over(parts, make_home(tmp_path / "home"))


def saved_text(parts: Parts) -> str:
    return parts.desk.workshop.topic("parks").sides["fr"].text


def test_list_shows_both_titles_and_how_many_examples(sign_in: SignIn) -> None:
    page = sign_in("editor", language="fr").get("/console/content").text
    row = next(row for row in page.split("<tr>") if "topics/parks" in row)
    assert "Parcs" in row
    assert '<td lang="en">Parks</td>' in row
    assert "12 / 12" in row


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=PARCS", {"parks"}),
        ("q=balancoire", {"parks"}),
        ("q=bus", {"buses"}),
        ("q=intent", set()),
        ("only=changed", set()),
        ("q=%3Cscript%3E", set()),
    ],
)
def test_list_finds_words_of_titles_texts_and_examples(
    sign_in: SignIn, query: str, found: set[str]
) -> None:
    page = sign_in("editor").get(f"/console/content?{query}").text
    assert set(re.findall(r"topics/(\w+)", page)) == found
    assert "<script>" not in page


def test_saving_a_text_commits_it_in_the_editors_name_and_nothing_else(
    sign_in: SignIn, parts: Parts
) -> None:
    client = sign_in("editor", "Marie")
    sent = fields_of(client.get(TOPIC).text) | {"fr.text": "Un grand parc.", "do": "save"}
    answer = client.post(TOPIC, data=sent)
    assert answer.status_code == 303
    assert saved_text(parts) == "Un grand parc."
    draft = parts.desk.draft
    assert git(draft, "log", "-1", "--format=%an <%ae>").strip() == "Marie <marie@example.org>"
    changed = git(draft, "show", "--format=", "--numstat", "HEAD").split()
    assert changed == ["1", "1", "stories/answers/parks.yml"]
    assert "Un grand parc." not in (parts.home / "stories/answers/parks.yml").read_text("utf-8")
    noted = parts.audit.read(action="saved_content")
    assert [(one.by, one.subject) for one in noted] == [("marie@example.org", "parks")]


def test_form_that_was_not_touched_saves_nothing(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    before = client.get(TOPIC).text
    head = parts.desk.workshop.head()
    answer = client.post(TOPIC, data=fields_of(before) | {"do": "save"})
    assert answer.headers["location"].endswith("said=content_same")
    assert parts.desk.workshop.head() == head
    assert parts.audit.read(action="saved_content") == []


def test_buttons_sources_examples_and_review_are_saved(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor", "Marie")
    sent = fields_of(client.get(TOPIC).text)
    sent |= {
        "buttons": ["buses", "crisis_bad", ""],
        "sources": ["city_fr", " city_en "],
        "examples.fr": f"{sent['examples.fr']}\n\nun étang\n",
        "is_reviewed_today": "1",
        "do": "save",
    }
    client.post(TOPIC, data=sent)
    topic = parts.desk.workshop.topic("parks")
    assert topic.sides["fr"].buttons == topic.sides["en"].buttons == ("buses", "crisis_bad")
    assert topic.sources == ("city_fr", "city_en")
    assert topic.examples["fr"][-1] == "un étang"
    assert len(topic.examples["fr"]) == 13
    assert topic.reviewed is not None
    assert topic.reviewed.by == "Marie"


@pytest.mark.parametrize(("language", "said"), [("fr", "À corriger."), ("en", "To mend.")])
def test_check_says_at_the_field_what_is_wrong_and_saves_nothing(
    sign_in: SignIn, parts: Parts, language: str, said: str
) -> None:
    client = sign_in("editor", language=language)
    head = parts.desk.workshop.head() if parts.desk.draft.exists() else None
    sent = fields_of(client.get(TOPIC).text) | {"fr.text": LONG, "do": "check"}
    page = client.post(TOPIC, data=sent).text
    field = page[page.index('id="f-fr-text"') :]
    field = field[: field.index("</div>")]
    assert 'aria-invalid="true"' in field
    assert "f-fr-text-says" in field
    assert said in field
    assert "600" in field[field.index("f-fr-text-says") :]
    assert LONG in page
    assert saved_text(parts) == TEXT_FR
    assert head in (None, parts.desk.workshop.head())


def test_check_names_the_line_of_a_wrong_example(sign_in: SignIn) -> None:
    client = sign_in("editor")
    sent = fields_of(client.get(TOPIC).text)
    lines = str(sent["examples.en"]).split("\n")
    lines[3] = "call me at 613-555-0199"
    sent |= {"examples.en": "\n".join(lines), "do": "check"}
    page = unescape(client.post(TOPIC, data=sent).text)
    assert "Line 4, “call me at 613-555-0199”" in page


def test_draft_with_problems_is_saved_and_counted(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    sent = fields_of(client.get(TOPIC).text) | {"fr.text": LONG, "do": "save"}
    assert client.post(TOPIC, data=sent).status_code == 303
    parts.desk.problems()
    page = client.get("/console/content?only=problems").text
    assert set(re.findall(r"topics/(\w+)", page)) == {"parks"}


def test_second_of_two_editors_sees_both_texts_and_loses_nothing(
    sign_in: SignIn, parts: Parts
) -> None:
    marie, sam = sign_in("editor", "Marie"), sign_in("editor", "Sam")
    of_marie, of_sam = (fields_of(client.get(TOPIC).text) for client in (marie, sam))
    of_marie |= {
        "fr.text": "Le texte de Marie.",
        "en.text": "Only Marie changed this.",
        "do": "save",
    }
    assert marie.post(TOPIC, data=of_marie).status_code == 303
    of_sam |= {"fr.text": "Le texte de Sam.", "fr.title": "Parc de Sam", "do": "save"}
    answer = sam.post(TOPIC, data=of_sam)
    assert answer.status_code == 409
    assert "Le texte de Marie." in answer.text
    assert "Le texte de Sam." in answer.text
    assert set(re.findall(r'name="choice:([^"]+)"', answer.text)) == {"fr.text"}
    assert saved_text(parts) == "Le texte de Marie."

    merged = fields_of(answer.text) | {"choice:fr.text": "yours", "do": "save"}
    assert merged["en.text"] == "Only Marie changed this."
    assert sam.post(TOPIC, data=merged | {"fr.text": "Les deux."}).status_code == 303
    sides = parts.desk.workshop.topic("parks").sides
    assert (sides["fr"].text, sides["fr"].title) == ("Les deux.", "Parc de Sam")
    assert sides["en"].text == "Only Marie changed this."


def test_second_editor_may_take_the_other_text(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    sent = fields_of(client.get(TOPIC).text)
    theirs = TopicChange(sides={"fr": SideChange(text="Le texte de Ben.")})
    parts.desk.workshop.save("parks", theirs, {}, BEN)
    answer = client.post(
        TOPIC, data=sent | {"fr.text": "Le mien.", "fr.title": "Mon titre", "do": "save"}
    )
    assert answer.status_code == 409
    sent = fields_of(answer.text) | {"choice:fr.text": "theirs", "do": "save"}
    assert client.post(TOPIC, data=sent).status_code == 303
    side = parts.desk.workshop.topic("parks").sides["fr"]
    assert (side.text, side.title) == ("Le texte de Ben.", "Mon titre")


def test_answer_of_20_000_characters_too_many_is_refused_with_its_text(
    sign_in: SignIn, parts: Parts
) -> None:
    client = sign_in("editor")
    sent = fields_of(client.get(TOPIC).text) | {"fr.text": "b" * 20_001, "do": "save"}
    answer = client.post(TOPIC, data=sent)
    assert answer.status_code == 422
    assert "b" * 20_001 in answer.text
    assert "20\u00a0001" in unescape(answer.text)
    assert saved_text(parts) == TEXT_FR


def test_answer_of_5_megabytes_is_refused_before_it_is_read(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    sent = fields_of(client.get(TOPIC).text) | {"fr.text": "c" * 5_000_000, "do": "save"}
    answer = client.post(TOPIC, data=sent)
    assert answer.status_code == 413
    assert saved_text(parts) == TEXT_FR


def test_markup_in_a_text_stays_text(sign_in: SignIn) -> None:
    client = sign_in("editor")
    markup = '</textarea><script>alert("x")</script>'
    sent = fields_of(client.get(TOPIC).text) | {"fr.text": markup, "fr.title": markup, "do": "save"}
    assert client.post(TOPIC, data=sent).status_code == 303
    for path in (TOPIC, "/console/content", "/console/content/publish", "/console/content/history"):
        assert "<script>alert" not in client.get(path).text


def test_difference_is_shown_and_the_live_version_can_be_taken_back(
    sign_in: SignIn, parts: Parts
) -> None:
    client = sign_in("editor")
    sent = fields_of(client.get(TOPIC).text)
    client.post(TOPIC, data=sent | {"fr.text": "Une belle réponse.", "do": "save"})
    page = client.get(TOPIC).text
    assert re.search(r"<ins>[^<]*belle[^<]*</ins>", page)
    assert client.post(TOPIC, data={"csrf": sent["csrf"], "do": "discard"}).status_code == 303
    assert saved_text(parts) == TEXT_FR
    assert [one.subject for one in parts.audit.read(action="discarded_content")] == ["parks"]


def test_topic_whose_file_cannot_be_read_leads_to_the_file(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    client.get(TOPIC)
    path = "stories/answers/parks.yml"
    (parts.home / path).write_text("fr: [unfinished", "utf-8")
    parts.desk.workshop.adopt(BEN)
    page = client.get(TOPIC).text
    assert f'href="/console/content/rules/{path}"' in page
    sent = fields_of(page) | {"examples.fr": "un banc", "do": "save"}
    assert client.post(TOPIC, data=sent).status_code == 303
    assert parts.desk.workshop.topic("parks").examples["fr"] == ("un banc",)


def test_topic_that_is_not_there_is_a_404(sign_in: SignIn) -> None:
    assert sign_in("editor").get("/console/content/topics/nowhere").status_code == 404


@pytest.mark.parametrize("id", ["Été !", "parks", "nlu_fallback", "crisis_new", "../../etc", ""])
def test_id_that_cannot_be_is_explained_and_kept(sign_in: SignIn, parts: Parts, id: str) -> None:
    client = sign_in("editor", language="fr")
    sent = {"csrf": fields_csrf(client.get("/console/content/new").text), "id": id}
    answer = client.post("/console/content/new", data=sent)
    assert answer.status_code == 422
    assert f'value="{id}"' in unescape(answer.text)
    assert 'id="id-says"' in answer.text


def test_new_topic_opens_in_its_form(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    sent = {"csrf": fields_csrf(client.get("/console/content/new").text), "id": "open_data_day"}
    answer = client.post("/console/content/new", data=sent)
    assert answer.headers["location"].startswith("/console/content/topics/open_data_day")
    page = client.get(answer.headers["location"]).text
    form = fields_of(page)
    assert {"fr.title", "en.text", "examples.fr", "held_out.en", "buttons"} <= form.keys()
    form |= {
        "fr.title": "Journée",
        "examples.fr": "une journée",
        "held_out.en": "a day",
        "do": "save",
    }
    assert client.post("/console/content/topics/open_data_day", data=form).status_code == 303
    topic = parts.desk.workshop.topic("open_data_day")
    assert topic.sides["fr"].title == "Journée"
    assert topic.held_out["en"] == ("a day",)


def test_top_of_the_list_tells_what_is_going_on(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    assert "No version is live yet." in client.get("/console/content").text
    make_live(parts)
    assert "Everything is published." in client.get("/console/content").text
    theirs = TopicChange(sides={"fr": SideChange(text="Le texte de Ben.")})
    parts.desk.workshop.save("parks", theirs, {}, BEN)
    (parts.home / "stories/answers/buses.yml").write_text("changed: by hand\n", "utf-8")
    page = client.get("/console/content").text
    assert "One change is not published." in page
    assert "One file was edited outside the console." in page


def test_content_without_a_repository_is_explained(
    parts: Parts, tmp_path: Path, sign_in: SignIn
) -> None:
    (parts.home / ".git").rename(tmp_path / "elsewhere")
    answer = sign_in("editor", language="fr").get("/console/content")
    assert answer.status_code == 503
    assert "dépôt Git" in answer.text


@pytest.mark.parametrize("role", ["moderator", "analyst"])
def test_other_roles_stay_out(sign_in: SignIn, role: str) -> None:
    assert sign_in(role).get(TOPIC).status_code == 403


def fields_csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]
