"""How many values are sealed, with which key, and how many texts lie plain."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, inspect, select

from arcano.platform.secrets.box import FIRST_VERSION, HEAD_BYTES, VERSION
from arcano.platform.secrets.columns import SealedColumn
from arcano.platform.secrets.errors import SecretKeyError
from arcano.platform.secrets.keys import Key, KeyRing
from arcano.platform.secrets.texts import BLANK, MARK

FIRST_FORM = "first form"
"""In the place of a key's name, for values that do not tell their key."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one column holds: values by the name of the key that sealed them, and texts that lie plain."""

    column: SealedColumn
    by_key: Counter[str]
    plain: int


def survey(connection: Connection, columns: Sequence[SealedColumn]) -> list[Survey]:
    """Count all values. Reads every row of these columns."""
    return [
        Survey(column, _by_key(connection, column), _plain(connection, column))
        for column in there(connection, columns)
    ]


def in_all(surveys: Sequence[Survey]) -> Counter[str]:
    """How many values there are by the name of the key that sealed them."""
    return sum((one.by_key for one in surveys), Counter[str]())


def there(connection: Connection, columns: Sequence[SealedColumn]) -> list[SealedColumn]:
    """Those that the database has: one of an older version may not know them all."""
    inspector = inspect(connection)
    names = {
        (table, column["name"])
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }
    return [one for one in columns if (one.table.name, one.column.name) in names]


def expect_known_keys(
    connection: Connection, columns: Sequence[SealedColumn], ring: KeyRing
) -> None:
    """Refuse to begin with keys that what is stored does not open with.

    Looks at all secrets, and of texts, which may be millions, at the newest of each column.

    Raises:
        SecretKeyError: One of them names a key that is not there. Says what to do.
    """
    for column in columns:
        names = _by_key(connection, column) if not column.is_text else _newest(connection, column)
        for name in names:
            if name != FIRST_FORM and ring.get(bytes.fromhex(name)) is None:
                known = ", ".join(key.name for key in ring.keys) or "none"
                raise SecretKeyError(
                    f"The database holds values sealed with the key {name}, which is not among the keys here "
                    f"({known}). Put it back from your backup, or, if it is lost for good, drop what only it "
                    "opens: arcano secrets forget"
                )


def is_sealed(column: SealedColumn) -> ColumnElement[bool]:
    """Rows whose value is sealed."""
    if not column.is_binary:
        return _begin(column, 1) == MARK
    if column.is_text:
        return _begin(column, 1) == VERSION
    return _begin(column, 1).in_([VERSION, FIRST_VERSION])


def is_plain(column: SealedColumn) -> ColumnElement[bool]:
    """Rows whose text is neither sealed nor empty."""
    value = column.column
    plain = and_(value.is_not(None), ~is_sealed(column))
    return plain if column.is_binary else and_(plain, value.not_in(sorted(BLANK)))


def is_sealed_with(column: SealedColumn, key: Key) -> ColumnElement[bool]:
    """Rows whose value names this key."""
    if column.is_binary:
        return _begin(column, HEAD_BYTES) == VERSION + key.id
    head = MARK + key.name
    return _begin(column, len(head)) == head


def _begin(column: SealedColumn, length: int) -> ColumnElement[Any]:
    return func.substr(column.column, 1, length, type_=column.column.type)


def _by_key(connection: Connection, column: SealedColumn) -> Counter[str]:
    head = _begin(column, HEAD_BYTES if column.is_binary else len(MARK) + 2 * (HEAD_BYTES - 1))
    counted = connection.execute(select(head, func.count()).where(is_sealed(column)).group_by(head))
    found = Counter[str]()
    for begin, count in counted:
        found[_key_name(begin)] += count
    return found


def _newest(connection: Connection, column: SealedColumn) -> Counter[str]:
    """The key of the value in the row with the greatest id, if that is sealed."""
    order = [key.desc() for key in column.keys]
    value = connection.scalar(select(column.column).order_by(*order).limit(1))
    begins = VERSION if column.is_binary else MARK
    if value is None or not value.startswith(begins):
        return Counter()
    return Counter({_key_name(value[: HEAD_BYTES if column.is_binary else 1 + 2 * 4]): 1})


def _key_name(begin: str | bytes) -> str:
    if isinstance(begin, str):
        return begin[len(MARK) :]
    return FIRST_FORM if begin[:1] == FIRST_VERSION else begin[1:].hex()


def _plain(connection: Connection, column: SealedColumn) -> int:
    if not column.is_text:
        return 0
    return (
        connection.scalar(select(func.count()).select_from(column.table).where(is_plain(column)))
        or 0
    )


def any_sealed(connection: Connection, columns: Sequence[SealedColumn]) -> int:
    """How many values are sealed at all."""
    return sum(
        connection.scalar(select(func.count()).select_from(one.table).where(is_sealed(one))) or 0
        for one in there(connection, columns)
    )
