"""The audit on record: a chain without a gap, whoever writes to it at once, that shows a change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from bot.store.sql.audit import FIRST, Audit
from bot.store.sql.tables import audit as table
from bot.store.sql.tables import labels
from bot.store.sql.writing import writing
from bot.store.vault import Vault
from tests.contract.record.entries import ONE, TWO, rows

NOON = 1_800_000_000.25


@pytest.fixture
def audit(engine: Engine, vault: Vault) -> Audit:
    return Audit(engine, vault, lambda: NOON)


def note(audit: Audit, subject: str = "", **details: object) -> int:
    return audit.note(
        by="ana@example.org", role="moderator", action="labelled", subject=subject, **details
    )


def tamper(engine: Engine, statement: str) -> None:
    """Somebody who may do anything to the database, and has not the key."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        else:
            for change in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_is_kept_from_{change}")
        connection.exec_driver_sql(statement)


def test_row_is_kept_as_it_was_noted(audit: Audit) -> None:
    assert note(audit, "é 👋", reason="menace", count=2) == 1
    (noted,) = audit.read()
    assert (noted.number, noted.at, noted.by, noted.role) == (
        1, NOON, "ana@example.org", "moderator",
    )  # fmt: skip
    assert (noted.action, noted.subject) == ("labelled", "é 👋")
    assert noted.details == {"reason": "menace", "count": 2}


def test_empty_audit_is_whole(audit: Audit) -> None:
    seal = audit.verify()
    assert (seal.rows, seal.hash, seal.broken_at) == (0, FIRST, None)


def test_many_who_write_at_once_make_one_chain(engine: Engine, audit: Audit) -> None:
    start = Barrier(6)

    def write(of: int) -> list[int]:
        start.wait(20)
        return [note(audit, f"{of}") for _ in range(10)]

    with ThreadPoolExecutor(6) as pool:
        numbers = [number for some in pool.map(write, range(6)) for number in some]
    assert sorted(numbers) == list(range(1, 61))
    seal = audit.verify()
    assert (seal.rows, seal.broken_at) == (60, None)
    assert seal.hash == rows(engine, table)[-1]["hash"]


def test_note_and_deed_are_kept_or_dropped_together(engine: Engine, audit: Audit) -> None:
    class Stopped(Exception):
        """In the middle of the deed."""

    def label(*, is_stopped: bool) -> None:
        with writing(engine) as connection:
            row = {"conversation": ONE, "label": "school", "by": "Ana", "at": NOON}
            connection.execute(labels.insert().values(**row))
            audit.note_within(connection, by="ana@example.org", role="moderator", action="labelled")
            if is_stopped:
                raise Stopped

    with pytest.raises(Stopped):
        label(is_stopped=True)
    assert (rows(engine, labels), audit.verify().rows) == ([], 0)
    label(is_stopped=False)
    assert (len(rows(engine, labels)), audit.verify().rows) == (1, 1)


CHANGES = {
    "who": "UPDATE audit SET by = 'bea@example.org' WHERE number = 3",
    "when": "UPDATE audit SET at = at + 1 WHERE number = 3",
    "what": "UPDATE audit SET action = 'read' WHERE number = 3",
    "details": """UPDATE audit SET details = '{"count": 4}' WHERE number = 3""",
    "role": "UPDATE audit SET role = 'admin' WHERE number = 3",
    "hash": "UPDATE audit SET hash = '" + "0" * 64 + "' WHERE number = 3",
    "gone from the middle": "DELETE FROM audit WHERE number = 3",
    "gone, and the others moved up": "DELETE FROM audit WHERE number = 3;"
    "UPDATE audit SET number = 3 WHERE number = 4;UPDATE audit SET number = 4 WHERE number = 5",
    "copied from another": "UPDATE audit SET subject = '2', hash = "
    "(SELECT hash FROM audit WHERE number = 2) WHERE number = 3",
}


@pytest.mark.parametrize("statements", CHANGES.values(), ids=CHANGES)
def test_change_breaks_the_chain_at_its_row(engine: Engine, audit: Audit, statements: str) -> None:
    for number in range(1, 6):
        note(audit, f"{number}", count=number)
    for statement in statements.split(";"):
        tamper(engine, statement)
    assert audit.verify().broken_at == 3
    note(audit)
    assert audit.verify().broken_at == 3, "later notes do not mend it"


def test_end_that_is_cut_off_shows_by_the_seal(engine: Engine, audit: Audit) -> None:
    for number in range(1, 4):
        note(audit, f"{number}")
    before = audit.verify()
    tamper(engine, "DELETE FROM audit WHERE number = 3")
    after = audit.verify()
    assert after.broken_at is None, "what is left is whole"
    assert (after.rows, after.hash) != (before.rows, before.hash)
    note(audit, "another third")
    again = audit.verify()
    assert again.rows == before.rows
    assert again.hash != before.hash


def test_chain_of_another_key_is_broken_from_the_start(engine: Engine, audit: Audit) -> None:
    note(audit)
    other = Audit(engine, Vault(b"o" * 32, ["A" * 43 + "="]))
    assert other.verify().broken_at == 1


def test_conversation_stands_there_without_a_trace_to_it(audit: Audit) -> None:
    about = audit.about(ONE)
    assert about == audit.about(ONE)
    assert about != audit.about(TWO)
    assert ONE[:8] not in about


def test_rows_are_read_by_who_what_and_where_from(audit: Audit) -> None:
    for number in range(1, 8):
        audit.note(
            by="ana@example.org" if number % 2 else "bea@example.org",
            role="moderator",
            action="read" if number < 5 else "labelled",
            subject=f"{number % 3}",
        )

    def numbers(**wanted: object) -> list[int]:
        return [noted.number for noted in audit.read(**wanted)]  # type: ignore[arg-type]

    assert numbers() == [7, 6, 5, 4, 3, 2, 1]
    assert numbers(by="bea@example.org") == [6, 4, 2]
    assert numbers(by="ana@example.org", action="read") == [3, 1]
    assert numbers(subject="1") == [7, 4, 1]
    assert numbers(before=5, most=2) == [4, 3]


def test_too_long_a_name_is_cut_and_the_chain_stays_whole(engine: Engine, audit: Audit) -> None:
    audit.note(by="a" * 300, role="admin", action="read", subject="s" * 300)
    with engine.connect() as connection:
        lengths = connection.execute(
            select(func.length(table.c.by), func.length(table.c.subject))
        ).one()
    assert tuple(lengths) == (80, 80)
    assert audit.verify().broken_at is None
