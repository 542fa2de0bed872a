"""Results as files: the input as it was, what came of it, and nothing that a spreadsheet would run."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.batches.domain import BatchRow, RowResult, Trouble
from arcano.batches.write_results import csv_head, csv_lines, harmless, json_lines, result_names
from arcano.providers import TokenUsage


def a_row(values: dict[str, Any], answer: str | None = "Fine.") -> BatchRow:
    usage = TokenUsage(12, 3)
    result = RowResult(1, "done", answer, model="wordy", finish_reason="stop", usage=usage)
    return BatchRow(1, values, result)


def as_table(columns: list[str], rows: list[BatchRow]) -> list[dict[str, str]]:
    text = csv_head(columns) + csv_lines(columns, rows)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_row_keeps_its_columns_and_gets_the_answer_after_them() -> None:
    (line,) = as_table(["text"], [a_row({"text": "soup"})])

    assert line == {
        "text": "soup",
        "answer": "Fine.",
        "status": "done",
        "error": "",
        "input_tokens": "12",
        "output_tokens": "3",
        "model": "wordy",
        "finish_reason": "stop",
        "tokens_estimated": "false",
    }


def test_a_row_that_waits_and_one_that_failed_are_told_apart() -> None:
    failed = RowResult(2, "failed", trouble=Trouble("context-too-long", "Too long."))

    waiting, broken = as_table(
        ["a"], [BatchRow(1, {"a": "1"}, None), BatchRow(2, {"a": "2"}, failed)]
    )

    assert (waiting["status"], waiting["answer"]) == ("waiting", "")
    assert (broken["status"], broken["error"]) == ("failed", "context-too-long: Too long.")


def test_a_file_that_has_an_answer_of_its_own_keeps_it() -> None:
    assert result_names(["answer", "answer_2"])[0] == "answer_3"
    (line,) = as_table(["answer"], [a_row({"answer": "mine"})])

    assert (line["answer"], line["answer_2"]) == ("mine", "Fine.")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"]
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "+3.14", "-1,000.50", "12%", "a=b", "", "plain - text"])
def test_a_number_and_plain_text_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_json_lines_are_left_as_they_are() -> None:
    row = a_row({"n": 1, "deep": {"x": [None]}}, answer="=1+1")

    value = json.loads(json_lines(["n", "deep"], [row]))

    assert value["deep"] == {"x": [None]}
    assert value["answer"] == "=1+1"
    assert value["input_tokens"] == 12


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1, max_size=5))
def test_no_cell_of_a_results_file_begins_like_a_formula(values: list[str]) -> None:
    columns = [f"c{number}" for number in range(len(values))]
    (line,) = as_table(columns, [a_row(dict(zip(columns, values, strict=True)), values[0])])

    for cell, value in zip(line.values(), values, strict=False):
        assert cell.removeprefix("'") == value.removeprefix("'") or cell == f"'{value}"
        if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}:
            assert cell.lstrip("+-").rstrip("%").replace(",", "").replace(".", "").isdecimal()
