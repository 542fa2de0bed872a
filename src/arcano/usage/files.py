"""Rows as a file that people take away, for a spreadsheet or for a program."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from typing import Any, Literal

import orjson

Form = Literal["csv", "jsonl"]
MEDIA_TYPES: dict[Form, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
# The wide ones count too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def head_of_file(columns: Sequence[str], form: Form) -> bytes:
    """What comes before the rows, if the form has that."""
    return csv_lines(columns, [dict(zip(columns, columns, strict=True))]) if form == "csv" else b""


def lines_of_file(columns: Sequence[str], rows: Sequence[dict[str, Any]], form: Form) -> bytes:
    return csv_lines(columns, rows) if form == "csv" else json_lines(rows)


def csv_lines(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows for a spreadsheet, in which no text is a formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue().encode()


def json_lines(rows: Sequence[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _cell(value: Any) -> str | int:  # noqa: ANN401 - any column's
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        # Names of models are whatever their makers and those who ask call them.
        return f"'{value}" if value.startswith(_FORMULA) else value
    return int(value)
