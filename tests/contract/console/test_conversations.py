"""The pages of conversations: who finds, reads, reveals and marks what, and what is noted of it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from bot.console.parts import Parts
from bot.store.sql.audit import Noted
from bot.store.sql.labels import LONGEST_NOTE
from bot.store.sql.record import Record
from tests.contract.console.conftest import SignIn, csrf_of
from tests.contract.record.entries import ONE, THREE, TWO, crisis, erased, turn, view
from tests.contract.stores import conversation

LIST = "/console/conversations"
HOSTILE = "<script>alert(1)</script> & <img src=x>"


def page_of(of: str = ONE, rest: str = "") -> str:
    return f"{LIST}/{of}{rest}"


def read_index(parts: Parts) -> None:
    while parts.conversations.index.step():
        pass
    parts.conversations.index.step()


def noted(parts: Parts, action: str) -> list[Noted]:
    return parts.audit.read(action=action)


def shown_codes(html: str) -> list[str]:
    return re.findall(rf'class="code" href="{LIST}/(\w+)"', html)


def turns_in(html: str) -> list[str]:
    return re.findall(r'id="turn-(\w+)"', html)


@pytest.fixture
def staff(sign_in: SignIn) -> TestClient:
    return sign_in("moderator")


def post(parts: Parts, client: TestClient, path: str, **fields: str) -> tuple[int, str]:
    """Send a form; its status, and where it leads or what it shows."""
    answer = client.post(path, data={"csrf": csrf_of(parts, client), **fields})
    return answer.status_code, answer.headers.get("location") or unescape(answer.text)


# --- The list -----------------------------------------------------------------------------------


def test_list_shows_no_words_unless_they_are_searched_for(
    record: Record, parts: Parts, staff: TestClient
) -> None:
    record.write([turn("1", 1.0, text="mon ami Félix aime le vote ouvert")])
    read_index(parts)
    assert "vote" not in staff.get(LIST).text
    found = staff.get(LIST, params={"q": "vote"}).text
    assert '<mark class="found">vote</mark>' in found
    assert "Félix" not in found
    assert shown_codes(found) == [ONE]


def test_search_goes_with_filters_and_stays_in_the_form(
    record: Record, parts: Parts, staff: TestClient
) -> None:
    record.write([turn("1", 1.0, text="le vote"), turn("2", 2.0, of=TWO, text="a vote")])
    record.write([turn("3", 3.0, of=TWO, language="en", platform="discord", text="ok")])
    read_index(parts)
    query = {"q": 'vote "', "language": "en", "flag": "<b>", "below": "50"}
    html = staff.get(LIST, params={**query, "flag": "", "below": ""}).text
    assert shown_codes(html) == [TWO]
    again = staff.get(LIST, params=query).text
    assert shown_codes(again) == []
    assert 'value="vote &#34;"' in again
    assert '<option value="&lt;b&gt;" selected>' in again


@pytest.mark.parametrize(
    "query",
    [
        {"before": "x"},
        {"before": "nan~a"},
        {"before": "1.0"},
        {"before": "1.0~\x00"},
        {"from": "2026-13-01"},
        {"from": "9999-12-31", "to": "9999-12-31"},
        {"to": "0001-01-01"},
        {"below": "many"},
        {"below": "-4"},
        {"platform": "fax"},
        {"intent": "\x00'; drop table turns"},
        {"label": "x" * 5000},
        {"q": '"(-*'},
        {"q": "\x00\ud83d".encode("utf-8", "replace").decode()},
        {"handed": "1", "mine": "1"},
    ],
)
def test_no_address_breaks_the_list(
    record: Record, parts: Parts, staff: TestClient, query: dict[str, str]
) -> None:
    record.write([turn("1", 1.0)])
    read_index(parts)
    assert staff.get(LIST, params=query).status_code == 200


def test_day_that_does_not_exist_is_said_at_its_field(record: Record, staff: TestClient) -> None:
    record.write([turn("1", 1.0)])
    html = staff.get(LIST, params={"from": "2026-02-30"}).text
    assert 'id="from-wrong"' in html
    assert 'id="to-wrong"' not in html
    assert shown_codes(html) == [ONE]


@pytest.mark.parametrize(
    ("day", "at", "is_shown"),
    [
        ("2026-11-29", 1795928400.0, True),  # midnight in Ottawa, five hours behind UTC
        ("2026-11-29", 1795928399.0, False),
        ("2026-11-29", 1796014799.0, True),
        ("2026-11-29", 1796014800.0, False),
        ("2026-07-01", 1782878400.0, True),  # in summer four
        ("2026-07-01", 1782878399.0, False),
    ],
)
def test_days_are_those_of_ottawa(
    record: Record, staff: TestClient, day: str, at: float, is_shown: bool
) -> None:
    record.write([turn("1", at)])
    html = staff.get(LIST, params={"from": day, "to": day}).text
    assert (shown_codes(html) == [ONE]) is is_shown


def test_next_page_goes_on_where_this_one_ends(record: Record, staff: TestClient) -> None:
    everybody = [conversation(n) for n in range(60)]
    record.write([turn(f"{n:02}", 1.0, of=of) for n, of in enumerate(everybody)])
    first = staff.get(LIST, params={"language": "fr"}).text
    address = re.search(r'class="button second" href="([^"]+)"', first)
    assert address
    assert "language=fr" in address[1]
    second = staff.get(unescape(address[1])).text
    assert len(shown_codes(first)) == 50
    assert sorted(shown_codes(first) + shown_codes(second)) == sorted(everybody)
    assert 'data-key="n"' not in second


def test_erased_words_are_not_found_even_before_the_index_knows(
    record: Record, parts: Parts, staff: TestClient
) -> None:
    record.write([turn("1", 1.0, text="secret"), turn("2", 2.0, of=TWO, text="secret")])
    read_index(parts)
    record.write([erased("e", 3.0)])
    assert shown_codes(staff.get(LIST, params={"q": "secret"}).text) == [TWO]
    record.write([erased("f", 3.0, of=TWO), turn("3", 9.0, of=TWO, text="autre")])
    html = staff.get(LIST, params={"q": "secret"}).text
    assert shown_codes(html) == []


def test_list_says_while_the_index_still_reads(
    record: Record, parts: Parts, staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(parts.conversations.index), "is_filled", property(lambda _: False))
    monkeypatch.setattr(type(parts.conversations.index), "share_read", property(lambda _: 0.78))
    assert "78%" in staff.get(LIST).text


def test_search_is_noted_without_its_words(record: Record, parts: Parts, staff: TestClient) -> None:
    record.write([turn("1", 1.0, text="le vote")])
    read_index(parts)
    staff.get(LIST, params={"q": "vote"})
    staff.get(LIST)
    (row,) = noted(parts, "searched_conversations")
    assert (row.by, row.details) == ("moderator@example.org", {"found": 1})


# --- The transcript -----------------------------------------------------------------------------


def test_transcript_shows_words_and_answers(
    record: Record, parts: Parts, staff: TestClient
) -> None:
    record.write(
        [
            turn("1", 1.0, text="c'est quoi?", answers=["open_government"], intent="trust"),
            turn("2", 2.0, text=None, button="a:help", answers=["help"], intent=None),
            turn("3", 3.0, text=None, answers=["long_gone"], confidence=None),
            crisis("4", 4.0),
        ]
    )
    html = unescape(staff.get(page_of()).text)
    assert "c'est quoi?" in html
    assert "Gouvernement ouvert</a>" in html  # the title, in the language that was spoken
    title = parts.library.text("trust", "en").title
    assert f"Understood: {title} (trust)." in html
    assert "Confidence: 93%." in html
    assert "Aide et menu" in html
    assert "long_gone" in html
    assert "Distress: the words are not kept." in html


def test_conversation_of_alerts_only_opens(record: Record, staff: TestClient) -> None:
    record.write([crisis("1", 1.0)])
    answer = staff.get(page_of())
    assert answer.status_code == 200
    assert "Distress: the words are not kept." in answer.text


def test_last_hundred_turns_come_first_and_earlier_ones_on_demand(
    record: Record, staff: TestClient
) -> None:
    record.write([turn(f"p{n:03}", float(n), text="un mot") for n in range(130)])
    last = staff.get(page_of()).text
    assert turns_in(last) == [f"p{n:03}" for n in range(30, 130)]
    earlier = re.search(r'href="([^"]+\?before=[^"]+)"', last)
    assert earlier
    first = staff.get(unescape(earlier[1])).text
    assert turns_in(first) == [f"p{n:03}" for n in range(30)]


@pytest.mark.parametrize("is_taken", [False, True])
@pytest.mark.parametrize(
    ("text", "answers"),
    [
        pytest.param("oui", ["open_government"], id="short"),
        pytest.param("c'est quoi au juste?", ["open_government_portal", "help"], id="usual"),
        pytest.param("é" * 990, ["open_government", "use_open_data", "help"], id="long"),
    ],
)
def test_page_stays_small(
    record: Record,
    parts: Parts,
    staff: TestClient,
    text: str,
    answers: list[str],
    is_taken: bool,
) -> None:
    """With what it loads a page has less than 100 kB, whatever people write."""
    record.write(
        [
            turn(f"plv:{{03}}:journal|1795980157{n:03}-1", float(n), text=text, answers=answers)
            for n in range(100)
        ]
    )
    if is_taken:
        parts.conversations.handovers.take(ONE, "web", "fr", "moderator@example.org")
    html = staff.get(page_of()).text
    used = set(re.findall(r"/console/static/([\w.-]+)", html))
    total = len(html.encode()) + sum(len(parts.renderer.static[name]) for name in used)
    assert total < 100_000
    assert html.count('id="turn-') >= 20


@pytest.mark.parametrize("rest", ["", "/live", "/test"])
@pytest.mark.parametrize("of", [ONE, TWO, "nonsense", "\x00"])
def test_conversation_that_is_gone_says_so(
    record: Record, staff: TestClient, of: str, rest: str
) -> None:
    record.write([turn("1", 1.0), erased("2", 2.0)])
    assert staff.get(page_of(of.replace("\x00", "%00"), rest)).status_code == 404


def test_hostile_words_are_words(record: Record, parts: Parts, staff: TestClient) -> None:
    record.write([turn("1", 1.0, text=HOSTILE, button=None, campaign="<i>x</i>")])
    read_index(parts)
    staff.get(page_of())
    for html in (staff.get(page_of()).text, staff.get(LIST, params={"q": "alert"}).text):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<i>x" not in html


def test_reading_is_noted_once_in_ten_minutes(
    record: Record, parts: Parts, sign_in: SignIn
) -> None:
    record.write([turn("1", 1.0), turn("2", 2.0, of=TWO)])
    clock = [1000.0]
    parts.conversations._now = lambda: clock[0]
    one, other = sign_in("moderator"), sign_in("moderator", "kim")
    for client, of in ((one, ONE), (one, ONE), (one, TWO), (other, ONE)):
        client.get(page_of(of))
    clock[0] += 599
    one.get(page_of())
    clock[0] += 2
    one.get(page_of())
    rows = [(row.by, row.subject) for row in noted(parts, "read_conversation")]
    first, second = parts.audit.about(ONE), parts.audit.about(TWO)
    assert rows == [
        ("moderator@example.org", first),
        ("kim@example.org", first),
        ("moderator@example.org", second),
        ("moderator@example.org", first),
    ]
    assert ONE not in str(rows)


# --- Revealing ----------------------------------------------------------------------------------


def test_hidden_words_are_shown_for_a_reason_once(
    record: Record, parts: Parts, staff: TestClient
) -> None:
    record.write([turn("1", 1.0, text="mon ami Félix à Gatineau")])
    assert "Félix" not in staff.get(page_of()).text
    status, html = post(parts, staff, page_of(rest="/reveal"), reason="  vérifier un lieu ")
    assert status == 200
    assert "mon ami Félix à Gatineau" in html
    (row,) = noted(parts, "revealed")
    assert (row.subject, row.details) == (parts.audit.about(ONE), {"reason": "vérifier un lieu"})
    assert "Félix" not in staff.get(page_of()).text


@pytest.mark.parametrize("reason", ["", "    ", "oui", "a" * 201])
def test_nothing_is_shown_without_a_reason(
    record: Record, parts: Parts, staff: TestClient, reason: str
) -> None:
    record.write([turn("1", 1.0, text="mon ami Félix")])
    status, html = post(parts, staff, page_of(rest="/reveal"), reason=reason)
    assert status == 422
    assert "Félix" not in html
    assert 'id="reason-wrong"' in html
    assert noted(parts, "revealed") == []


def test_words_of_distress_cannot_be_revealed(
    record: Record, parts: Parts, staff: TestClient
) -> None:
    record.write([crisis("1", 1.0)])
    status, html = post(parts, staff, page_of(rest="/reveal"), reason="pour aider")
    assert status == 200
    assert "the words are not kept" in html


# --- Labels and notes ---------------------------------------------------------------------------


def test_labels_come_and_go(record: Record, parts: Parts, staff: TestClient) -> None:
    record.write([turn("1", 1.0)])
    assert post(parts, staff, page_of(rest="/labels"), label="good-example")[0] == 303
    html = staff.get(page_of()).text
    assert '<span class="badge label">good example</span>' in html
    assert "good example" in staff.get(LIST, params={"label": "good-example"}).text
    assert post(parts, staff, page_of(rest="/labels/remove"), label="good-example")[0] == 303
    assert '<span class="badge label">' not in staff.get(page_of()).text
    assert [row.details for row in noted(parts, "label_added")] == [{"label": "good-example"}]
    assert [row.details for row in noted(parts, "label_removed")] == [{"label": "good-example"}]


def test_wrong_label_is_said_at_its_field_and_kept(
    record: Record, parts: Parts, staff: TestClient
) -> None:
    record.write([turn("1", 1.0)])
    status, html = post(parts, staff, page_of(rest="/labels"), label="=a+b<")
    assert status == 422
    assert 'id="label-wrong"' in html
    assert 'value="=a+b<"' in html
    assert noted(parts, "label_added") == []


def test_notes_are_read_by_all_and_deleted_by_their_writer(
    record: Record, parts: Parts, sign_in: SignIn
) -> None:
    record.write([turn("1", 1.0)])
    one, other = sign_in("moderator"), sign_in("admin")
    assert post(parts, one, page_of(rest="/notes"), note=HOSTILE)[0] == 303
    html = other.get(page_of()).text
    assert HOSTILE not in html
    assert HOSTILE in unescape(html)
    assert 'name="number"' not in html
    number = re.search(r'name="number" value="(\d+)"', one.get(page_of()).text)
    assert number
    post(parts, other, page_of(rest="/notes/remove"), number=number[1])
    assert len(parts.conversations.labels.notes(ONE)) == 1
    post(parts, one, page_of(rest="/notes/remove"), number=number[1])
    assert parts.conversations.labels.notes(ONE) == []
    assert [row.by for row in noted(parts, "note_removed")] == ["moderator@example.org"]
    assert HOSTILE not in str(parts.audit.read())


def test_note_that_is_too_long_is_not_lost(record: Record, parts: Parts, staff: TestClient) -> None:
    record.write([turn("1", 1.0)])
    text = "é" * (LONGEST_NOTE + 1)
    status, html = post(parts, staff, page_of(rest="/notes"), note=text)
    assert status == 422
    assert text in html
    assert 'id="note-wrong"' in html


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "²"])
def test_no_number_of_a_note_breaks_the_page(
    record: Record, parts: Parts, staff: TestClient, number: str
) -> None:
    record.write([turn("1", 1.0)])
    assert post(parts, staff, page_of(rest="/notes/remove"), number=number)[0] == 303


@pytest.mark.parametrize(
    ("rest", "field"), [("/labels", "label"), ("/notes", "note"), ("/reveal", "reason")]
)
def test_nothing_is_put_on_what_is_gone(
    record: Record, parts: Parts, staff: TestClient, rest: str, field: str
) -> None:
    record.write([turn("1", 1.0), erased("2", 2.0)])
    assert post(parts, staff, page_of(rest=rest), **{field: "a word or two"})[0] == 404


# --- Answers, roles, languages ------------------------------------------------------------------


def test_answer_is_shown_whole_in_both_languages(parts: Parts, staff: TestClient) -> None:
    html = unescape(staff.get(f"{LIST}/answers/open_government").text)
    for side in parts.library.answers["open_government"].languages.values():
        assert side.text.splitlines()[0] in html
    assert staff.get(f"{LIST}/answers/nothing").status_code == 404


@pytest.mark.parametrize("role", ["editor", "analyst"])
def test_others_read_no_conversation(record: Record, sign_in: SignIn, role: str) -> None:
    record.write([turn("1", 1.0)])
    client = sign_in(role)
    for path in (LIST, page_of(), page_of(rest="/live"), page_of(rest="/test")):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_in_the_language_of_the_reader(
    record: Record, parts: Parts, sign_in: SignIn, language: str
) -> None:
    record.write([turn("1", 1.0), view("v1", 2.0), turn("3", 3.0, of=THREE, platform="discord")])
    client = sign_in("moderator", language=language)
    for path in (LIST, page_of(), page_of(rest="/test"), f"{LIST}/answers/help"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
    title = parts.words.get("conversations.transcript", language)
    assert title in client.get(page_of()).text
