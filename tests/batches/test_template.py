"""Prompt templates: places for columns, and nothing that runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.batches.errors import BadTemplateError
from arcano.batches.template import MOST_CHARACTERS, check_template, fill_in


def test_each_place_is_filled_with_its_column() -> None:
    prompt = fill_in("Rate {{ text }} by {{name}}.", {"text": "the soup", "name": "Ada"})

    assert prompt == "Rate the soup by Ada."


def test_an_unknown_column_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(BadTemplateError, match=r"no column 'texts'. Columns: id, text."):
        check_template("Rate {{ texts }}", ["id", "text"])


def test_a_template_without_a_place_is_refused() -> None:
    with pytest.raises(BadTemplateError, match="every row would be asked the same"):
        check_template("Rate it.", ["text"])


def test_a_name_with_spaces_can_be_named() -> None:
    check_template("{{ first name }}", ["first name"])

    assert fill_in("{{ first name }}", {"first name": "Ada"}) == "Ada"


def test_what_is_no_text_is_written_as_json_and_what_is_missing_as_nothing() -> None:
    prompt = fill_in("{{a}}|{{b}}|{{c}}|{{d}}", {"a": 3, "b": ["x"], "c": None})

    assert prompt == '3|["x"]||'


@given(st.text(), st.text())
def test_a_value_is_text_even_where_it_looks_like_a_place(value: str, other: str) -> None:
    prompt = fill_in("<{{ a }}|{{ b }}>", {"a": "{{ b }}" + value, "b": other})

    assert prompt == "<{{ b }}" + value + "|" + other + ">"


def test_a_short_template_makes_no_endless_prompt_of_a_long_value() -> None:
    long = "owl" * 100_000

    with pytest.raises(BadTemplateError, match="more than 8,000,000 characters"):
        fill_in("{{a}}" * 20_000, {"a": long})
    assert len(fill_in("{{a}}" * 20, {"a": long})) < MOST_CHARACTERS
