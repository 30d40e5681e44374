"""`python -m bot views`: moderators list, decide and say what came of it, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.__main__ import main
from bot.conversation.ports import JournalEntry
from bot.store.sql.database import open_database
from bot.store.sql.record import Record
from bot.store.sql.views import Views
from bot.store.vault import Vault, open_vault

ONE, TWO = "1" * 32, "2" * 32
NOON = 1_800_000_000.0
"""2027-01-15 08:00 UTC."""


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    for name in ("BOT_DATABASE_URL", "BOT_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def vault(data_dir: Path) -> Vault:
    return open_vault(data_dir / "key.json", create=True)


@pytest.fixture
def engine(data_dir: Path) -> Iterator[Engine]:
    engine = open_database("", data_dir)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def _shared(engine: Engine, vault: Vault) -> None:
    """Two views wait, the later one with a higher score; and one vote is held back."""
    scores = {"plus de bus\nle soir": {"spam": 0.25}, "stop \x1b[31m now": {"spam": 0.5}}
    record = Record(engine, vault, lambda text, language: scores[text])
    about = {"kind": "view", "receipt": "7KQ2-M9XD", "platform": "telegram", "return_address": {}}
    events = [
        {"id": "k7f3q9xd", "conversation": ONE, "at": NOON, "language": "fr", "theme": "impact"}
        | {"text": "plus de bus\nle soir", "campaign": "rentrée"},
        {"id": "zzzzzzzz", "conversation": ONE, "at": NOON + 60, "language": "en", "theme": "other"}
        | {"text": "stop \x1b[31m now", "campaign": None},
    ]
    record.write([JournalEntry(f"{n}", about | event) for n, event in enumerate(events)])
    vote = {"kind": "vote", "conversation": TWO, "platform": "web", "at": NOON, "value": 1}
    record.write([JournalEntry("v", vote | {"view": "k7f3q9xd"})])
    Views(engine, vault, now=lambda: NOON).hold(TWO, "burst")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a verb that works prints."""
    assert main(["views", *arguments]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a verb that does not work complains of."""
    assert main(["views", *arguments]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


def test_list_shows_what_waits_with_the_highest_score_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(capsys, "list") == (
        "2 waiting.\n"
        "\n"
        "zzzzzzzz  2027-01-15 08:01 UTC  en  other  spam 0.50\n"
        "    stop [31m now\n"
        "\n"
        "k7f3q9xd  2027-01-15 08:00 UTC  fr  impact  spam 0.25\n"
        "    plus de bus\n"
        "    le soir\n"
    )


def test_view_is_approved_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    approve = ("approve", "k7f3q9xd", "--other", "more buses at night", "--by", "Ana")
    assert run(capsys, *approve) == "View k7f3q9xd is approved.\n"
    shown = run(capsys, "show", "k7f3q9xd")
    before, decision = shown.rstrip("\n").rsplit("\n", 1)
    assert before.split("\n") == [
        "view      k7f3q9xd",
        "receipt   7KQ2-M9XD",
        "status    approved",
        "shared    2027-01-15 08:00 UTC, telegram",
        "theme     impact",
        "scores    spam 0.25",
        "campaign  rentrée",
        "fr (author)",
        "    plus de bus",
        "    le soir",
        "en (staff)",
        "    more buses at night",
    ]
    assert decision.startswith("approved by Ana on ")
    assert decision.endswith("the author has not been told yet")
    assert ONE not in shown


def test_view_is_rejected_once(capsys: pytest.CaptureFixture[str]) -> None:
    reject = ("reject", "zzzzzzzz", "--reason", "spam", "--by")
    assert run(capsys, *reject, "Ana") == "View zzzzzzzz is rejected.\n"
    assert "\nrejected (spam) by Ana on " in run(capsys, "show", "zzzzzzzz")
    assert refused(capsys, *reject, "Léo").startswith(
        "views: View zzzzzzzz was rejected by Ana on 20"
    )
    assert run(capsys, "list").startswith("1 waiting.\n")
    run(capsys, "reject", "k7f3q9xd", "--reason", "unclear", "--by", "Ana")
    assert run(capsys, "list") == "No view waits.\n"


def test_translation_with_personal_data_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    why = refused(capsys, "approve", "k7f3q9xd", "--other", "call 613-555-0199", "--by", "Ana")
    assert why.startswith("views: The translation holds personal data (phone): take it out")


def test_held_votes_are_shown_and_released(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "holds") == (f"1 held back.\n{TWO}  2027-01-15 08:00 UTC  votes: 1  burst\n")
    assert run(capsys, "release", TWO, "--by", "Ana") == "These votes count from now on.\n"
    assert run(capsys, "holds") == "No votes are held back.\n"
    assert refused(capsys, "release", ONE, "--by", "Ana") == (
        f"views: No votes of {ONE} are held back.\n"
    )


def test_outcome_of_a_theme_or_of_a_view(capsys: pytest.CaptureFixture[str]) -> None:
    texts = ("--fr", "C'est fait.", "--en", "It is done.", "--by", "Ana")
    said = run(capsys, "outcome", "--theme", "impact", *texts, "--url", "https://example.org")
    assert said == "Outcome 1 is kept; whoever wants to hear of it is told.\n"
    assert refused(capsys, "outcome", "--view", "k7f3q9xd", *texts) == (
        "views: View k7f3q9xd is pending; only an approved view can have an outcome.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["publish"], "invalid choice: 'publish'", id="unknown verb"),
        pytest.param(["show"], "required: ID", id="no id"),
        pytest.param(["approve", "a", "--by", "Ana"], "required: --other", id="no translation"),
        pytest.param(["reject", "a", "--reason", "spam"], "required: --by", id="no name"),
        pytest.param(
            ["reject", "a", "--reason", "boring", "--by", "Ana"], "insult, hate", id="no reason"
        ),
        pytest.param(
            ["outcome", "--fr", "f", "--en", "e", "--by", "Ana"],
            "one of the arguments --theme --view is required",
            id="of nothing",
        ),
    ],
)
def test_wrong_arguments_are_explained(
    capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["views", *arguments])
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err.replace("'insult', 'hate'", "insult, hate")


def test_without_arguments_all_verbs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["views"]) == 2
    usage = capsys.readouterr().err
    for verb in ("list", "show", "approve", "reject", "holds", "release", "outcome"):
        assert f"\n    {verb} " in usage


def test_locked_record_is_told_in_a_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{data_dir / 'record.sqlite'}?timeout=0.05")
    holder = sqlite3.connect(data_dir / "record.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    why = refused(capsys, "reject", "zzzzzzzz", "--reason", "spam", "--by", "Ana")
    holder.close()
    assert why == "views: The record is busy, or gone; nothing was changed. Try again.\n"


def test_missing_key_is_told_in_a_sentence(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_dir / "key.json").unlink()
    assert refused(capsys, "list").startswith("views: BOT_KEY_FILE: there is no such file")
