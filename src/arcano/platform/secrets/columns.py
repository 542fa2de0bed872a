"""Which columns hold sealed values. A column says so itself, and nothing can be sealed for one that does not.

So whoever changes keys (`arcano secrets rotate`) knows every place, also those of features to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Column, LargeBinary, MetaData, Table

_SEALING = "sealing"

RowId = str | int | bytes


class DeleteRow:
    """In the place of a value that is lost: its whole row goes, because it is nothing without it."""


DELETE_ROW: Final = DeleteRow()


@dataclass(frozen=True, slots=True)
class _Sealing:
    when: Literal["always", "text"]
    lost: object
    first_place: str | None


def secret_at_rest(*, lost: object = None, first_place: str | None = None) -> dict[Any, Any]:
    """`info` of a column that holds nothing but sealed values.

    `lost` takes the place of a value whose key is gone; `first_place` is what values were sealed for before
    their form told a key, `{}` standing for the id of the row.
    """
    return {_SEALING: _Sealing("always", lost, first_place)}


def text_at_rest(*, lost: object = None) -> dict[Any, Any]:
    """`info` of a column with what people or models wrote: sealed where `secrets.encrypt_text` says so."""
    return {_SEALING: _Sealing("text", lost, None)}


class SealedColumn:
    """A column that holds sealed values.

    Raises:
        TypeError: It does not say so: declare it with `secret_at_rest` or `text_at_rest`.
    """

    __slots__ = ("_prefix", "_sealing", "column", "is_binary", "keys", "table")

    def __init__(self, column: Column[Any]) -> None:
        sealing = column.info.get(_SEALING)
        if not isinstance(sealing, _Sealing):
            raise TypeError(
                f"{column} does not say that it holds sealed values (`secret_at_rest`)."
            )
        table = column.table
        assert isinstance(table, Table)  # noqa: S101 - for the type checker
        self._sealing = sealing
        self.column = column
        self.table = table
        self.keys: tuple[Column[Any], ...] = tuple(table.primary_key.columns)
        self.is_binary = isinstance(column.type, LargeBinary)
        self._prefix = f"{table.name}/{column.name}/".encode()

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def is_text(self) -> bool:
        """Whether it is sealed only where the settings say so."""
        return self._sealing.when == "text"

    @property
    def when_lost(self) -> object:
        return self._sealing.lost

    def place(self, row: Sequence[RowId]) -> bytes:
        """The row's identity: what a value is sealed for, so that it opens nowhere else."""
        return self._prefix + "/".join([_told(part) for part in row]).encode()

    def first_place(self, row: Sequence[RowId]) -> bytes:
        """The same as it was told in the first form of sealed values."""
        told = self._sealing.first_place or ""
        return told.format(*map(_told, row)).encode()


def sealed_columns(metadata: MetaData) -> list[SealedColumn]:
    """Every column that holds sealed values, of all tables that are known."""
    return [
        SealedColumn(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if _SEALING in column.info
    ]


def _told(part: RowId) -> str:
    return part.hex() if isinstance(part, bytes) else str(part)
