"""Calls in a file for a spreadsheet: no text in it is a formula."""

import pytest

from arcano.usage.export_calls import COLUMNS
from arcano.usage.files import csv_lines


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠sum(a1)"],  # noqa: RUF001
)
def test_a_text_that_a_spreadsheet_would_reckon_with_stays_a_text(text: str) -> None:
    row = {**dict.fromkeys(COLUMNS), "model": text}

    assert f"'{text}" in csv_lines(COLUMNS, [row]).decode()


def test_numbers_are_numbers_and_the_unknown_is_empty() -> None:
    row = {**dict.fromkeys(COLUMNS), "id": "c1", "input_tokens": 0, "from_cache": True}

    cells = csv_lines(COLUMNS, [row]).decode().strip().split(",")

    assert cells[COLUMNS.index("input_tokens")] == "0"
    assert cells[COLUMNS.index("from_cache")] == "1"
    assert cells[COLUMNS.index("cost_micros")] == ""
