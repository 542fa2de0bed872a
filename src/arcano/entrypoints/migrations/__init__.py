"""Changes of the schema, and the one who makes them: whoever holds the data folder.

Runs before the server listens. Everything happens in one transaction, so a process killed in the
middle has changed nothing, and the next one begins again.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from arcano.platform.errors import StorageError

HEAD = "0021"
"""The newest revision. Kept here so that a start that changes nothing need not load Alembic."""


def migrate(connection: Connection) -> bool:
    """Bring the schema up to `HEAD`. Returns whether anything was changed.

    Raises:
        StorageError: The database was written by a version that this one does not know.
    """
    if is_newest(connection):
        return False
    from alembic import command  # noqa: PLC0415 - a third of a second that most starts need not pay
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as unknown:
        raise StorageError(
            "The database was written by a newer version of Arcano. Start that version again, "
            "or restore a backup made before it."
        ) from unknown
    return True


def is_newest(connection: Connection) -> bool:
    """Whether the schema is that of `HEAD`."""
    return _current(connection) == HEAD


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))
