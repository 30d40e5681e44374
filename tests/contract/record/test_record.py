"""The record in SQL: each thing once, erased for good, dropped in time, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from bot.conversation.ports import JournalEntry
from bot.errors import SettingInvalid
from bot.store.sql.database import open_database
from bot.store.sql.record import Record
from bot.store.sql.retention import DAY, Retention
from bot.store.sql.tables import alerts, erasures, turns
from bot.store.vault import Vault
from tests.contract.record.entries import ONE, TWO, crisis, erased, rows, turn
from tests.contract.stores import conversation, make_vault


def positions(record: Record, of: str = ONE) -> list[str]:
    return [row["position"] for row in record.transcript(of)]


def test_turn_is_kept_whole_and_its_text_encrypted(record: Record, engine: Engine) -> None:
    entry = turn(
        "p|1-1", 5.25, text="Ça va?", campaign="rentrée", answers=["greet", "help"], language=None
    )
    record.write([entry])
    assert record.transcript(ONE) == [
        {
            "position": "p|1-1",
            "conversation": ONE,
            "platform": "web",
            "at": 5.25,
            "language": None,
            "text": "Ça va?",
            "button": None,
            "campaign": "rentrée",
            "intent": "greet",
            "confidence": 0.9312,
            "answers": "greet help",
        }
    ]
    (row,) = rows(engine, turns)
    assert "Ça va?".encode() not in bytes(row["text"])


def test_button_is_kept_without_a_text(record: Record, engine: Engine) -> None:
    record.write([turn("1", 1.0, text=None, button="a:trust", intent=None, confidence=None)])
    (row,) = rows(engine, turns)
    assert (row["text"], row["button"], row["intent"]) == (None, "a:trust", None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("a" * 64, "a" * 64, id="as long as may be"),
        pytest.param("é" * 100, "é" * 64, id="too long"),
        pytest.param("a\x00b", "ab", id="what PostgreSQL refuses"),
        pytest.param("a\ud83db", "a?b", id="half a character"),
    ],
)
def test_no_button_or_campaign_stops_the_record(record: Record, given: str, kept: str) -> None:
    """They come from outside: one that no table takes would come again for ever."""
    record.write([turn("1", 1.0, text="\x00\ud83d", button=given, campaign=given)])
    (row,) = record.transcript(ONE)
    assert (row["button"], row["campaign"], row["text"]) == (kept, kept, "\x00\ud83d")


def test_transcript_is_in_order_and_of_one_conversation(record: Record) -> None:
    record.write([turn("b", 2.0), turn("x", 1.5, of=TWO), turn("c", 3.0), turn("a", 1.0)])
    assert positions(record) == ["a", "b", "c"]
    assert positions(record, TWO) == ["x"]
    assert record.transcript(conversation(9)) == []


def test_entries_written_again_change_nothing(record: Record, engine: Engine) -> None:
    entries = [turn("1", 1.0), crisis("2", 2.0), turn("3", 3.0)]
    record.write(entries)
    record.write(entries)
    record.write([turn("1", 9.0, text="autre chose"), turn("4", 4.0)])
    assert positions(record) == ["1", "3", "4"]
    assert record.transcript(ONE)[0]["text"] == "texte 1"
    assert len(rows(engine, alerts)) == 1


def test_batch_is_written_wholly_or_not_at_all(record: Record) -> None:
    with pytest.raises(KeyError):
        record.write([turn("1", 1.0), JournalEntry("2", {"kind": "turn"})])
    assert positions(record) == []


def test_alert_names_the_helpline_and_no_words(record: Record, engine: Engine) -> None:
    record.write([crisis("7", 4.5)])
    assert rows(engine, alerts) == [
        {
            "position": "7",
            "conversation": ONE,
            "platform": "discord",
            "at": 4.5,
            "language": "en",
            "answer": "crisis_suicide",
        }
    ]
    assert rows(engine, turns) == []


def test_unknown_kind_of_entry_is_left_out(record: Record, engine: Engine) -> None:
    record.write([JournalEntry("1", {"kind": "from a newer version"}), turn("2", 2.0)])
    assert positions(record) == ["2"]


def test_erasure_takes_all_before_it_and_nothing_else(record: Record, engine: Engine) -> None:
    record.write(
        [turn("1", 1.0), crisis("2", 2.0), turn("3", 1.0, of=TWO), crisis("4", 1.0, of=TWO)]
    )
    record.write([turn("5", 3.0), erased("6", 4.0), turn("7", 5.0), crisis("8", 6.0)])
    assert positions(record) == ["7"]
    assert positions(record, TWO) == ["3"]
    assert sorted(row["position"] for row in rows(engine, alerts)) == ["4", "8"]
    assert rows(engine, erasures) == [{"conversation": ONE, "at": 4.0}]


def test_erasure_twice_is_remembered_with_its_later_time(record: Record, engine: Engine) -> None:
    record.write([turn("1", 1.0), erased("2", 2.0)])
    record.write([turn("3", 3.0), erased("4", 4.0)])
    assert positions(record) == []
    assert rows(engine, erasures) == [{"conversation": ONE, "at": 4.0}]


def test_whole_journal_written_again_leaves_the_same(record: Record, engine: Engine) -> None:
    journal = [turn("1", 1.0), erased("2", 2.0), turn("3", 3.0), erased("4", 4.0), turn("5", 5.0)]
    for entries in (journal, journal, journal[:2]):
        record.write(entries)
    assert positions(record) == ["5"]
    assert rows(engine, erasures) == [{"conversation": ONE, "at": 4.0}]


def test_restored_backup_is_erased_again(record: Record, engine: Engine) -> None:
    record.write([turn("1", 1.0), crisis("2", 2.0), turn("3", 1.0, of=TWO)])
    backup = {table: rows(engine, table) for table in (turns, alerts)}
    record.write([erased("4", 4.0), turn("5", 5.0)])
    with engine.begin() as connection:  # the day's turns are lost, the erasures are not
        for table, lines in backup.items():
            connection.execute(table.delete())
            connection.execute(insert(table), lines)
    assert record.erase_again() == 2
    assert positions(record) == []
    assert positions(record, TWO) == ["3"]
    assert rows(engine, alerts) == []
    assert record.erase_again() == 0


def test_record_opened_again_has_what_was_written(
    record: Record, url: str, vault: Vault, tmp_path: Path
) -> None:
    record.write([turn("1", 1.0)])
    again = open_database(url, tmp_path)
    assert positions(Record(again, vault)) == ["1"]
    again.dispose()


def test_record_is_a_sqlite_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    engine = open_database("", tmp_path)
    assert engine.dialect.name == "sqlite"
    assert (tmp_path / "record.sqlite").exists()
    engine.dispose()


def test_erased_rows_are_overwritten_in_sqlites_files(tmp_path: Path) -> None:
    """What was deleted lies in the file no longer, nor in its write-ahead log."""
    engine = open_database("", tmp_path)
    record = Record(engine, make_vault())
    record.write([turn(f"{number}", 1.0, intent=f"gone{number}") for number in range(200)])
    assert b"gone123" in _files(tmp_path)
    record.write([erased("e", 2.0)])
    assert b"gone" not in _files(tmp_path)
    record.write([turn("old", 1.0, of=TWO, intent="gone_too")])
    assert record.drop_old(Retention(), 31 * DAY) == 1
    assert b"gone" not in _files(tmp_path)
    engine.dispose()


def test_backup_erased_again_is_overwritten_too(tmp_path: Path) -> None:
    engine = open_database("", tmp_path)
    record = Record(engine, make_vault())
    record.write([turn("1", 1.0, intent="gone")])
    (backup,) = rows(engine, turns)
    record.write([erased("2", 2.0)])
    with engine.begin() as connection:
        connection.execute(insert(turns), [backup])
    assert b"gone" in _files(tmp_path)
    record.erase_again()
    assert b"gone" not in _files(tmp_path)
    engine.dispose()


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("mysql://u:secret@h/d", "SQLite or PostgreSQL", id="another kind"),
        pytest.param("nonsense", "cannot be opened", id="no address"),
        pytest.param("sqlite:////nowhere/at/all.sqlite", "cannot be opened", id="no such folder"),
        pytest.param(
            "postgresql+psycopg://u:secret@127.0.0.1:1/d?connect_timeout=2",
            "cannot be opened",
            id="nobody answers",
        ),
    ],
)
def test_wrong_database_is_named_without_its_password(url: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match=f"^BOT_DATABASE_URL: .*{why}") as refused:
        open_database(url, tmp_path)
    assert "secret" not in str(refused.value)
