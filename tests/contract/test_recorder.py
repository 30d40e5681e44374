"""The recorder over a real SQLite file: once each, in order, dropped in time, erased for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.conversation.ports import JournalEntry
from bot.recorder.recorder import Recorder
from bot.store.memory import MemoryJournal, MemoryStore
from bot.store.sql.record import Record, open_database
from bot.store.vault import Vault, open_vault

DAY = 86_400.0
MARKER = "quartzzanzibar"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path / "key.json", create=True)


@pytest.fixture
def record(tmp_path: Path, vault: Vault) -> Record:
    return Record(open_database("", tmp_path), vault)


def turn(position: str, conversation: str, at: float) -> JournalEntry:
    happened: dict[str, Any] = {
        "kind": "turn", "conversation": conversation, "platform": "web", "at": at,
        "language": "fr", "text": f"{MARKER} {position}", "button": None, "campaign": None,
        "intent": "trust", "confidence": 0.9, "answers": ["trust"],
    }  # fmt: skip
    return JournalEntry(position, happened)


def texts(record: Record, conversation: str) -> list[str]:
    return [row["text"] for row in record.transcript(conversation)]


def test_entry_written_twice_stands_once(record: Record) -> None:
    record.write([turn("1", "a", 10), turn("2", "a", 11)])
    record.write([turn("2", "a", 11), turn("3", "a", 12)])

    assert texts(record, "a") == [f"{MARKER} 1", f"{MARKER} 2", f"{MARKER} 3"]


def test_erasure_takes_what_came_before_and_only_this_conversation(
    record: Record, tmp_path: Path
) -> None:
    erased = JournalEntry("3", {"kind": "erased", "conversation": "a", "at": 12})
    record.write([turn("1", "a", 10), turn("2", "b", 11), erased, turn("4", "a", 13)])

    assert texts(record, "a") == [f"{MARKER} 4"]
    assert texts(record, "b") == [f"{MARKER} 2"]
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("record.sqlite*"))
    assert MARKER.encode() not in everything


def test_restored_backup_erases_again(record: Record) -> None:
    record.write([JournalEntry("3", {"kind": "erased", "conversation": "a", "at": 12})])
    record.write([turn("1", "a", 10)])  # as a backup brings it back

    assert record.erase_again() == 1
    assert texts(record, "a") == []


async def test_old_turns_are_dropped_when_their_days_are_over(record: Record) -> None:
    now = 100 * DAY
    record.write([turn("1", "a", 69 * DAY), turn("2", "a", 71 * DAY)])
    recorder = Recorder(
        MemoryJournal(MemoryStore()), record, name="r", days_kept=30, now=lambda: now
    )

    assert await recorder.drop_old() == 1
    assert texts(record, "a") == [f"{MARKER} 2"]
    now += 60
    assert await recorder.drop_old() == 0
    now += 2 * DAY
    assert await recorder.drop_old() == 1
    assert texts(record, "a") == []
