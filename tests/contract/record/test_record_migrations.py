"""Tables come from migrations alone: in a new database, and in one from before there were any."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Engine,
    Float,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    inspect,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SettingInvalid
from bot.store.sql.accounts import Accounts
from bot.store.sql.audit import Audit
from bot.store.sql.database import open_database
from bot.store.sql.migrating import alembic_config, bring_up_to_date, revision_of
from bot.store.sql.record import Record
from bot.store.sql.tables import (
    audit,
    decisions,
    handovers,
    metadata,
    notes,
    outcomes,
    results,
    staff_messages,
)
from bot.store.sql.views import Views
from bot.store.sql.writing import writing
from bot.store.vault import Vault
from tests.contract.record.conftest import empty
from tests.contract.record.entries import ONE, TWO, erased, turn, values, view

HEAD = ScriptDirectory.from_config(alembic_config()).get_current_head()


@pytest.fixture
def bare(url: str) -> Iterator[Engine]:
    """A database without tables."""
    engine = create_engine(url)
    yield engine
    empty(engine)
    engine.dispose()


def before_migrations() -> MetaData:
    """The tables as they were when nothing but `create_all` made them."""
    old = MetaData()
    Table(
        "turns",
        old,
        Column("position", String(80), primary_key=True),
        Column("conversation", String(32), nullable=False),
        Column("platform", String(16), nullable=False),
        Column("at", Float, nullable=False),
        Column("language", String(2)),
        Column("text", LargeBinary),
        Column("button", String(64)),
        Column("campaign", String(64)),
        Column("intent", String(80)),
        Column("confidence", Float),
        Column("answers", String(400), nullable=False),
        Index("turns_by_conversation", "conversation", "at"),
        Index("turns_by_time", "at"),
    )
    Table(
        "alerts",
        old,
        Column("position", String(80), primary_key=True),
        Column("conversation", String(32), nullable=False),
        Column("platform", String(16), nullable=False),
        Column("at", Float, nullable=False),
        Column("language", String(2)),
        Column("answer", String(80), nullable=False),
        Index("alerts_by_conversation", "conversation"),
        Index("alerts_by_time", "at"),
    )
    Table(
        "erasures",
        old,
        Column("conversation", String(32), primary_key=True),
        Column("at", Float, nullable=False),
    )
    return old


def differences(engine: Engine) -> list[object]:
    """Where a database's tables are not those of `tables.py`."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))


def test_migrations_make_what_the_code_expects(engine: Engine) -> None:
    assert differences(engine) == []
    assert revision_of(engine) == HEAD
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        key = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key], table.name


def test_difference_would_be_seen(bare: Engine) -> None:
    before_migrations().create_all(bare)
    missing = {difference[1].name for difference in differences(bare)}  # type: ignore[index]
    assert {"views", "votes", "views_by_status"} <= missing


@pytest.mark.parametrize(
    "table",
    [decisions, outcomes, results, handovers, staff_messages, notes],
    ids=lambda table: table.name,
)
def test_number_of_a_deleted_row_never_comes_again(engine: Engine, table: Table) -> None:
    row = {
        "decisions": {"view": "v", "status": "s", "decided_by": "b", "at": 1.0, "told": False},
        "outcomes": {"text_fr": "f", "text_en": "e", "by": "b", "at": 1.0},
        "results": {"at": 1.0, "input_hash": "h", "seed": 1, "people": 50, "body": "{}"},
        "handovers": {"conversation": ONE, "platform": "web", "taken_by": "a", "at": 1.0}
        | {"seen_at": 1.0, "told": "nothing"},
        "staff_messages": {"handover": 1, "conversation": ONE, "by": "a", "at": 1.0}
        | {"text": b"t", "told": False},
        "notes": {"conversation": ONE, "by": "a", "at": 1.0, "text": b"t"},
    }[table.name]
    with engine.begin() as connection:
        numbers = []
        for _ in range(2):
            added = connection.execute(table.insert().values(**row).returning(table.c.number))
            numbers.append(added.scalar_one())
            connection.execute(table.delete())
    assert numbers == [1, 2]


