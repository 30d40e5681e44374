"""The whole record gets the newest key, in batches, and again after an interruption."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, LargeBinary, event, update

from bot.errors import SettingInvalid
from bot.store.sql.record import Record
from bot.store.sql.rekeying import Progress, encrypted_columns, rekey
from bot.store.sql.tables import metadata, turns, views
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import ONE, rows, turn, view

IDENTITY = b"i" * 32
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BEFORE, AFTER, NEWEST = (Vault(IDENTITY, keys) for keys in ([OLD], [NEW, OLD], [NEW]))


@pytest.fixture(autouse=True)
def _filled(engine: Engine) -> None:
    """Five turns and two views of the old key, one turn of the new one, one without words."""
    Record(engine, BEFORE).write([turn(f"{number}", number) for number in range(1, 6)])
    Record(engine, BEFORE).write([turn("6", 6, text=None, button="a:trust"), view("a"), view("b")])
    Record(engine, AFTER).write([turn("7", 7)])


def test_encrypted_columns_are_all_that_are_no_text() -> None:
    """Nothing else may be kept as bytes, or `rekey` would stop at it."""
    names = {f"{column.table.name}.{column.name}" for column in encrypted_columns()}
    assert names == {"turns.text", "views.text_fr", "views.text_en", "views.return_address"}
    for column in encrypted_columns():
        assert isinstance(column.type, LargeBinary)


def finals(steps: Iterator[Progress]) -> dict[str, tuple[int, int, int]]:
    """The last step of each column: total, seen, renewed."""
    return {step.column: (step.total, step.seen, step.renewed) for step in steps}


def readable(engine: Engine, vault: Vault) -> list[object]:
    texts: list[object] = [row["text"] for row in Record(engine, vault).transcript(ONE)]
    return [*texts, *(waiting.texts for waiting in Views(engine, vault).queue())]


ALL = {
    "turns.text": (6, 6, 5),
    "views.return_address": (2, 2, 2),
    "views.text_en": (0, 0, 0),
    "views.text_fr": (2, 2, 2),
}


@pytest.mark.parametrize("batch", [1, 2, 3, 6, 500])
def test_everything_is_readable_with_the_newest_key_alone(engine: Engine, batch: int) -> None:
    words = readable(engine, AFTER)
    assert "texte 1" in words
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
    *_, done = islice(rekey(engine, AFTER, NEWEST, batch=2), 3)
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
