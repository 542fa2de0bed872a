"""Reading a file of rows, CSV or JSONL, strictly: what is not as it should be is refused with its line.

Nothing is guessed but the delimiter of a CSV file. Rows come one by one; the file is never whole in memory.
"""

import csv
import json
import math
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from typing import IO, Any, cast

from arcano.batches.domain import InputFormat
from arcano.batches.errors import BadBatchFileError, BatchFileTooLargeError
from arcano.platform.json_route import MAX_DEPTH, is_too_deep

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 64 * 1024
MAX_COLUMNS = 200
MAX_COLUMN_NAME = 200
MAX_CELL = 1_000_000
MAX_LINE_BYTES = 8 * 1024 * 1024
"""No model reads a row as long; and one of nothing but commas or brackets takes twenty times as much memory."""
csv.field_size_limit(MAX_CELL)


class RowFile:
    """A file of rows. `columns` are whole when all rows have been read: JSONL names them as it goes."""

    def __init__(self, file: IO[bytes], kind: InputFormat, *, max_rows: int) -> None:
        self.columns: list[str] = []
        self._file = file
        self._kind = kind
        self._max_rows = max_rows
        self._text: TextIOWrapper | None = None

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row as its values by column.

        Raises:
            BadBatchFileError: It is no such file; says in which line, and why.
            BatchFileTooLargeError: It has more rows than `max_rows`.
        """
        text = self._open_text()
        rows = self._csv_rows(text) if self._kind == "csv" else self._json_rows(text)
        number = 0
        for number, row in enumerate(rows, start=1):
            if number > self._max_rows:
                raise BatchFileTooLargeError(
                    f"The file has more than {self._max_rows:,} rows. Send it in parts."
                )
            yield row
        if number == 0:
            raise BadBatchFileError("The file has no rows.")

    def _open_text(self) -> TextIOWrapper:
        """The file as text, found to be UTF-8 in every line, and no line too long."""
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            if len(line) > MAX_LINE_BYTES:
                raise BatchFileTooLargeError(
                    f"Line {number} has more than {MAX_LINE_BYTES // 2**20} MB. Is there a line for each row?"
                )
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as broken:
                raise BadBatchFileError(
                    f"Line {number} is not UTF-8 text. Save the file as UTF-8 and send it again."
                ) from broken
        self._file.seek(0)
        # Kept: once nobody knows it, it would close the file.
        self._text = TextIOWrapper(self._file, encoding="utf-8-sig", newline="")
        return self._text

    def _csv_rows(self, text: TextIOWrapper) -> Iterator[dict[str, Any]]:
        delimiter = _delimiter_of(text.read(SAMPLE_CHARACTERS))
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        line = 1
        try:
            for record in reader:
                began, line = line, reader.line_num + 1
                if not record:
                    continue  # an empty line between rows, or the one at the end
                if not self.columns:
                    self.columns = _checked_header(record)
                    continue
                if len(record) != len(self.columns):
                    raise BadBatchFileError(
                        f"Line {began} has {len(record)} values, and the header names "
                        f"{len(self.columns)} columns. (Read with {_in_words(delimiter)} between values.)"
                    )
                yield dict(zip(self.columns, record, strict=True))
        except csv.Error as wrong:
            raise BadBatchFileError(f"Line {line} cannot be read as CSV: {wrong}.") from wrong

    def _json_rows(self, text: TextIOWrapper) -> Iterator[dict[str, Any]]:
        known: dict[str, None] = {}
        # By newlines alone: a line separator of Unicode may stand inside a JSON text.
        for number, line in enumerate(text, start=1):
            if not line.strip():
                continue
            row = _json_object(line, number)
            known.update(dict.fromkeys(row))
            if len(known) > MAX_COLUMNS:
                raise BadBatchFileError(
                    f"Line {number}: more than {MAX_COLUMNS} different names in the file."
                )
            self.columns = list(known)
            yield row


def _delimiter_of(sample: str) -> str:
    """The delimiter that makes the widest table of the file's beginning in which all rows are alike.

    Where none does, the one that the header has most of: its ragged rows are reported then.
    """
    widths = {delimiter: _widths(sample, delimiter) for delimiter in DELIMITERS}
    even = [
        delimiter for delimiter, found in widths.items() if len(set(found)) == 1 and found[0] > 1
    ]
    if even:
        return max(even, key=lambda delimiter: widths[delimiter][0])
    return max(DELIMITERS, key=lambda delimiter: (widths[delimiter] or [0])[0])


def _widths(sample: str, delimiter: str) -> list[int]:
    """How many values each record of the sample has; its last one may be cut, and does not count."""
    found: list[int] = []
    reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            if record:
                found.append(len(record))  # noqa: PERF401 - what came before an error counts
    except csv.Error:
        return found
    return found[:-1] if len(sample) == SAMPLE_CHARACTERS else found


def _checked_header(record: list[str]) -> list[str]:
    names = [name.strip() for name in record]
    if len(names) > MAX_COLUMNS:
        raise BadBatchFileError(f"The header names {len(names)} columns; {MAX_COLUMNS} at most.")
    for place, name in enumerate(names, start=1):
        if not name:
            raise BadBatchFileError(f"Column {place} has no name in the header.")
        if len(name) > MAX_COLUMN_NAME:
            raise BadBatchFileError(f"The name of column {place} is too long. Is there a header?")
        if name in names[: place - 1]:
            raise BadBatchFileError(f"Two columns are called {name!r}. Give each its own name.")
    return names


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(
            line,
            object_pairs_hook=_no_name_twice,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        if "\\u" in line:
            # The line itself is UTF-8: only an escape can be half a character, which cannot be stored or sent.
            json.dumps(row, ensure_ascii=False).encode()
    except RecursionError as deep:
        raise _too_deep(number) from deep
    except UnicodeEncodeError as half:
        raise BadBatchFileError(
            f"Line {number} has half a character: an escape from \\ud800 to \\udfff that stands alone."
        ) from half
    except ValueError as wrong:
        raise BadBatchFileError(f"Line {number} is not valid JSON: {wrong}.") from wrong
    # As deep as a body may be: what is deeper could be kept, but not be shown.
    if line.count("[") + line.count("{") > MAX_DEPTH and is_too_deep(row):
        raise _too_deep(number)
    if not isinstance(row, dict):
        raise BadBatchFileError(f"Line {number} is not a JSON object, like {{'column': 'value'}}.")
    values = cast("dict[str, Any]", row)
    for name in values:
        if not name.strip() or len(name) > MAX_COLUMN_NAME:
            raise BadBatchFileError(f"Line {number} has a name that is empty or too long.")
    return values


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise ValueError(f"the name {name[:100]!r} stands there twice")
        values[name] = value
    return values


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON value")


def _finite(written: str) -> float:
    """JSON has no word for what is larger than any number of a computer: it could not be written out again."""
    value = float(written)
    if math.isinf(value):
        raise ValueError(f"{written[:50]} is too large a number")
    return value


def _too_deep(number: int) -> BadBatchFileError:
    return BadBatchFileError(f"Line {number} is nested too deeply.")


def _in_words(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
