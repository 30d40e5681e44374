"""The whole record gets the newest key, in batches, and again after an interruption."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, LargeBinary, event, insert, update

from bot.errors import SettingInvalid
from bot.store.sql.accounts import Accounts
from bot.store.sql.record import Record
from bot.store.sql.rekeying import Progress, encrypted_columns, rekey
from bot.store.sql.tables import accounts, metadata, notes, staff_messages, turns, views
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import ONE, rows, turn, view

IDENTITY = b"i" * 32
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BEFORE, AFTER, NEWEST = (Vault(IDENTITY, keys) for keys in ([OLD], [NEW, OLD], [NEW]))


@pytest.fixture(autouse=True)
def _filled(engine: Engine) -> None:
    """Five turns and two views of the old key, one turn of the new one, one without words.

    Of staff a second factor, twelve messages and three notes of the old key, one of the new one.
    """
    Record(engine, BEFORE).write([turn(f"{number}", number) for number in range(1, 6)])
    Record(engine, BEFORE).write([turn("6", 6, text=None, button="a:trust"), view("a"), view("b")])
    Record(engine, AFTER).write([turn("7", 7)])
    by = {"conversation": ONE, "by": "Ana", "at": 1.0}
    texts = [BEFORE.lock(f"message {number}") for number in range(1, 13)]
    with engine.begin() as connection:
        for text in texts:
            row = {**by, "handover": 1, "text": text, "told": True}
            connection.execute(insert(staff_messages).values(**row))
        for text in (*(BEFORE.lock(f"note {n}") for n in (1, 2, 3)), AFTER.lock("note 4")):
            connection.execute(insert(notes).values(**by, text=text))
    for name, secret in (("one", "JBSWY3DP"), ("two", None)):
        account = Accounts(engine, BEFORE).add(email=f"{name}@example.org", role="editor")
        Accounts(engine, BEFORE).set_secret(account.id, secret)


def test_encrypted_columns_are_all_that_are_no_text() -> None:
    """Nothing else may be kept as bytes, or `rekey` would stop at it."""
    names = {f"{column.table.name}.{column.name}" for column in encrypted_columns()}
    assert names == {
        "turns.text",
        "views.text_fr",
        "views.text_en",
        "views.return_address",
        "staff_messages.text",
        "notes.text",
        "accounts.totp",
    }
    for column in encrypted_columns():
        assert isinstance(column.type, LargeBinary)


def finals(steps: Iterator[Progress]) -> dict[str, tuple[int, int, int]]:
    """The last step of each column: total, seen, renewed."""
    return {step.column: (step.total, step.seen, step.renewed) for step in steps}


def readable(engine: Engine, vault: Vault) -> list[object]:
    texts: list[object] = [row["text"] for row in Record(engine, vault).transcript(ONE)]
    texts += [vault.unlock(row["text"]) for row in rows(engine, staff_messages)]
    texts += [vault.unlock(row["text"]) for row in rows(engine, notes)]
    factors = [row["totp"] for row in sorted(rows(engine, accounts), key=lambda row: row["email"])]
    texts += [vault.unlock(locked) for locked in factors if locked is not None]
    return [*texts, *(waiting.texts for waiting in Views(engine, vault).queue())]


ALL = {
    "turns.text": (6, 6, 5),
    "views.return_address": (2, 2, 2),
    "views.text_en": (0, 0, 0),
    "views.text_fr": (2, 2, 2),
    "staff_messages.text": (12, 12, 12),
    "notes.text": (4, 4, 3),
    "accounts.totp": (1, 1, 1),
}


@pytest.mark.parametrize("batch", [1, 2, 3, 6, 500])
def test_everything_is_readable_with_the_newest_key_alone(engine: Engine, batch: int) -> None:
    words = readable(engine, AFTER)
    assert {"texte 1", "message 12", "note 4", "JBSWY3DP"} <= {
        word for word in words if isinstance(word, str)
    }
    with pytest.raises(SettingInvalid):
        readable(engine, NEWEST)
    assert finals(rekey(engine, AFTER, NEWEST, batch=batch)) == ALL
    assert readable(engine, NEWEST) == words
    addresses = [NEWEST.unlock(row["return_address"]) for row in rows(engine, views)]
    assert addresses == [{"chat": 7}, {"chat": 7}]


def test_second_time_changes_nothing(engine: Engine) -> None:
    list(rekey(engine, AFTER, NEWEST))
    before = {table.name: rows(engine, table) for table in metadata.sorted_tables}
    again = finals(rekey(engine, AFTER, NEWEST))
    assert {renewed for _, _, renewed in again.values()} == {0}
    assert {table.name: rows(engine, table) for table in metadata.sorted_tables} == before


def test_interrupted_it_goes_on_where_it_was(engine: Engine) -> None:
    steps = rekey(engine, AFTER, NEWEST, batch=2)
    *_, done = islice((step for step in steps if step.column == "turns.text"), 3)
    steps.close()  # type: ignore[attr-defined]
    assert (done.column, done.seen, done.renewed) == ("turns.text", 4, 4)
    assert finals(rekey(engine, AFTER, NEWEST, batch=2))["turns.text"] == (6, 6, 1)
    assert readable(engine, NEWEST)[0] == "texte 1"


def test_words_that_no_key_opens_stop_it_with_a_sentence(engine: Engine) -> None:
    with pytest.raises(SettingInvalid, match="BOT_KEY_FILE: this is not the key"):
        list(rekey(engine, NEWEST, NEWEST))


def test_words_erased_meanwhile_are_not_written_back(engine: Engine) -> None:
    """On PostgreSQL somebody may erase between the look at a row and its update."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite lets nobody write meanwhile")
    is_erased = False

    @event.listens_for(engine, "before_cursor_execute")
    def erase(connection: object, cursor: object, statement: str, *_: object) -> None:
        nonlocal is_erased
        if statement.startswith("UPDATE turns") and not is_erased:
            is_erased = True
            with engine.begin() as other:
                other.execute(update(turns).where(turns.c.position == "1").values(text=None))

    assert finals(rekey(engine, AFTER, NEWEST))["turns.text"] == (6, 6, 4)
    assert is_erased
    assert rows(engine, turns)[0]["text"] is None
