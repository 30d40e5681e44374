"""The audit's page, its check and its files."""

from __future__ import annotations

import csv
import io
import json
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from bot.console.parts import Parts
from bot.store.sql.audit import FIRST
from tests.contract.console.conftest import SignIn, csrf_of

CONVERSATION = "c" * 32
TRIGGERS = ("audit_is_kept_from_update", "audit_is_kept_from_delete")


@pytest.fixture
def admin(sign_in: SignIn) -> TestClient:
    return sign_in("admin")


def note(parts: Parts, action: str = "sign_in", subject: str = "", **details: Any) -> int:
    return parts.audit.note(
        by="sam@example.org", role="moderator", action=action, subject=subject, **details
    )


def change(engine: Engine, statement: str) -> None:
    """Somebody who may do anything to the database, and has not the key."""
    with engine.begin() as connection:
        for trigger in TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.exec_driver_sql(statement)


def check(parts: Parts, admin: TestClient) -> str:
    """Press the button; returns the page."""
    sent = admin.post("/console/audit/check", data={"csrf": csrf_of(parts, admin)})
    assert sent.status_code == 303
    return admin.get(sent.headers["location"]).text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_rows_are_sentences_in_the_language_of_the_reader(
    sign_in: SignIn, parts: Parts, language: str
) -> None:
    note(parts, "revealed", parts.audit.about(CONVERSATION), reason="menace")
    page = sign_in("admin", language=language).get("/console/audit").text
    sentence = parts.words.get("audit.action_revealed", language)
    for shown in (sentence, "sam@example.org", parts.audit.about(CONVERSATION), "menace"):
        assert shown in page
    assert CONVERSATION not in page


def test_action_without_words_is_shown_by_its_name(parts: Parts, admin: TestClient) -> None:
    note(parts, "juggled", balls=3)
    page = admin.get("/console/audit").text
    assert "juggled" in page
    assert "balls" in page


def test_what_was_noted_is_no_markup(parts: Parts, admin: TestClient) -> None:
    note(parts, "<b>x</b>", "<script>1</script>", reason="<img src=x>")
    page = admin.get("/console/audit").text
    for hostile in ("<b>x", "<script>1", "<img src=x"):
        assert hostile not in page


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"by": "lea@example.org"}, [2]),
        ({"action": "took"}, [3]),
        ({"subject": "view k3f9q2aa"}, [2]),
        ({"conversation": CONVERSATION}, [3]),
        ({"conversation": f" {CONVERSATION} ", "action": "took"}, [3]),
        ({"conversation": CONVERSATION, "subject": "view k3f9q2aa"}, []),
        ({"conversation": "d" * 32}, []),
        ({"by": "' OR 1=1 --"}, []),
        ({"before": "3"}, [2, 1]),
        ({"before": "x"}, [3, 2, 1]),
        ({"before": "9" * 40}, [3, 2, 1]),
    ],
)
def test_filters(
    parts: Parts, admin: TestClient, query: dict[str, str], numbers: list[int]
) -> None:
    note(parts)
    parts.audit.note(
        by="lea@example.org", role="moderator", action="view_seen", subject="view k3f9q2aa"
    )
    note(parts, "took", parts.audit.about(CONVERSATION))
    assert numbers_in(admin.get("/console/audit", params=query).text) == numbers


def numbers_in(page: str) -> list[int]:
    """The rows of a page."""
    rows = page.split("<tbody>")[-1].split("</tbody>")[0] if "<tbody>" in page else ""
    return [int(each.split("<")[0]) for each in rows.split('<td class="number">')[1:]]


def test_a_hundred_rows_a_page_and_every_row_on_one_of_them(
    parts: Parts, admin: TestClient
) -> None:
    for _ in range(230):
        note(parts)
    seen, address = [], "/console/audit?action=sign_in"
    while address:
        page = admin.get(address).text
        seen.append(numbers_in(page))
        older = page.split('" data-key="n"')[0].rsplit('href="', 1)[-1]
        address = older.replace("&amp;", "&") if 'data-key="n"' in page else ""
    assert [len(each) for each in seen] == [100, 100, 30]
    assert list(chain.from_iterable(seen)) == list(range(230, 0, -1))


