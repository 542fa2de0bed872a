"""Reading a file of rows: what was written is read, and what is wrong is said with its line."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.batches.domain import InputFormat
from arcano.batches.errors import BadBatchFileError, BatchFileTooLargeError
from arcano.batches.read_rows import DELIMITERS, MAX_LINE_BYTES, RowFile


def read(
    content: str | bytes, kind: InputFormat = "csv", max_rows: int = 1000
) -> tuple[list[str], list[dict[str, Any]]]:
    raw = content.encode() if isinstance(content, str) else content
    file = RowFile(BytesIO(raw), kind, max_rows=max_rows)
    rows = list(file.rows())
    return file.columns, rows


def refusal(content: str | bytes, kind: InputFormat = "csv", max_rows: int = 1000) -> str:
    with pytest.raises((BadBatchFileError, BatchFileTooLargeError)) as refused:
        read(content, kind, max_rows)
    return refused.value.detail


def test_a_plain_file_is_its_header_and_its_rows() -> None:
    columns, rows = read("name,text\nAda,Hello\nBo,Bye\n")

    assert columns == ["name", "text"]
    assert rows == [{"name": "Ada", "text": "Hello"}, {"name": "Bo", "text": "Bye"}]


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_delimiter_is_found_whichever_it_is(delimiter: str) -> None:
    _, rows = read(delimiter.join(["a", "b"]) + "\n" + delimiter.join(['"1,5"', '"2;5|x\t"']))

    assert rows == [{"a": "1,5", "b": "2;5|x\t"}]


def test_commas_in_the_texts_of_a_file_with_semicolons_are_text() -> None:
    _, rows = read("id;text\n1;Yes, of course, I think\n2;No\n")

    assert rows[0] == {"id": "1", "text": "Yes, of course, I think"}


def test_a_line_separator_of_unicode_ends_no_row() -> None:
    assert read("id;text\n1;one\u2028two\n2;three\n")[1][0] == {"id": "1", "text": "one\u2028two"}


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert read("\ufeffname\nAda\n")[0] == ["name"]


def test_a_quoted_value_may_have_newlines_and_quotes() -> None:
    _, rows = read('text\n"first\nsecond ""quoted"""\n')

    assert rows == [{"text": 'first\nsecond "quoted"'}]


def test_empty_lines_are_no_rows() -> None:
    assert len(read("name\n\nAda\n\n\n")[1]) == 1


def test_a_row_with_too_many_values_is_named_by_the_line_where_it_begins() -> None:
    said = refusal('a,b\n"one\ntwo",2\n1,2,3\n')

    assert "Line 4 has 3 values, and the header names 2 columns" in said
    assert "commas" in said


def test_bytes_that_are_no_text_are_named_by_their_line() -> None:
    assert refusal(b"name\nAda\nJos\xe9\n").startswith("Line 3 is not UTF-8")


def test_two_columns_of_one_name_are_refused() -> None:
    assert refusal("text,id, text\n") == "Two columns are called 'text'. Give each its own name."


def test_a_column_without_a_name_is_refused() -> None:
    assert "Column 2 has no name" in refusal("a,,c\n1,2,3\n")


def test_a_quote_that_never_ends_is_refused_with_its_line() -> None:
    assert refusal('a,b\n1,2\n3,"open\n').startswith("Line 3 cannot be read as CSV")


