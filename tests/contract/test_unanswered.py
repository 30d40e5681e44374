"""What people asked in vain, as staff see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from bot.conversation.ports import JournalEntry
from bot.processes import alerts, unanswered
from bot.processes.unanswered import Question
from bot.store.sql.record import Record, open_database
from bot.store.vault import Vault


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database("", tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def vault() -> Vault:
    return Vault(b"i" * 32, [Fernet.generate_key().decode()])


def asked(position: str, at: float, text: str | None, *answers: str) -> JournalEntry:
    event = {
        "kind": "turn",
        "conversation": "a" * 32,
        "platform": "web",
        "at": at,
        "language": "fr",
        "text": text,
        "button": None if text else "a:help",
        "campaign": None,
        "intent": "x",
        "confidence": 0.2,
        "answers": list(answers),
    }
    return JournalEntry(position, event)


def test_misses_of_the_same_words_are_counted_together(engine: Engine, vault: Vault) -> None:
    Record(engine, vault).write(
        [
            asked("1", 10.0, "y fait-tu beau?", "off_topic"),
            asked("2", 20.0, "C'est quoi un budget participatif", "fallback_nearest"),
            asked("3", 30.0, "c'est quoi un budget participatif ?!", "fallback_unclear"),
            asked("4", 40.0, "c'est quoi la transparence", "transparency"),
            asked("5", 50.0, None, "fallback_nearest"),
            asked("6", 1.0, "trop vieux", "fallback_nearest"),
        ]
    )
    assert unanswered.unanswered(engine, vault, since=5.0) == [
        Question("fr", "c'est quoi un budget participatif ?!", 2, "fallback_unclear"),
        Question("fr", "y fait-tu beau?", 1, "off_topic"),
    ]


@pytest.mark.parametrize("arguments", [["seven"], ["7", "8"], ["-1"]])
def test_other_words_get_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert unanswered.main(arguments) == 2
    assert "Usage" in capsys.readouterr().err


def test_alerts_are_listed_newest_first_without_words(engine: Engine, vault: Vault) -> None:
    about = {"kind": "alert", "platform": "web", "language": "fr", "conversation": "b" * 32}
    Record(engine, vault).write(
        [
            JournalEntry("1", about | {"at": 1_900_000_000.0, "answer": "crisis_abuse"}),
            JournalEntry("2", about | {"at": 1_900_000_060.0, "answer": "talk_to_human"}),
            JournalEntry("3", about | {"at": 1.0, "answer": "crisis_abuse"}),
        ]
    )
    newest, older = alerts.recent(engine, since=5.0)
    assert "talk_to_human" in newest
    assert "crisis_abuse" in older
    assert "b" * 32 in older
