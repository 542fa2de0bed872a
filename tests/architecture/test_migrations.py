"""Migrations lead where the tables are, in one line, and the start knows which one is the newest."""

import re
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from arcano.entrypoints import migrations
from arcano.entrypoints.schema import METADATA

VERSIONS = sorted((Path(str(migrations.__file__)).parent / "versions").glob("[0-9]*.py"))


def revision_of(version: Path, name: str) -> str | None:
    found = re.search(rf'^{name} = ["\'](\d+)["\']', version.read_text(), re.MULTILINE)
    return found and found[1]


def test_the_migrations_make_exactly_the_tables_that_the_code_declares() -> None:
    with create_engine("sqlite://").begin() as connection:
        assert migrations.migrate(connection)

        differences: list[Any] = list(
            compare_metadata(MigrationContext.configure(connection), METADATA)
        )
        indexes = {
            index["name"]
            for table in METADATA.tables
            for index in inspect(connection).get_indexes(table)
        }

    assert differences == []
    declared = {index.name for table in METADATA.tables.values() for index in table.indexes}
    assert declared <= indexes


def test_a_second_start_changes_nothing() -> None:
    with create_engine("sqlite://").begin() as connection:
        migrations.migrate(connection)

        assert not migrations.migrate(connection)


def test_the_migrations_are_one_line_that_ends_at_the_newest() -> None:
    revisions = [revision_of(version, "revision") for version in VERSIONS]
    before = [revision_of(version, "down_revision") for version in VERSIONS]

    assert before == [None, *revisions[:-1]]
    assert revisions[-1] == migrations.HEAD