def test_chain_that_is_whole(parts: Parts, admin: TestClient) -> None:
    for _ in range(5):
        note(parts)
    page = check(parts, admin)
    assert parts.words.get("audit.whole", "en", rows=5) in page
    (noted,) = parts.audit.read(action="audit_checked")
    assert noted.details == {"rows": 5, "hash": parts.audit.read()[1].hash, "broken_at": None}


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE audit SET \"by\" = 'lea@example.org' WHERE number = 3", 3),
        ("UPDATE audit SET details = '{}' WHERE number = 1", 1),
        ("UPDATE audit SET details = 'nothing' WHERE number = 2", 2),
        ("UPDATE audit SET at = at + 0.001 WHERE number = 4", 4),
        ("UPDATE audit SET at = 'noon' WHERE number = 2", 2),
        ("UPDATE audit SET hash = 'é' WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
        (
            'INSERT INTO audit SELECT 6, at, "by", role, action, subject, details, hash'
            " FROM audit WHERE number = 5",
            6,
        ),
    ],
    ids=["who", "details", "no JSON", "when", "no time", "hash", "removed", "first", "added"],
)
def test_broken_chain_is_said_with_its_row(
    engine: Engine, parts: Parts, admin: TestClient, statement: str, row: int
) -> None:
    for number in range(5):
        note(parts, reason=f"reason {number}")
    change(engine, statement)
    assert parts.audit.verify().broken_at == row
    assert admin.get("/console/audit").status_code == 200
    assert admin.get("/console/audit/audit.csv").text.count("broken at") == 1


def test_page_and_note_say_where_it_broke(engine: Engine, parts: Parts, admin: TestClient) -> None:
    for _ in range(5):
        note(parts)
    change(engine, "UPDATE audit SET action = 'sign_out' WHERE number = 3")
    assert parts.words.get("audit.broken", "en", row=3) in check(parts, admin)
    assert parts.audit.read(action="audit_checked")[0].details["broken_at"] == 3


def test_end_that_was_cut_off_shows_by_the_seal(engine: Engine, parts: Parts) -> None:
    for _ in range(5):
        note(parts)
    before = parts.audit.verify()
    change(engine, "DELETE FROM audit WHERE number > 3")
    after = parts.audit.verify()
    assert after.broken_at is None, "the rest is whole, so only the seal tells"
    assert (after.rows, before.rows) == (3, 5)
    note(parts)
    note(parts)
    again = parts.audit.verify()
    assert again.rows == before.rows
    assert again.hash != before.hash


def test_file_for_a_spreadsheet_holds_every_row_and_the_seal(
    parts: Parts, admin: TestClient
) -> None:
    note(parts, subject='=HYPERLINK("http://example.org")', reason="+1 434 555")
    answer = admin.get("/console/audit/audit.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    header, first, export, seal = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[0] == "number"
    assert first[5] == '\'=HYPERLINK("http://example.org")'
    assert json.loads(first[6]) == {"reason": "+1 434 555"}
    assert export[4:6] == ["exported", "audit"]
    assert seal == ["seal", "", "", "", "whole", "2 rows", "", parts.audit.verify().hash]


def test_file_for_a_program_holds_every_row_and_the_seal(
    engine: Engine, parts: Parts, admin: TestClient
) -> None:
    note(parts, reason="café")
    change(engine, "UPDATE audit SET subject = 'x' WHERE number = 1")
    answer = admin.get("/console/audit/audit.jsonl")
    first, export, seal = map(json.loads, answer.text.splitlines())
    assert first["details"] == {"reason": "café"}
    assert export["details"] == {"format": "jsonl"}
    assert seal == {"seal": {"rows": 2, "hash": export["hash"], "broken_at": 1}}


def test_empty_audit(parts: Parts, admin: TestClient) -> None:
    assert parts.words.get("audit.nothing", "en") in admin.get("/console/audit").text
    assert parts.audit.verify().hash == FIRST


@pytest.mark.parametrize("role", ["moderator", "editor", "analyst"])
@pytest.mark.parametrize("path", ["", "/audit.csv", "/audit.jsonl"])
def test_only_admins_read_it(sign_in: SignIn, role: str, path: str) -> None:
    assert sign_in(role).get(f"/console/audit{path}").status_code == 403


def test_check_needs_a_form_of_ours(parts: Parts, admin: TestClient) -> None:
    assert admin.post("/console/audit/check", data={"csrf": "x"}).status_code == 419
    assert parts.audit.read(action="audit_checked") == []