def test_old_database_keeps_its_rows_and_gets_the_new_tables(
    bare: Engine, url: str, vault: Vault, tmp_path: Path
) -> None:
    before_migrations().create_all(bare)
    locked = vault.lock("ça date")
    with bare.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO turns (position, conversation, platform, at, text, answers)"
                " VALUES ('1', :one, 'web', 1.5, :locked, 'greet')"
            ),
            {"one": ONE, "locked": locked},
        )
        connection.execute(
            text(
                "INSERT INTO alerts (position, conversation, platform, at, answer)"
                " VALUES ('2', :one, 'web', 2.5, 'crisis_suicide')"
            ),
            {"one": ONE},
        )
        connection.execute(
            text("INSERT INTO erasures (conversation, at) VALUES (:two, 3.5)"), {"two": TWO}
        )
    engine = open_database(url, tmp_path)
    record, held = Record(engine, vault), Views(engine, vault)
    record.write([turn("3", 4.0, text="c'est neuf"), view(at=5.0), view("late", 3.5, of=TWO)])
    assert [row["text"] for row in record.transcript(ONE)] == ["ça date", "c'est neuf"]
    assert [alert["answer"] for alert in held.person(ONE)["alerts"]] == ["crisis_suicide"]
    assert [waiting.id for waiting in held.queue()] == ["view0001"]
    assert differences(engine) == []
    record.write([erased("4", 9.0)])
    assert record.transcript(ONE) == []
    engine.dispose()


def test_database_from_before_the_console_keeps_its_rows(
    bare: Engine, url: str, vault: Vault, tmp_path: Path
) -> None:
    with writing(bare) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "r0002")
    assert revision_of(bare) == "r0002"
    assert "accounts" not in inspect(bare).get_table_names()
    before = {
        "id": "view0001", "receipt": "7KQ2-M9XD", "conversation": ONE, "platform": "web",
        "at": 1.5, "language": "fr", "theme": "impact", "text_fr": vault.lock("ça date"),
        "status": "pending",
    }  # fmt: skip
    names, places = ", ".join(before), ", ".join(f":{name}" for name in before)
    with bare.begin() as connection:
        connection.execute(text(f"INSERT INTO views ({names}) VALUES ({places})"), before)
        connection.execute(
            text("INSERT INTO erasures (conversation, at) VALUES (:two, 3.5)"), {"two": TWO}
        )
    engine = open_database(url, tmp_path)
    assert revision_of(engine) == HEAD
    assert differences(engine) == []
    (waiting,) = Views(engine, vault).queue()
    assert (waiting.id, waiting.texts) == ("view0001", {"fr": "ça date"})
    assert (waiting.translated_by, waiting.reviewed_by) == (None, None)
    assert Accounts(engine, vault).add(email="sam@example.org", role="admin").is_active
    engine.dispose()


CHANGES = {
    "update": "UPDATE audit SET role = 'admin'",
    "update of nothing": "UPDATE audit SET role = role",
    "delete": "DELETE FROM audit",
    "truncate": "TRUNCATE audit",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_database_itself_refuses_to_change_the_audit(
    engine: Engine, vault: Vault, change: str
) -> None:
    if change.startswith("TRUNCATE") and engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such statement")
    Audit(engine, vault).note(by="ana@example.org", role="moderator", action="sign_in")
    with pytest.raises(SQLAlchemyError, match="the audit is never changed"), engine.begin() as one:
        one.execute(text(change))
    ((by, role),) = values(engine, audit, "by", "role")
    assert (by, role) == ("ana@example.org", "moderator")


def test_database_up_to_date_is_left_alone(engine: Engine, url: str, tmp_path: Path) -> None:
    """It may be locked by whoever writes; to look into it needs no lock."""
    if engine.dialect.name == "postgresql":
        hold = "LOCK TABLE turns IN EXCLUSIVE MODE"
    else:
        hold = "BEGIN IMMEDIATE"
    with engine.connect() as holder:
        holder.exec_driver_sql(hold)
        again = open_database(url, tmp_path)
        assert revision_of(again) == HEAD
        again.dispose()


def test_processes_that_open_a_new_database_at_once_all_get_it(
    bare: Engine, url: str, tmp_path: Path
) -> None:
    before_migrations().create_all(bare)
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: open_database(url, tmp_path), range(6)))
    assert {revision_of(engine) for engine in opened} == {HEAD}
    assert differences(bare) == []
    for engine in opened:
        engine.dispose()


def test_migration_that_fails_changes_nothing(bare: Engine) -> None:
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE notices (something INTEGER)"))  # nothing to index
    with pytest.raises(SQLAlchemyError):
        bring_up_to_date(bare)
    assert inspect(bare).get_table_names() == ["notices"]


def test_database_of_a_newer_version_is_refused_in_a_sentence(
    engine: Engine, url: str, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    with pytest.raises(SettingInvalid, match="BOT_DATABASE_URL: a newer version has changed"):
        open_database(url, tmp_path)


def test_new_sqlite_that_another_process_prepares_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself does not always wait when two turn its write-ahead log on at once."""
    holder = sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(1) as pool:
        url = f"sqlite:///{tmp_path / 'record.sqlite'}?timeout=0.01"
        opening = pool.submit(open_database, url, tmp_path)
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.2)
        holder.rollback()
        engine = opening.result(timeout=20)
    holder.close()
    assert revision_of(engine) == HEAD
    engine.dispose()
