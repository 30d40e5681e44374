"""Making a test of a conversation: staff's words go into the draft, the person's never do."""

from __future__ import annotations

import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine
from starlette.testclient import TestClient

from bot.console.conversations.written_test import Line, as_yaml, check_lines
from bot.console.parts import Parts, make_parts
from bot.content.conversation_tests import problems_of, read_conversation
from bot.content.library import Library
from bot.safety.personal_data import PersonalData
from bot.store.sql.record import Record
from bot.store.vault import Vault
from tests.contract.console.conftest import ROOT, SignIn, csrf_of
from tests.contract.record.entries import ONE, crisis, turn

PATH = f"/console/conversations/{ONE}"
ANSWERS = {"open_government": None, "voting": None}
TEXT = "C'est quoi le gouvernement ouvert au Canada?"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A repository of its own with the real content."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("stories", "nlu", "config.yml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, home / name)
    git = ["git", "-C", str(home), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Begin"]):
        subprocess.run([*git, *command], check=True)
    return home


@pytest.fixture
def parts(
    engine: Engine,
    vault: Vault,
    library: Library,
    personal_data: PersonalData,
    home: Path,
    tmp_path: Path,
) -> Parts:
    return make_parts(engine, vault, library, personal_data, home=home, data_dir=tmp_path)


@pytest.fixture
def staff(sign_in: SignIn, record: Record) -> TestClient:
    record.write(
        [
            turn("p1", 1.0, text=TEXT, answers=["open_government"]),
            turn("p2", 2.0, text=None, button="a:help", answers=["help"]),
            turn("p3", 3.0, text="mon ami Félix peut voter?", answers=["voting"]),
            crisis("p4", 4.0),
        ]
    )
    return sign_in("moderator")


def send(
    parts: Parts, client: TestClient, name: str, *lines: tuple[str, str], language: str = "fr"
) -> tuple[int, str]:
    positions = ["p1", "p3"][: len(lines)]
    answer = client.post(
        f"{PATH}/test",
        data={
            "csrf": csrf_of(parts, client),
            "name": name,
            "language": language,
            "position": positions,
            "says": [says for says, _ in lines],
            "answers": [answers for _, answers in lines],
        },
    )
    return answer.status_code, answer.headers.get("location") or unescape(answer.text)


def written(parts: Parts, name: str) -> Path:
    return parts.data_dir / "draft" / "tests/conversations" / f"{name}.yml"


def test_form_shows_masked_words_beside_empty_boxes(staff: TestClient) -> None:
    html = unescape(staff.get(f"{PATH}/test").text)
    assert html.count('name="says" value=""') == 2  # not the button, not the alert
    assert 'name="answers" value="voting"' in html
    assert "Félix" not in html
    assert "peut voter?" in html


def test_test_goes_into_the_draft_with_its_author(parts: Parts, staff: TestClient) -> None:
    status, where = send(
        parts, staff, "what_it_is", ("dis-moi ce que ça veut dire", "open_government"), ("", "help")
    )
    assert (status, where) == (303, f"{PATH}?said=conversation_test_made")
    text = written(parts, "what_it_is").read_text("utf-8")
    test = read_conversation(text)
    assert test.language == "fr"
    assert [(each.sent, each.answers) for each in test.turns] == [
        ("dis-moi ce que ça veut dire", ("open_government",))
    ]
    log = ["git", "-C", str(parts.data_dir / "draft"), "log", "-1", "--format=%an %ae"]
    author = subprocess.run(log, check=True, capture_output=True, text=True).stdout
    assert author.strip() == "Moderator moderator@example.org"
    (row,) = parts.audit.read(action="made_test")
    assert (row.subject, row.details) == (parts.audit.about(ONE), {"name": "what_it_is"})


@pytest.mark.parametrize(
    "says",
    [
        TEXT,
        "c est quoi le gouvernement ouvert au canada",
        "  C’EST QUOI, le gouvernement ouvert… au Canada ?!  ",
        f"Allo! {TEXT} Merci",
    ],
)
def test_words_of_the_person_are_refused(parts: Parts, staff: TestClient, says: str) -> None:
    status, html = send(parts, staff, "their_words", ("", "help"), (says, "open_government"))
    assert status == 422
    assert "own words. Say it in another way" in html
    assert says.strip() in html  # nothing typed is lost
    assert not written(parts, "their_words").exists()
    assert parts.audit.read(action="made_test") == []


@pytest.mark.parametrize(
    ("name", "lines", "status", "said"),
    [
        pytest.param("ok", [("", "help")], 422, "Fill in at least one box", id="empty"),
        pytest.param("ok", [], 422, "Fill in at least one box", id="no line"),
        pytest.param("Été 1", [("bonjour toi", "help")], 422, "This name does not do", id="name"),
        pytest.param("../x", [("bonjour toi", "help")], 422, "This name does not do", id="path"),
        pytest.param("ok", [("bonjour toi", "")], 422, "at least one expected", id="no answer"),
        pytest.param("ok", [("bonjour toi", "hlep")], 422, "does not exist", id="answer"),
        pytest.param(
            "ok", [("je m'appelle Félix Tremblay", "help")], 422, "personal data", id="personal"
        ),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    parts: Parts,
    staff: TestClient,
    name: str,
    lines: list[tuple[str, str]],
    status: int,
    said: str,
) -> None:
    answered, html = send(parts, staff, name, *lines)
    assert answered == status
    assert said in html
    assert f'value="{name}"' in html
    assert all(f'value="{text}"' in html for line in lines for text in line if text)
    assert parts.audit.read(action="made_test") == []


def test_second_test_of_a_name_does_not_replace_the_first(parts: Parts, staff: TestClient) -> None:
    assert send(parts, staff, "twice", ("première fois", "help"))[0] == 303
    before = written(parts, "twice").read_text("utf-8")
    status, html = send(parts, staff, "twice", ("deuxième fois", "help"))
    assert status == 409
    assert "deuxième fois" in html
    assert written(parts, "twice").read_text("utf-8") == before


def test_folder_without_git_is_said(parts: Parts, staff: TestClient, home: Path) -> None:
    shutil.rmtree(home / ".git")
    status, html = send(parts, staff, "no_git", ("bonjour toi", "help"))
    assert status == 503
    assert "bonjour toi" in html


def test_short_words_are_only_refused_alone() -> None:
    texts = ["bonjour toi", "🙂"]
    said = ["Bonjour, toi!", "bonjour toi et les autres", "🙂", "allo 🙂"]
    lines = check_lines([Line("p", says, "voting") for says in said], texts=texts, answers=ANSWERS)
    assert [line.wrong for line in lines] == ["test_same", "", "test_same", ""]


def test_file_holds_what_was_typed_whatever_yaml_makes_of_it() -> None:
    said = ["yes", "- a: b #c", 'dit "non"', "l'été: 2", "@x", "null", "1.5"]
    text = as_yaml("en", [Line("p", says, "voting, open_government") for says in said])
    assert [each.sent for each in read_conversation(text).turns] == said
    assert list(problems_of(yaml.safe_load(text), ANSWERS)) == []
