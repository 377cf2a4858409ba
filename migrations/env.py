"""Alembic's entry: runs revisions over the connection that ``plugin.db.migrate`` hands in."""

from alembic import context

from plugin.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
