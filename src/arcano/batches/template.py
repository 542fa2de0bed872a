"""Prompt templates: text with places for columns, `{{ column }}`, and nothing else. No code runs in them."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from arcano.batches.errors import BadTemplateError

MOST_CHARACTERS = 8_000_000
"""Of a prompt. A short template may name a long column many thousand times."""

_PLACE = re.compile(r"\{\{([^{}]*)\}\}")


def check_template(template: str, columns: Iterable[str]) -> None:
    """Refuse what could not be filled in.

    Raises:
        BadTemplateError: A place names no column of the file, or there is no place at all.
    """
    known = list(columns)
    there = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")
    named = [match.strip() for match in _PLACE.findall(template)]
    if not named:
        raise BadTemplateError(
            "The template has no place for a column, so every row would be asked the same. "
            f"Write one like {{{{ {known[0]} }}}}. Columns: {there}."
        )
    unknown = next((name for name in named if name not in known), None)
    if unknown is not None:
        raise BadTemplateError(f"The file has no column {unknown[:100]!r}. Columns: {there}.")


def fill_in(template: str, values: Mapping[str, Any]) -> str:
    """The prompt of one row. What a value holds is text, even where it looks like a place.

    Raises:
        BadTemplateError: It would be longer than any model reads.
    """
    texts: dict[str, str] = {}
    room = MOST_CHARACTERS

    def filled(match: re.Match[str]) -> str:
        nonlocal room
        name = match[1].strip()
        if name not in texts:
            texts[name] = as_text(values.get(name))
        room -= len(texts[name])
        if room < 0:
            raise BadTemplateError(
                f"Filled in with this row, the prompt has more than {MOST_CHARACTERS:,} characters."
            )
        return texts[name]

    return _PLACE.sub(filled, template)


def as_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """A value as a person would write it: text as it is, nothing for null, else JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
