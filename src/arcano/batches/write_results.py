"""Results as files: the columns of the input as they were, and after them what came of each row.

In CSV a cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV
Injection"): answers are written by models from what others wrote. JSONL is left as it is.
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from arcano.batches.domain import BatchRow
from arcano.batches.template import as_text

RESULT_COLUMNS = (
    "answer",
    "status",
    "error",
    "input_tokens",
    "output_tokens",
    "model",
    "finish_reason",
    "tokens_estimated",
)
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - the wide ones count too
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")


def result_names(columns: Sequence[str]) -> list[str]:
    """What the added columns are called: as always, with a number where the file has that name itself."""
    names: list[str] = []
    for name in RESULT_COLUMNS:
        free, number = name, 2
        while free in columns:
            free, number = f"{name}_{number}", number + 1
        names.append(free)
    return names


def csv_head(columns: Sequence[str]) -> str:
    """The first line. It begins with a mark by which spreadsheets know that the text is UTF-8."""
    return "\ufeff" + _csv_line([*columns, *result_names(columns)])


def csv_lines(columns: Sequence[str], rows: Iterable[BatchRow]) -> str:
    return "".join(
        _csv_line([*(as_text(row.values.get(column)) for column in columns), *_cells(row)])
        for row in rows
    )


def json_lines(columns: Sequence[str], rows: Iterable[BatchRow]) -> str:
    names = result_names(columns)
    return "".join(
        json.dumps(
            {**row.values, **dict(zip(names, _result(row), strict=True))}, ensure_ascii=False
        )
        + "\n"
        for row in rows
    )


def harmless(cell: str) -> str:
    """The cell as no spreadsheet takes it for a formula. A plain number is none."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _csv_line(cells: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return line.getvalue()


def _cells(row: BatchRow) -> list[str]:
    return [as_text(value) for value in _result(row)]


def _result(row: BatchRow) -> list[str | int | bool | None]:
    result = row.result
    if result is None:
        return [None, "waiting", *[None] * (len(RESULT_COLUMNS) - 2)]
    usage, trouble = result.usage, result.trouble
    return [
        result.answer,
        result.status,
        None if trouble is None else f"{trouble.code}: {trouble.message}",
        None if usage is None else usage.input_tokens,
        None if usage is None else usage.output_tokens,
        result.model,
        result.finish_reason,
        None if usage is None else usage.estimated,
    ]
