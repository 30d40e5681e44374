"""Taking a conversation in the console, writing to the person, giving it back."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from bot.console.parts import Parts
from bot.content.library import LANGUAGES
from bot.store.sql.handovers import LONGEST_MESSAGE, HandOvers
from bot.store.sql.record import Record
from tests.contract.console.conftest import SignIn, csrf_of
from tests.contract.record.entries import ONE, TWO, entry, erased, turn

LIST = "/console/conversations"
PATH = f"{LIST}/{ONE}"
HOSTILE = "<b>Bonjour</b> & « ça va »"


@pytest.fixture
def handovers(parts: Parts) -> HandOvers:
    return parts.conversations.handovers


@pytest.fixture
def staff(sign_in: SignIn, record: Record) -> TestClient:
    record.write([turn("1", 1.0, platform="telegram", text="allo"), turn("2", 2.0, of=TWO)])
    return sign_in("moderator", "sam")


def post(parts: Parts, client: TestClient, path: str, **fields: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf": csrf_of(parts, client), **fields})
    return answer.status_code, answer.headers.get("location") or unescape(answer.text)


def take(parts: Parts, client: TestClient) -> str:
    """Take it; the hand-over's number."""
    assert post(parts, client, f"{PATH}/take")[0] == 303
    held = parts.conversations.handovers.current(ONE)
    assert held is not None
    return str(held.number)


def test_conversation_is_taken_written_in_and_given_back(
    parts: Parts, staff: TestClient, handovers: HandOvers
) -> None:
    number = take(parts, staff)
    html = staff.get(PATH).text
    assert 'class="badge sun">You</span>' in html
    assert post(parts, staff, f"{PATH}/write", handover=number, text=HOSTILE)[0] == 303
    html = staff.get(PATH).text
    assert HOSTILE not in html
    assert HOSTILE in unescape(html)
    assert "On its way" in html
    (message,) = handovers.messages(ONE)
    handovers.mark_message_told(message.number)
    assert "Passed on" in staff.get(PATH).text
    assert post(parts, staff, f"{PATH}/give-back", handover=number)[0] == 303
    assert handovers.current(ONE) is None
    assert "sam gave the conversation back" in staff.get(PATH).text
    actions = [row.action for row in parts.audit.read() if row.action != "read_conversation"]
    assert actions == ["gave_back", "wrote", "took"]
    assert "Bonjour" not in str(parts.audit.read())


def test_person_is_where_the_record_says(parts: Parts, staff: TestClient) -> None:
    take(parts, staff)
    held = parts.conversations.handovers.current(ONE)
    assert held is not None
    assert (held.platform, held.language) == ("telegram", "fr")
    assert held.taken_by == "sam@example.org"


def test_colleague_sees_who_has_it_and_cannot_take_it(
    parts: Parts, staff: TestClient, sign_in: SignIn, handovers: HandOvers
) -> None:
    number = take(parts, staff)
    other = sign_in("moderator", "kim")
    html = other.get(PATH).text
    assert 'class="badge sun">sam</span>' in html
    assert f'action="{PATH}/take"' not in html
    for path, fields in (
        ("/take", {}),
        ("/take", {"force": "1"}),
        ("/write", {"text": "mon texte", "handover": number}),
        ("/give-back", {"handover": number, "force": "1"}),
    ):
        status, html = post(parts, other, f"{PATH}{path}", **fields)
        assert status == 409
        assert "sam has this conversation" in html
        assert fields.get("text", "") in html
    held = handovers.current(ONE)
    assert held is not None
    assert held.taken_by == "sam@example.org"
    assert handovers.messages(ONE) == []


def test_admin_takes_it_from_a_colleague(
    parts: Parts, staff: TestClient, sign_in: SignIn, handovers: HandOvers
) -> None:
    number = take(parts, staff)
    admin = sign_in("admin")
    assert 'name="force"' in admin.get(PATH).text
    assert post(parts, admin, f"{PATH}/take", force="1")[0] == 303
    held = handovers.current(ONE)
    assert held is not None
    assert held.taken_by == "admin@example.org"
    status, html = post(parts, staff, f"{PATH}/write", handover=number, text="mon texte")
    assert status == 409
    assert "mon texte" in html
    assert handovers.messages(ONE) == []


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("timeout", "for want of a sign from you"),
        ("left", "The person went back to the bot"),
        ("given_back", "was given back to the bot"),
    ],
)
def test_text_is_kept_when_the_hand_over_ended_meanwhile(
    parts: Parts,
    staff: TestClient,
    record: Record,
    handovers: HandOvers,
    end: str,
    said: str,
) -> None:
    number = take(parts, staff)
    if end == "timeout":
        handovers.end_silent(9e12)
    elif end == "left":
        record.write([entry("handover_left", ONE, 9e9, number=int(number))])
    else:
        post(parts, staff, f"{PATH}/give-back", handover=number)
    status, html = post(parts, staff, f"{PATH}/write", handover=number, text="mon texte")
    assert status == 409
    assert said in html
    assert ">mon texte</textarea>" in html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The message is empty"),
        (" \n \u200b", "The message is empty"),
        ("é" * (LONGEST_MESSAGE + 1), f"has {LONGEST_MESSAGE + 1} characters"),
    ],
)
def test_message_has_a_length(
    parts: Parts, staff: TestClient, handovers: HandOvers, text: str, said: str
) -> None:
    number = take(parts, staff)
    status, html = post(parts, staff, f"{PATH}/write", handover=number, text=text)
    assert status == 422
    assert said in html
    assert text.strip() in html
    assert handovers.messages(ONE) == []


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40, "²", "12345"])
def test_hand_over_that_is_not_there_sends_nothing(
    parts: Parts, staff: TestClient, handovers: HandOvers, number: str
) -> None:
    take(parts, staff)
    status, html = post(parts, staff, f"{PATH}/write", handover=number, text="mon texte")
    assert status == 409
    assert "mon texte" in html
    assert handovers.messages(ONE) == []


