"""Writes the next schema migration: what the tables say now, compared with what the migrations made so far.

new_migration.py "add folders"  ->  src/arcano/entrypoints/migrations/versions/0002_add_folders.py
"""

import re
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from arcano.entrypoints import migrations

FOLDER = Path(str(migrations.__file__)).parent


def next_revision() -> str:
    """The number after the newest, with leading zeros."""
    return f"{int(migrations.HEAD) + 1:04}"


def write_migration(title: str) -> None:
    """Autogenerate against an empty database that has all migrations; then look the file over."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with create_engine("sqlite://").begin() as connection:
        migrations.migrate(connection)
        config.attributes["connection"] = connection
        command.revision(config, message=title, autogenerate=True, rev_id=next_revision())
    door = FOLDER / "__init__.py"
    door.write_text(
        re.sub(
            r'^HEAD = "\d+"',
            f'HEAD = "{next_revision()}"',
            door.read_text(),
            count=1,
            flags=re.MULTILINE,
        )
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('Say what it does: make migration NAME="add folders"')
    write_migration(sys.argv[1].strip())
