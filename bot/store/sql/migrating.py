"""Brings a database's tables up to date, in process: the scripts lie in `migrations/versions`."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from bot.store.sql.writing import writing

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x70617276
"""PostgreSQL's lock for whoever changes the tables."""


class FromTheFuture(Exception):
    """The tables were made by a newer version than this one."""


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that a database has not had; wholly or not at all.

    Raises:
        FromTheFuture: it has had one that this version does not know.
    """
    logging.getLogger("alembic").setLevel(logging.ERROR)  # it reports each look at a database
    config = alembic_config()
    if revision_of(engine) == ScriptDirectory.from_config(config).get_current_head():
        return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise FromTheFuture from error


def revision_of(engine: Engine) -> str | None:
    """The last migration that a database has had."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def alembic_config() -> Config:
    """Alembic's settings; there is no file of them."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
