"""What the record's tests share: an empty record over each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.store.sql.database import open_database
from bot.store.sql.record import Record
from bot.store.sql.tables import metadata
from bot.store.vault import Vault
from tests.contract.postgres_server import PostgresServer, missing, postgres_server
from tests.contract.stores import make_vault


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One for all tests, which leave it empty."""
    if reason := missing():
        pytest.skip(reason)
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'record.sqlite'}"
    return str(request.getfixturevalue("postgres").url)


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[Engine]:
    """An empty record."""
    engine = open_database(url, tmp_path)
    yield engine
    empty(engine)
    engine.dispose()


def empty(engine: Engine) -> None:
    """Leave no table behind."""
    metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")


@pytest.fixture
def vault() -> Vault:
    return make_vault()


@pytest.fixture
def record(engine: Engine, vault: Vault) -> Record:
    return Record(engine, vault)
