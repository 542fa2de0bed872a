"""Titles, taken from the first question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.chat.titles import MAX_TITLE, title_from


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is a fjord?", "What is a fjord?"),
        ("What is a fjord? And a ria?", "What is a fjord?"),
        ("Please help. It is broken.", "Please help"),
        ("e.g. this one", "e.g. this one"),
        ("# Plan\n\nWe want to …", "Plan"),
        ("\n\n  **Bold** `code` words\nmore", "Bold code words"),
        ("```python\nprint(1)\n```", "python"),
        ("日本語の質問です", "日本語の質問です"),
        ("?!…", None),
        ("word " * 40, "word word word word word word word word word word word…"),
        ("x" * 200, "x" * (MAX_TITLE - 1) + "…"),
    ],
)
def test_a_title_is_the_first_sentence_cut_between_words(question: str, title: str | None) -> None:
    assert title_from(question) == title


@given(st.text())
def test_a_title_is_one_short_line(question: str) -> None:
    title = title_from(question)

    assert title is None or (0 < len(title) <= MAX_TITLE and "\n" not in title)
