"""Views in the console: found, decided once, answered; their author stays hidden."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.console.parts import Parts
from bot.console.views.bulk import MOST
from bot.store.sql.record import Record
from tests.contract.console.conftest import SignIn, csrf_of
from tests.contract.console.queue_data import HOSTILE, views
from tests.contract.record.entries import about, consent, view, vote, withdrawn
from tests.contract.stores import conversation

JSON = {"accept": "application/json"}
PERSONAL = "write to me at 613-555-0199"


@pytest.fixture(autouse=True)
def _shared(record: Record) -> None:
    record.write(
        [
            view(text="Plus de bus le soir.", campaign="rentrée"),
            about(band="14_17", region="quebec"),
            view("hostile1", 2.0, of=conversation(40), language="en", text=HOSTILE),
            view("view0003", 3.0, of=conversation(41), theme="impact", text="Des arbres."),
        ]
    )


@pytest.fixture
def ana(sign_in: SignIn) -> TestClient:
    return sign_in("moderator", name="Ana")


def send(parts: Parts, client: TestClient, path: str, **fields: object) -> Any:
    data = {"csrf": csrf_of(parts, client), **fields}
    return client.post(f"/console/views/{path}", data=data)


def ask(parts: Parts, client: TestClient, path: str, **fields: str) -> Any:
    data = {"csrf": csrf_of(parts, client), **fields}
    return client.post(f"/console/views/{path}", data=data, headers=JSON)


def shown(client: TestClient, path: str) -> str:
    answer = client.get(f"/console/views{path}")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def ids_of(page: str) -> list[str]:
    found = re.findall(r'href="/console/views/([a-z0-9]{8})"', page)
    return [id for id in found if id != "outcomes"]


# --- Finding and reading --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["view0003", "hostile1", "view0001"]),
        ("?theme=impact", ["view0003"]),
        ("?language=en&status=pending", ["hostile1"]),
        ("?words=BUS+soir", ["view0001"]),
        ("?words=nulle+part", []),
        ("?status=nonsense&page=x", ["view0003", "hostile1", "view0001"]),
        ("?status=approved", []),
    ],
)
def test_list_is_filtered(ana: TestClient, query: str, ids: list[str]) -> None:
    assert ids_of(shown(ana, query)) == ids


def test_list_comes_by_pages_that_keep_the_filter(ana: TestClient, record: Record) -> None:
    record.write(views(30, at=10.0, start=100))
    first = shown(ana, "?status=pending")
    assert len(ids_of(first)) == 25
    assert "/console/views?status=pending&page=2" in first
    assert len(ids_of(shown(ana, "?status=pending&page=2"))) == 8


def test_hostile_text_is_only_text_everywhere(ana: TestClient) -> None:
    for path in ("", "/hostile1"):
        page = ana.get(f"/console/views{path}").text
        assert "<script>document" not in page
        assert "document.title" in page


def test_opening_a_view_is_noted_without_its_words(ana: TestClient, parts: Parts) -> None:
    shown(ana, "/view0001")
    [noted] = parts.audit.read(action="view_seen")
    assert (noted.by, noted.subject, noted.details) == ("ana@example.org", "view view0001", {})


def test_author_stays_hidden_until_a_reason_is_given(ana: TestClient, parts: Parts) -> None:
    secrets = ("7KQ2-M9XD", "14 to 17", "rentrée")
    page = shown(ana, "/view0001")
    assert [secret for secret in secrets if secret in page] == []
    answer = send(parts, ana, "view0001/reveal", reason="  no ")
    assert answer.status_code == 422
    assert [secret for secret in secrets if secret in answer.text] == []
    assert parts.audit.read(action="view_revealed") == []
    answer = send(parts, ana, "view0001/reveal", reason="a request\nfrom the author")
    assert [secret for secret in secrets if secret not in html.unescape(answer.text)] == []
    [noted] = parts.audit.read(action="view_revealed")
    assert noted.details == {"reason": "a request from the author"}


def test_unknown_view_is_not_there(ana: TestClient, parts: Parts) -> None:
    assert ana.get("/console/views/zzzzzzzz").status_code == 404
    assert send(parts, ana, "zzzzzzzz/reveal", reason="because of it").status_code == 404
    assert parts.audit.read() == []


# --- Deciding -------------------------------------------------------------------------------------


def test_approval_needs_both_texts_read(ana: TestClient, parts: Parts) -> None:
    answer = send(parts, ana, "view0001/approve", other="More evening buses.")
    assert answer.status_code == 422
    assert "Tick “I have read both texts”" in html.unescape(answer.text)
    assert "More evening buses." in answer.text, "what was typed is kept"
    assert parts.views.get("view0001").status == "pending"
    answer = send(
        parts, ana, "view0001/approve", other="More evening buses.", reviewed="1",
        back="/console/queue?kind=views",
    )  # fmt: skip
    assert answer.headers["location"] == "/console/queue?kind=views&said=view_approved"
    approved = parts.views.get("view0001")
    assert approved.texts == {"fr": "Plus de bus le soir.", "en": "More evening buses."}
    assert (approved.translated_by, approved.reviewed_by) == ("Ana", "Ana")
    [noted] = parts.audit.read(action="view_approved")
    assert (noted.subject, noted.details) == ("view view0001", {})


def test_words_of_the_author_cannot_be_sent_along(ana: TestClient, parts: Parts) -> None:
    page = ana.get("/console/views/view0001").text
    assert not re.search(r'<textarea[^>]*lang="fr"', page)
    send(
        parts, ana, "view0001/approve", other="Buses.", reviewed="1",
        text="changed", text_fr="changed", fr="changed",
    )  # fmt: skip
    assert parts.views.get("view0001").texts["fr"] == "Plus de bus le soir."


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("", "missing", {"language": "views.of_en"}),
        ("x" * 401, "long", {"language": "views.of_en", "length": 401, "most": 400}),
        ("!!!", "no_words", {}),
        ("Plus de bus le soir.", "same", {}),
        (PERSONAL, "personal", {"kinds": "personal_data.phone"}),
    ],
)
def test_translation_that_cannot_be_published_is_explained_and_kept(
    sign_in: SignIn, parts: Parts, language: str, text: str, code: str, values: dict[str, object]
) -> None:
    client = sign_in("moderator", language=language)
    answer = send(parts, client, "view0001/approve", other=text, reviewed="1")
    assert answer.status_code == 422
    if "language" in values:
        values = values | {"language": parts.words.get(str(values["language"]), language)}
    if "kinds" in values:
        mark = parts.library.words[str(values["kinds"])][language]
        values = values | {"kinds": mark.strip("[]")}
    page = html.unescape(answer.text)
    assert parts.words.get(f"views.refused_{code}", language, **values) in page
    assert f">\n{text}</textarea>" in page
    assert parts.views.get("view0001").status == "pending"


def test_second_decision_names_the_first_and_keeps_what_was_typed(
    ana: TestClient, sign_in: SignIn, parts: Parts
) -> None:
    leo = sign_in("moderator", name="Léo")
    send(parts, ana, "view0001/reject", reason="spam")
    answer = send(parts, leo, "view0001/approve", other="My long work.", reviewed="1")
    assert answer.status_code == 409
    page = html.unescape(answer.text)
    assert "Ana rejected it already" in page
    assert "My long work." in page
    told = ask(parts, leo, "view0001/approve", other="My long work.", reviewed="1")
    assert (told.status_code, told.json()["gone"]) == (409, True)
    assert [one.decided_by for one in parts.views.decisions_about("view0001")] == ["Ana"]
    assert len(parts.audit.read(action="view_approved")) == 0


def test_withdrawn_view_cannot_be_decided_on(ana: TestClient, parts: Parts, record: Record) -> None:
    record.write([withdrawn()])
    answer = send(parts, ana, "view0001/reject", reason="spam")
    assert answer.status_code == 409
    assert "The author withdrew this view" in html.unescape(answer.text)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_reasons_are_those_of_the_content_in_its_order(
    sign_in: SignIn, parts: Parts, language: str
) -> None:
    page = html.unescape(
        sign_in("moderator", language=language).get("/console/views/view0001").text
    )
    words = {
        key: texts[language]
        for key, texts in parts.library.words.items()
        if key.startswith("view.reason_")
    }
    options = re.findall(r'<option value="([a-z_]+)">([^<]+)</option>', page)
    assert options == [(key.removeprefix("view.reason_"), text) for key, text in words.items()]


def test_rejection_without_a_reason_is_refused(ana: TestClient, parts: Parts) -> None:
    for reason in ("", "boring"):
        answer = send(parts, ana, "view0001/reject", reason=reason)
        assert answer.status_code == 422
        assert "Choose a reason of the list." in answer.text
    assert parts.views.get("view0001").status == "pending"


def test_rejection_shows_what_its_author_reads(ana: TestClient, parts: Parts) -> None:
    send(parts, ana, "view0001/reject", reason="spam")
    page = shown(ana, "/view0001")
    reason = parts.library.words["view.reason_spam"]["en"]
    assert f"because {reason}." in page
    assert "The author has not been told yet." in page
    parts.views.mark_told(1)
    assert "The author was told." in shown(ana, "/view0001")


def test_draft_is_kept_for_the_next_person(ana: TestClient, sign_in: SignIn, parts: Parts) -> None:
    answer = send(parts, ana, "view0001/translation", other="More bu")
    assert answer.headers["location"] == "/console/views/view0001?said=translation_saved"
    page = html.unescape(sign_in("moderator", name="Léo").get("/console/queue").text)
    assert "More bu</textarea>" in page
    assert "Draft by Ana" in page
    assert "Reviewed by" not in page
    send(parts, ana, "view0001/translation", other="More buses.", reviewed="1")
    assert "Reviewed by Ana" in shown(ana, "/view0001")
    assert [one.details for one in parts.audit.read(action="translation_saved")] == [
        {"is_reviewed": True},
        {"is_reviewed": False},
    ]


def test_view_is_taken_down_once_its_receipt_was_typed(ana: TestClient, parts: Parts) -> None:
    answer = send(parts, ana, "view0001/withdraw", confirm="yes")
    assert answer.status_code == 422
    assert parts.views.get("view0001").status == "pending"
    answer = send(parts, ana, "view0001/withdraw", confirm=" 7kq2-m9xd ")
    assert answer.status_code == 303
    assert parts.views.get("view0001").texts == {}
    assert len(parts.audit.read(action="view_withdrawn")) == 1
    assert "Its words are gone." in shown(ana, "/view0001")


# --- Many at once ---------------------------------------------------------------------------------


def test_each_of_many_is_decided_for_itself(ana: TestClient, sign_in: SignIn, parts: Parts) -> None:
    leo = sign_in("moderator", name="Léo")
    send(parts, leo, "hostile1/reject", reason="spam")
    chosen = ["view0001", "hostile1", "view0003", "view0003", "zzzzzzzz"]
    answer = send(parts, ana, "bulk", view=chosen, deed="reject", reason="unclear")
    assert answer.status_code == 200
    page = html.unescape(answer.text)
    assert "Decided: 2 of 4." in page
    assert "Léo rejected it already" in page
    assert "There is no such view any more" in page
    decided = {id: parts.views.get(id).reason for id in chosen[:3]}
    assert decided == {"view0001": "unclear", "hostile1": "spam", "view0003": "unclear"}
    noted = parts.audit.read(action="view_rejected", by="ana@example.org")
    assert sorted(one.subject for one in noted) == ["view view0001", "view view0003"]


def test_only_reviewed_ones_of_many_are_approved(ana: TestClient, parts: Parts) -> None:
    parts.views.save_translation("view0001", "More buses.", "Léo", is_reviewed=True)
    parts.views.save_translation("view0003", "Trees.", "Léo")
    answer = send(parts, ana, "bulk", view=["view0001", "view0003"], deed="approve")
    page = html.unescape(answer.text)
    assert "Decided: 1 of 2." in page
    assert "Nobody has reviewed its translation." in page
    assert [published.id for published in parts.views.published()] == ["view0001"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"deed": "reject", "reason": "spam"}, "No view is chosen."),
        ({"view": ["view0001"], "deed": "reject"}, "Choose a reason of the list."),
        ({"view": ["view0001"], "deed": "burn"}, "Say what to do"),
        (
            {"view": [f"v{n}" for n in range(MOST + 1)], "deed": "reject", "reason": "spam"},
            "At most 200 views",
        ),
    ],
)
def test_unclear_order_for_many_does_nothing(
    ana: TestClient, parts: Parts, fields: dict[str, object], why: str
) -> None:
    answer = send(parts, ana, "bulk", **fields)
    assert answer.status_code == 422
    assert why in html.unescape(answer.text)
    assert len(parts.views.queue()) == 3


# --- What people think, and what came of it -------------------------------------------------------


def test_reactions_are_shown_from_ten_people_on(
    ana: TestClient, parts: Parts, record: Record
) -> None:
    parts.views.approve("view0001", "More buses.", "Ana")
    people = [conversation(100 + number) for number in range(10)]
    record.write([vote(at=5.0, of=of, value=1 if n < 7 else -1) for n, of in enumerate(people[:9])])
    assert "Fewer than 10 people have reacted" in shown(ana, "/view0001")
    record.write([vote(at=5.0, of=people[9], value=-1)])
    page = shown(ana, "/view0001")
    assert "10 people, as of" in page
    assert [int(n) for n in re.findall(r'class="number">(\d+)</td>', page)] == [7, 3, 0]


def test_votes_since_the_last_result_wait_for_the_next(
    ana: TestClient, parts: Parts, record: Record
) -> None:
    parts.views.approve("view0001", "More buses.", "Ana")
    people = [conversation(100 + number) for number in range(11)]
    record.write([vote(at=5.0, of=of) for of in people[:10]])
    parts.views.save_result(input_hash="h", seed=1, people=60, body=result())
    record.write([vote(at=parts.now() + 1, of=people[10], value=-1)])
    assert [int(n) for n in re.findall(r'class="number">(\d+)</td>', shown(ana, "/view0001"))][
        :3
    ] == [
        10,
        0,
        0,
    ]


def result() -> dict[str, object]:
    """A published result: three groups, one of them too small to have been published."""
    sizes = {"A": 40, "B": 20, "C": 9}
    shared = {"statement": "view0001", "answer": "agree"}
    return {
        "groups": [{"letter": a, "size": n, "centre": [0, 0]} for a, n in sizes.items()],
        "bridges": [shared],
        "marks": {"A": [shared], "B": [], "C": []},
    }


def test_groups_are_those_of_the_last_result(ana: TestClient, parts: Parts) -> None:
    parts.views.approve("view0001", "More buses.", "Ana")
    assert "No groups yet" in shown(ana, "/view0001")
    parts.views.save_result(input_hash="h", seed=1, people=60, body=result())
    page = shown(ana, "/view0001")
    assert "Most people in every group agree." in page
    rows = re.findall(
        r'<th scope="row">([A-Z])</th><td class="number">(\d+)</td><td>([^<]+)<', page
    )
    assert rows == [
        ("A", "40", "agrees more often than the others"),
        ("B", "20", "nothing is published"),
    ]


OUTCOME = {"fr": "Deux bus de plus.", "en": "Two more buses.", "url": "https://example.org/bus"}


def seal_of(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_author_is_answered_after_a_look_at_what_they_read(ana: TestClient, parts: Parts) -> None:
    parts.views.approve("view0001", "More buses.", "Ana")
    preview = send(parts, ana, "view0001/outcome", step="preview", **OUTCOME)
    page = html.unescape(preview.text)
    assert (
        "Something came of what people said here:\n\nTwo more buses. https://example.org/bus"
        in page
    )
    assert "Voici une suite à ce que des gens ont dit ici :\n\nDeux bus de plus." in page
    assert parts.views.outcomes(view="view0001") == []
    changed = OUTCOME | {"en": "Three more buses."}
    again = send(parts, ana, "view0001/outcome", step="send", seen=seal_of(page), **changed)
    assert again.status_code == 200
    assert "Three more buses. https" in again.text
    assert parts.views.outcomes(view="view0001") == []
    sent = send(parts, ana, "view0001/outcome", step="send", seen=seal_of(again.text), **changed)
    assert sent.headers["location"] == "/console/views/view0001?said=outcome_added"
    [outcome] = parts.views.outcomes(view="view0001")
    assert (outcome.texts["en"], outcome.url, outcome.by) == (
        "Three more buses.",
        OUTCOME["url"],
        "Ana",
    )
    [noted] = parts.audit.read(action="outcome_added")
    assert noted.subject == "view view0001"
    assert "Three more buses." in shown(ana, "/view0001")


def test_theme_is_answered_and_whoever_wants_to_hear_will(
    ana: TestClient, parts: Parts, record: Record
) -> None:
    record.write([consent(of=conversation(41))])
    preview = send(parts, ana, "outcomes", step="preview", theme="impact", **OUTCOME)
    assert preview.status_code == 200
    sent = send(
        parts, ana, "outcomes", step="send", theme="impact", seen=seal_of(preview.text), **OUTCOME
    )
    assert sent.status_code == 303
    [(outcome, listeners)] = parts.views.untold_outcomes()
    assert (outcome.theme, outcome.texts["fr"]) == ("impact", "Deux bus de plus.")
    assert [one.conversation for one in listeners] == [conversation(41)]
    assert "Two more buses." in shown(ana, "/outcomes")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"theme": ""}, "Choose a theme."),
        ({"fr": " "}, "The French text is missing."),
        ({"en": "x" * 601}, "The English text has 601 characters; 600 are the most."),
        ({"url": "javascript:alert(1)"}, "The address begins with https://"),
    ],
)
def test_outcome_that_cannot_be_told_is_explained_and_kept(
    ana: TestClient, parts: Parts, changes: dict[str, str], why: str
) -> None:
    fields = {"theme": "impact", **OUTCOME, **changes}
    for step in ("preview", "send"):
        answer = send(parts, ana, "outcomes", step=step, **fields)
        assert answer.status_code == 422
        page = html.unescape(answer.text)
        assert why in page
        assert f">\n{fields['en']}</textarea>" in page
        assert 'name="seen"' not in page
    assert parts.views.outcomes() == []


def test_view_that_is_not_published_has_no_outcome(ana: TestClient, parts: Parts) -> None:
    preview = send(parts, ana, "view0001/outcome", step="preview", **OUTCOME)
    fields = {"step": "send", "seen": "", **OUTCOME}
    assert 'name="seen"' not in preview.text
    send(parts, ana, "view0001/outcome", **fields)
    assert parts.views.outcomes(view="view0001") == []
