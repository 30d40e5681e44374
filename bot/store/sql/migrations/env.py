"""Run by Alembic: `migrating` hands in the connection, and its transaction is the only one.

A new migration, from a database that is up to date (`python -m bot views list` makes one):
`alembic_config()` with a connection in its attributes, and `alembic.command.revision(config,
autogenerate=True, rev_id="r0003", message=...)`. A test compares tables and migrations.
"""

from alembic import context

from bot.store.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
