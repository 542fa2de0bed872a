"""Goes through everything that is sealed, a few rows in each transaction, while a server may be serving.

A value is replaced only if it is still the one that was read: what the server writes meanwhile stands. Whoever
stops in the middle, or is killed, leaves values of both kinds, which all open; the next run does the rest.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    select,
    tuple_,
    update,
)

from arcano.platform.database import Database
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import DELETE_ROW, SealedColumn
from arcano.platform.secrets.errors import SecretUnreadableError
from arcano.platform.secrets.survey import is_plain, is_sealed, is_sealed_with, there
from arcano.platform.secrets.texts import MARK, as_bytes, as_text

ROWS_AT_ONCE = 100
LEAST_PAUSE = 0.005
"""Between two transactions, so that a server that waits for its turn to write gets it."""


@dataclass(slots=True)
class Outcome:
    """How many values were changed, and what is wrong with those that could not be."""

    changed: int = 0
    unreadable: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Change:
    """Which values of a column are to be changed, and into what: None leaves a value as it is."""

    wanted: Callable[[SealedColumn], ColumnElement[bool]]
    made_of: Callable[[Any, SealedColumn, Sequence[Any]], object]


async def seal_with_first_key(
    database: Database, columns: Sequence[SealedColumn], box: SecretBox
) -> Outcome:
    """Seal with the first key whatever is sealed with another one.

    When this returns nothing that could be opened is sealed with another key, provided that the first key was
    put in its place while nobody wrote (`change_keys.add_key`).
    """

    def made_of(stored: Any, column: SealedColumn, row: Sequence[Any]) -> object:  # noqa: ANN401 - a value
        return _sealed(_opened(stored, column, row, box), column, row, box)

    def wanted(column: SealedColumn) -> ColumnElement[bool]:
        return and_(is_sealed(column), ~is_sealed_with(column, first))

    first = box.keys.ring.first
    return await _go_through(database, columns, Change(wanted, made_of))


async def seal_texts(
    database: Database, columns: Sequence[SealedColumn], box: SecretBox
) -> Outcome:
    """Seal the texts that lie plain."""

    def made_of(stored: Any, column: SealedColumn, row: Sequence[Any]) -> object:  # noqa: ANN401 - a value
        value = stored if column.is_binary else stored.encode()
        return _sealed(value, column, row, box)

    return await _go_through(database, _texts(columns), Change(is_plain, made_of))


async def open_texts(
    database: Database, columns: Sequence[SealedColumn], box: SecretBox
) -> Outcome:
    """Open the texts that are sealed."""

    def made_of(stored: Any, column: SealedColumn, row: Sequence[Any]) -> object:  # noqa: ANN401 - a value
        value = _opened(stored, column, row, box)
        if column.is_binary:
            return value
        text = value.decode()
        # What begins like something sealed would be taken for it: it stays sealed.
        return None if text.startswith(MARK) else text

    return await _go_through(database, _texts(columns), Change(is_sealed, made_of))


async def find_unreadable(
    database: Database, columns: Sequence[SealedColumn], box: SecretBox
) -> Outcome:
    """Try to open everything, and change nothing."""

    def made_of(stored: Any, column: SealedColumn, row: Sequence[Any]) -> object:  # noqa: ANN401 - a value
        _opened(stored, column, row, box)
        return None

    return await _go_through(database, columns, Change(is_sealed, made_of))


async def forget_unreadable(
    database: Database, columns: Sequence[SealedColumn], box: SecretBox
) -> Outcome:
    """Take away what does not open. In `unreadable` stands what that was."""
    forgotten: list[str] = []

    def made_of(stored: Any, column: SealedColumn, row: Sequence[Any]) -> object:  # noqa: ANN401 - a value
        try:
            _opened(stored, column, row, box)
        except SecretUnreadableError as lost:
            forgotten.append(lost.detail)
            return _Lost(column.when_lost)
        return None

    outcome = await _go_through(database, columns, Change(is_sealed, made_of))
    return Outcome(outcome.changed, forgotten)


@dataclass(frozen=True, slots=True)
class _Lost:
    """What takes the place of a value that nobody can open."""

    value: object


async def _go_through(
    database: Database, columns: Sequence[SealedColumn], change: Change
) -> Outcome:
    outcome = Outcome()
    for column in await database.read(lambda c: there(c, columns)):
        after: Row[Any] | None = None
        while True:
            rows = await database.read(
                lambda c, column=column, after=after: _some(c, column, change.wanted(column), after)
            )
            if not rows:
                break
            after = rows[-1]
            changes = list(_changes(rows, column, change, outcome))
            if changes:
                began = time.monotonic()
                outcome.changed += await database.write(
                    lambda c, column=column, changes=changes: _replace(c, column, changes)
                )
                await asyncio.sleep(max(LEAST_PAUSE, time.monotonic() - began))
    return outcome


def _some(
    connection: Connection,
    column: SealedColumn,
    wanted: ColumnElement[bool],
    after: Row[Any] | None,
) -> Sequence[Row[Any]]:
    """The next rows: their ids, and the value last."""
    query = select(*column.keys, column.column).where(wanted)
    if after is not None:
        query = query.where(tuple_(*column.keys) > tuple_(*after[:-1]))
    return connection.execute(query.order_by(*column.keys).limit(ROWS_AT_ONCE)).all()


def _changes(
    rows: Sequence[Row[Any]], column: SealedColumn, change: Change, outcome: Outcome
) -> Iterator[tuple[Sequence[Any], Any, object]]:
    for *row, stored in rows:
        try:
            fresh = change.made_of(stored, column, row)
        except SecretUnreadableError as lost:
            outcome.unreadable.append(lost.detail)
            continue
        if fresh is not None:
            yield row, stored, fresh


def _replace(
    connection: Connection,
    column: SealedColumn,
    changes: Sequence[tuple[Sequence[Any], Any, object]],
) -> int:
    """Put new values in the place of those that are still there. Returns how many were."""
    names = [f"id_{number}" for number in range(len(column.keys))]
    same_row = [key == bindparam(name) for key, name in zip(column.keys, names, strict=True)]
    chosen = and_(*same_row, column.column == bindparam("before"))
    changing = update(column.table).where(chosen).values({column.column.name: bindparam("after")})
    replaced = 0
    for row, before, fresh in changes:
        values = dict(zip(names, row, strict=True)) | {"before": before}
        value = fresh.value if isinstance(fresh, _Lost) else fresh
        done = (
            connection.execute(delete(column.table).where(chosen), values)
            if value is DELETE_ROW
            else connection.execute(changing, values | {"after": value})
        )
        replaced += done.rowcount
    return replaced


def _opened(stored: Any, column: SealedColumn, row: Sequence[Any], box: SecretBox) -> bytes:  # noqa: ANN401
    return box.open(stored if column.is_binary else as_bytes(stored), column, *row)


def _sealed(value: bytes, column: SealedColumn, row: Sequence[Any], box: SecretBox) -> object:
    sealed = box.seal(value, column, *row)
    return sealed if column.is_binary else as_text(sealed)


def _texts(columns: Sequence[SealedColumn]) -> list[SealedColumn]:
    return [column for column in columns if column.is_text]
