"""`python -m bot rekey`: after it the oldest key may go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.__main__ import main
from bot.conversation.ports import JournalEntry
from bot.store.sql.database import open_database
from bot.store.sql.record import Record
from bot.store.vault import open_vault

ONE = "1" * 32
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    for name in ("BOT_DATABASE_URL", "BOT_KEY_FILE", "BOT_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def keep_keys(data_dir: Path, *encryption: str) -> None:
    keys = {"identity": "ab" * 32, "encryption": list(encryption)}
    (data_dir / "key.json").write_text(json.dumps(keys), "utf-8")


def write(data_dir: Path, *texts: str) -> None:
    turn = {"kind": "turn", "conversation": ONE, "platform": "web", "at": 1.0, "language": "fr"}
    turn |= {"button": None, "campaign": None, "intent": None, "confidence": None, "answers": []}
    engine = open_database("", data_dir)
    Record(engine, open_vault(data_dir / "key.json")).write(
        [JournalEntry(text, turn | {"text": text}) for text in texts]
    )
    engine.dispose()


def read(data_dir: Path) -> list[str]:
    engine = open_database("", data_dir)
    try:
        turns = Record(engine, open_vault(data_dir / "key.json")).transcript(ONE)
    finally:
        engine.dispose()
    return [turn["text"] for turn in turns]


def test_old_key_may_go_afterwards(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep_keys(data_dir, OLD)
    write(data_dir, "a", "b")
    keep_keys(data_dir, NEW, OLD)
    write(data_dir, "c")
    assert main(["rekey"]) == 0
    said = capsys.readouterr().err
    assert "turns.text: 0 of 3 seen, 0 anew\nturns.text: 3 of 3 seen, 2 anew\n" in said
    assert (
        "2 of 3 texts of the record were encrypted anew; the others had the newest key already.\n"
    ) in said
    assert said.endswith("BOT_REDIS_URL is not set: what rests in Redis keeps its key.\n")
    keep_keys(data_dir, NEW)
    assert read(data_dir) == ["a", "b", "c"]
    assert main(["rekey"]) == 0
    assert "0 of 3 texts of the record were encrypted anew" in capsys.readouterr().err


def test_missing_old_key_stops_it_with_a_sentence(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_keys(data_dir, OLD)
    write(data_dir, "a")
    keep_keys(data_dir, NEW)
    assert main(["rekey"]) == 1
    assert "rekey: BOT_KEY_FILE: this is not the key" in capsys.readouterr().err
    keep_keys(data_dir, OLD)
    assert read(data_dir) == ["a"]


def test_arguments_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rekey", "now"]) == 2
    assert "Usage: python -m bot rekey" in capsys.readouterr().err