@pytest.mark.parametrize("content", ["", "\n\n", "name,text\n", "\ufeff"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_file_without_rows_is_refused(content: str, kind: InputFormat) -> None:
    if kind == "jsonl":
        content = content.replace("name,text\n", "")

    assert refusal(content, kind) == "The file has no rows."


def test_more_rows_than_the_settings_allow_are_refused() -> None:
    assert "more than 2 rows" in refusal("a\n1\n2\n3\n", max_rows=2)


@pytest.mark.parametrize(("letter", "kind"), [(",", "csv"), ("[", "jsonl")])
def test_a_line_longer_than_any_row_is_refused(letter: str, kind: InputFormat) -> None:
    assert "Line 1 has more than 8 MB" in refusal(f"{letter * MAX_LINE_BYTES}\n", kind)


def test_json_lines_keep_their_values_as_they_are() -> None:
    columns, rows = read('{"a": 1, "b": [true, null]}\n\n{"a": 12345678901234567890123}\n', "jsonl")

    assert columns == ["a", "b"]
    assert rows == [{"a": 1, "b": [True, None]}, {"a": 12345678901234567890123}]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1, 2]", "is not a JSON object"),
        ('{"a": 1, "a": 2}', "the name 'a' stands there twice"),
        ('{"a": NaN}', "NaN is no JSON value"),
        ('{"a": }', "is not valid JSON"),
        ('{"": 1}', "a name that is empty"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "[" * 300 + "]" * 300 + "}", "nested too deeply"),
        ('{"a": 1e999}', "too large a number"),
        ('{"a": [{"b": -1e400}]}', "too large a number"),
    ],
)
def test_a_line_that_is_no_json_object_is_named(line: str, said: str) -> None:
    detail = refusal(f'{{"a": 0}}\n{line}\n', "jsonl")

    assert detail.startswith("Line 2")
    assert said in detail


@pytest.mark.parametrize(
    "line", [r'{"a": "\ud83d"}', r'{"a": [{"b": "\uDE00 x"}]}', r'{"\ud83d": 1}']
)
def test_a_line_with_half_a_character_is_named(line: str) -> None:
    assert refusal(f'{{"a": 0}}\n{line}\n', "jsonl").startswith("Line 2 has half a character")


def test_two_halves_that_make_a_character_are_read_as_it() -> None:
    assert read(r'{"a": "\ud83d\ude00 \\ud83d"}', "jsonl")[1] == [{"a": r"😀 \ud83d"}]


def test_half_a_character_in_a_csv_file_is_no_text() -> None:
    assert refusal(b"name\n\xed\xa0\xbd\n").startswith("Line 2 is not UTF-8")


CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NAMES = st.lists(
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8),
    min_size=1,
    max_size=6,
    unique=True,
)


@given(
    st.data(),
    NAMES,
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.booleans(),
)
def test_what_is_written_as_csv_is_read_as_it_was(
    data: st.DataObject,
    names: list[str],
    delimiter: str,
    newline: str,
    quoting: Any,
    marked: bool,
) -> None:
    if len(names) == 1:
        delimiter = ","  # a single column has no delimiter to be found by
    rows = data.draw(
        st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), min_size=1, max_size=8)
    )
    if quoting == csv.QUOTE_MINIMAL:
        # The writer leaves a newline bare that is not its own; a reader could not tell it from one.
        rows = [[cell.translate({10: " ", 13: " "}) for cell in row] for row in rows]
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([names, *rows])

    columns, found = read(("\ufeff" if marked else "") + text.getvalue())

    assert columns == names
    assert [list(row.values()) for row in found] == rows


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELLS, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.lists(
        st.dictionaries(CELLS.filter(str.strip), JSON, min_size=1, max_size=4),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_what_is_written_as_json_lines_is_read_as_it_was(
    rows: list[dict[str, Any]], newline: str, ascii_only: bool
) -> None:
    text = newline.join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)

    assert read(text, "jsonl")[1] == rows


@given(st.binary(max_size=200), st.sampled_from(["csv", "jsonl"]))
def test_whatever_bytes_come_they_are_read_or_refused_in_words(
    content: bytes, kind: InputFormat
) -> None:
    try:
        columns, rows = read(content, kind)
    except BadBatchFileError as refused:
        assert refused.detail  # noqa: PT017 - either way is right, but not a third
    else:
        assert rows
        assert all(set(row) <= set(columns) for row in rows)
