"""How Alembic runs here: on the connection it is given, in the transaction that is already open."""

from alembic import context

from arcano.entrypoints.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    # SQLite can roll back a change of schema, if it is told when the transaction begins.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