@pytest.mark.parametrize("rest", ["/take", "/write", "/give-back", "/stay"])
def test_nothing_happens_to_what_is_gone(
    parts: Parts, staff: TestClient, record: Record, handovers: HandOvers, rest: str
) -> None:
    record.write([erased("e", 5.0)])
    assert post(parts, staff, PATH + rest, handover="1", text="mon texte")[0] == 404
    assert handovers.open() == []


def test_list_shows_who_has_what(parts: Parts, staff: TestClient, sign_in: SignIn) -> None:
    take(parts, staff)
    other = sign_in("moderator", "kim")
    parts.conversations.handovers.take(TWO, "web", "fr", "kim@example.org")

    def codes(client: TestClient, **query: str) -> list[str]:
        html = client.get(LIST, params=query).text
        return re.findall(rf'class="code" href="{LIST}/(\w+)"', html)

    assert codes(staff, handed="1") == [TWO, ONE]
    assert codes(staff, mine="1") == [ONE]
    assert codes(other, mine="1") == [TWO]
    assert 'class="badge sun">kim</span>' in staff.get(LIST).text


def test_sign_of_life_keeps_the_conversation(
    parts: Parts, staff: TestClient, sign_in: SignIn, handovers: HandOvers
) -> None:
    take(parts, staff)
    before = handovers.current(ONE)
    other = sign_in("moderator", "kim")
    assert post(parts, other, f"{PATH}/stay", quietly="1")[0] == 204
    assert handovers.current(ONE) == before
    assert post(parts, staff, f"{PATH}/stay", quietly="1")[0] == 204
    after = handovers.current(ONE)
    assert before is not None
    assert after is not None
    assert after.seen_at > before.seen_at


def test_news_come_with_who_has_it(
    parts: Parts, staff: TestClient, record: Record, handovers: HandOvers
) -> None:
    number = take(parts, staff)
    record.write([turn("3", 9e9, text="es-tu là, Félix?", answers=[])])
    handovers.write(int(number), "Oui!", "sam@example.org")
    news = staff.get(f"{PATH}/live").json()
    assert [item["id"] for item in news["items"]] == [
        "turn-1",
        f"taken-{number}",
        "staff-1",
        "turn-3",
    ]
    assert news["number"] == int(number)
    assert "You" in news["holder"]
    words = news["items"][-1]["html"]
    assert "es-tu là" in words
    assert "Félix" not in words
    assert "the message went to the team" in words
    post(parts, staff, f"{PATH}/give-back", handover=number)
    assert staff.get(f"{PATH}/live").json()["number"] is None


def test_ready_replies_come_in_the_language_of_the_person(
    parts: Parts, staff: TestClient, record: Record, handovers: HandOvers
) -> None:
    number = take(parts, staff)
    html = unescape(staff.get(PATH).text)
    canned = {
        key.removeprefix("canned."): texts
        for key, texts in parts.library.words.items()
        if key.startswith("canned.")
    }
    assert len(canned) >= 8
    values = re.findall(r'name="insert" value="(\w+):(\w+)"', html)
    assert values == [(language, key) for language in ("fr", "en") for key in canned]
    for language in LANGUAGES:
        status, page = post(
            parts, staff, f"{PATH}/write", handover=number, text="Allo", insert=f"{language}:hello"
        )
        assert status == 200
        assert f">Allo\n{canned['hello'][language]}</textarea>" in page
    assert handovers.messages(ONE) == []
    record.write([turn("5", 9e9, language="en", platform="telegram")])
    html = staff.get(PATH).text
    assert re.findall(r'name="insert" value="(\w+):', html)[0] == "en"


@pytest.mark.parametrize("choice", ["", "fr:", "fr:nothing", "xx:hello", "hello", ":", "fr:a:b"])
def test_reply_that_is_not_there_changes_nothing(
    parts: Parts, staff: TestClient, choice: str
) -> None:
    number = take(parts, staff)
    fields = {"handover": number, "text": "mon texte", "insert": choice}
    status, page = post(parts, staff, f"{PATH}/write", **fields)
    assert status == (303 if not choice else 200)
    assert not choice or ">mon texte</textarea>" in page


def test_every_ready_reply_fits_and_has_a_name(parts: Parts) -> None:
    for key, texts in parts.library.words.items():
        if key.startswith("canned."):
            assert parts.words.has(key)
            assert all(len(text) <= LONGEST_MESSAGE for text in texts.values())


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("fr", ("1 800 668-6868", "PARLER au 686868", "9-8-8", "9-1-1")),
        ("en", ("1-800-668-6868", "CONNECT to 686868", "9-8-8", "9-1-1")),
    ],
)
def test_crisis_reply_names_the_helplines_of_the_answers(
    parts: Parts, language: str, numbers: tuple[str, ...]
) -> None:
    """What staff send must not differ from what the bot says."""
    ready = parts.library.word("canned.not_a_crisis_line", language)
    answer = parts.library.text("crisis_suicide", language).text
    for number in numbers:
        assert number in ready
        assert number in answer
