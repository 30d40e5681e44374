"""The insight page: what is counted, what is refused, what is exported."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.console.parts import Parts
from bot.conversation.ports import JournalEntry
from bot.store.sql.record import Record
from tests.contract.console.conftest import SignIn
from tests.contract.record.entries import turn, view
from tests.contract.stores import conversation

DAY = 86_400.0
YESTERDAY = time.time() - DAY
Csv = Callable[..., list[list[str]]]


def said(
    person: int, number: int = 0, *, at: float = YESTERDAY, after: float = 0.5, **changes: Any
) -> JournalEntry:
    """Something that a person said, and the answer half a second later."""
    moment = at + number
    position = f"plv:{{01}}:journal|{int((moment + after) * 1000)}-{person}"
    about = {"of": conversation(person), "answers": ["nap5"], **changes}
    return turn(position, moment, **about)


def several(people: Iterable[int], **changes: Any) -> list[JournalEntry]:
    return [said(person, **changes) for person in people]


@pytest.fixture
def analyst(sign_in: SignIn) -> TestClient:
    return sign_in("analyst")


@pytest.fixture
def table(analyst: TestClient) -> Csv:
    """`table("platforms", language="fr")`: the lines of a file."""

    def read(name: str, **query: str) -> list[list[str]]:
        answer = analyst.get(f"/console/insight/{name}.csv", params=query)
        assert answer.status_code == 200, answer.headers.get("location")
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    return read


def test_people_are_conversations_and_questions_are_what_they_typed(
    record: Record, table: Csv
) -> None:
    record.write(several(range(20)))
    record.write(several(range(20), number=60))
    record.write(several(range(20), number=120, text=None, button="a:nap5"))
    assert table("platforms") == [
        ["Row", "People", "Questions"],
        ["Web page", "20", "40"],
        ["Telegram", "hidden", "hidden"],
        ["Discord", "hidden", "hidden"],
        ["Total", "20", "40"],
    ]


def test_small_platform_takes_the_next_one_with_it(record: Record, table: Csv) -> None:
    record.write(several(range(30)))
    record.write(several(range(30, 50), platform="telegram"))
    record.write(several(range(50, 54), platform="discord"))
    assert table("platforms")[1:] == [
        ["Web page", "30", "30"],
        ["Telegram", "hidden", "hidden"],
        ["Discord", "hidden", "hidden"],
        ["Hidden rows together", "25", "25"],
        ["Total", "55", "55"],
    ]


def test_filter_is_refused_where_it_leaves_out_too_few(
    record: Record, analyst: TestClient, parts: Parts
) -> None:
    record.write(several(range(30)))
    record.write(several(range(30, 34), platform="telegram"))
    words = parts.words.get("insight.too_few_why", "en")
    for platform in ("web", "telegram"):
        answer = analyst.get("/console/insight", params={"platform": platform})
        assert answer.status_code == 200
        assert words in answer.text
        assert "<table" not in answer.text
        moved = analyst.get("/console/insight/days.csv", params={"platform": platform})
        assert moved.status_code == 303
    assert words not in analyst.get("/console/insight").text


def test_filters_join(record: Record, table: Csv) -> None:
    for first, platform, language in ((0, "web", "fr"), (20, "web", "en"), (40, "telegram", "fr")):
        record.write(several(range(first, first + 20), platform=platform, language=language))
    total = ["Total", "20", "20"]
    assert table("platforms", platform="web", language="fr")[-1] == total
    assert table("languages", platform="telegram")[1] == ["French", "20", "20"]


def test_campaign_under_ten_is_named_nowhere(
    record: Record, analyst: TestClient, table: Csv
) -> None:
    record.write(several(range(30), campaign="summer"))
    record.write(several(range(30, 60)))
    record.write(several(range(60, 65), campaign="lucie-martin-montreal"))
    page = analyst.get("/console/insight").text
    assert "summer" in page
    assert "lucie" not in page
    everything = [cell for row in table("campaigns") for cell in row]
    assert "summer" in everything
    assert "lucie-martin-montreal" not in everything


def test_nothing_is_shown_of_nobody(analyst: TestClient, parts: Parts) -> None:
    page = analyst.get("/console/insight").text
    assert parts.words.get("insight.too_few", "en") in page


def test_unanswered_share_and_what_came_after(record: Record, table: Csv) -> None:
    unclear = ["fallback_nearest"]
    record.write(several(range(60)))
    record.write(several(range(40), number=10, answers=unclear))
    record.write(several(range(15), number=20))
    record.write(several(range(15, 30), number=20, text=None, button="a:nap5"))
    record.write(several(range(30, 40), number=700))  # over ten minutes later
    total = table("unanswered")[-1]
    assert total == ["Total", "60", "125", "40", "32"]  # 40 of 125
    assert [row[:2] for row in table("after_fallback")[1:]] == [
        ["Rephrased and understood", "15"],
        ["Not understood again", "hidden"],
        ["A button", "15"],
        ["Nothing more", "10"],
        ["Total", "40"],
    ]


def test_funnel_says_how_many_stopped_and_hides_small_steps(record: Record, table: Csv) -> None:
    reached = {
        "view_consent": 60,
        "view_age": 45,
        "view_theme": 41,  # 4 stopped
        "view_text": 33,  # 12 since the last step shown
        "view_check_removed": 33,
        "view_received view_band": 20,
    }
    for number, (answers, people) in enumerate(reached.items()):
        record.write(several(range(people), number=number, answers=answers.split()))
    assert table("funnel")[1:] == [
        ["Asked for consent", "60", "hidden", "100"],
        ["Asked for age", "45", "15", "75"],
        ["Asked for theme", "hidden", "hidden", "hidden"],
        ["Asked for the text", "35", "10", "58"],
        ["Reading it over", "35", "0", "58"],
        ["View sent", "20", "15", "33"],
        ["Age band (optional)", "20", "0", "33"],
        ["Region (optional)", "hidden", "hidden", "hidden"],
        ["Done", "hidden", "hidden", "hidden"],
    ]


def test_answer_times_are_of_at_least_ten_people(record: Record, table: Csv) -> None:
    record.write([said(person, after=0.1 * (person + 1)) for person in range(21)])
    record.write([said(person, at=YESTERDAY - 3 * DAY, after=9) for person in range(9)])
    shown = [row for row in table("speed")[1:] if row[1] != "hidden"]
    assert [row[1:] for row in shown] == [["20", "1.1", "2.0"]]  # of 0.1, 0.2 ... 2.1


def test_views_are_counted_by_their_state_and_theme(record: Record, table: Csv) -> None:
    record.write(several(range(30)))
    for person in range(25):
        of = conversation(person)
        record.write([view(f"view{person:04}", YESTERDAY, of=of, theme="impact")])
    assert ["Waiting", "25", "25"] in table("view_status")
    assert ["Impact", "25", "25"] in table("view_themes")


def test_same_numbers_in_the_page_and_in_the_file(record: Record, analyst: TestClient) -> None:
    record.write(several(range(40), answers=["open_government"]))
    page = analyst.get("/console/insight").text
    row = r"<th scope=\"row\">Open government</th>\s*<td>40</td>"
    assert re.search(row, page)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"from": "2026-02-31", "to": "2026-03-30"}, "problem_dates"),
        ({"from": "2026-02-01"}, "problem_dates"),
        ({"from": "hier", "to": "demain"}, "problem_dates"),
        ({"from": "2020-01-01", "to": "2020-01-03"}, "problem_length"),
        ({"from": "2020-03-01", "to": "2020-01-01"}, "problem_length"),
        ({"from": "0001-01-01", "to": "2020-01-01"}, "problem_length"),
        ({"from": "9999-12-01", "to": "9999-12-31"}, "problem_length"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_dates_that_make_no_period_are_said_at_the_field(
    sign_in: SignIn, parts: Parts, query: dict[str, str], problem: str, language: str
) -> None:
    answer = sign_in("analyst", language=language).get("/console/insight", params=query)
    assert answer.status_code == 200
    assert 'aria-describedby="problem"' in answer.text
    words = parts.words.get(f"insight.{problem}", language)
    assert words.replace("'", "&#39;") in answer.text


@pytest.mark.parametrize("query", [{"days": "-3"}, {"days": "x" * 900}, {"days": "³"}, {"to": ""}])
def test_any_other_nonsense_shows_the_usual_period(
    analyst: TestClient, query: dict[str, str]
) -> None:
    assert analyst.get("/console/insight", params=query).status_code == 200


def test_oldest_possible_period_can_be_asked_for(analyst: TestClient) -> None:
    query = {"from": "0001-01-01", "to": "0001-02-01"}
    assert analyst.get("/console/insight", params=query).status_code == 200


def test_long_period_is_shown_by_week(record: Record, table: Csv) -> None:
    record.write(several(range(20)))
    by_week, by_day = table("days", days="90"), table("days", days="30")
    assert by_week[0][0] == "Week of"
    assert 13 <= len(by_week) - 2 <= 14  # beside the header and the total
    assert by_day[0][0] == "Day"
    assert len(by_day) - 2 == 30
    assert by_week[-1] == by_day[-1] == ["Total", "20", "20"]


def test_export_is_noted(record: Record, analyst: TestClient, parts: Parts) -> None:
    record.write(several(range(20)))
    answer = analyst.get("/console/insight/days.csv", params={"days": "7", "platform": "web"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    (noted,) = parts.audit.read(action="exported")
    assert noted.subject == "insight days"
    assert noted.details["platform"] == "web"


def test_hostile_campaign_is_no_formula_and_no_markup(
    record: Record, analyst: TestClient, table: Csv
) -> None:
    hostile = "=HYPERLINK(1)<script>alert(1)</script>"
    record.write(several(range(20), campaign=hostile))
    assert table("campaigns")[1][0] == "'" + hostile
    assert "<script>alert" not in analyst.get("/console/insight").text


def test_table_that_is_not_there(analyst: TestClient) -> None:
    assert analyst.get("/console/insight/secrets.csv").status_code == 404


@pytest.mark.parametrize("role", ["moderator", "editor"])
@pytest.mark.parametrize("path", ["/console/insight", "/console/insight/days.csv"])
def test_other_roles_stay_out(sign_in: SignIn, role: str, path: str) -> None:
    assert sign_in(role).get(path).status_code == 403
