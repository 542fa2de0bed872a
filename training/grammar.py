"""Sentences with choices in them: `(open|start) a [new] chat`, chosen from or counted.

Alternatives stand in parentheses, what may be left out in brackets; both may hold others. Nothing else is special.
"""

import random
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[()\[\]|]|[^()\[\]|]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences, each of texts and further choices."""

    options: tuple[tuple["str | Choice", ...], ...]


def parse(pattern: str) -> Choice:
    """The pattern as a choice.

    Raises:
        ValueError: A parenthesis or bracket is not closed.
    """
    tokens = _TOKEN.findall(pattern)
    choice, rest = _parse(tokens, 0, closing=None)
    if rest != len(tokens):
        raise ValueError(f"Something is closed that was not opened: {pattern!r}")
    return choice


def choose(choice: Choice, chance: random.Random) -> str:
    """One of the sentences, with single spaces."""
    return " ".join(_written(choice, chance).split())


def _written(choice: Choice, chance: random.Random) -> str:
    option = choice.options[chance.randrange(len(choice.options))]
    return "".join(part if isinstance(part, str) else _written(part, chance) for part in option)


def _parse(tokens: list[str], at: int, *, closing: str | None) -> tuple[Choice, int]:
    options: list[tuple[str | Choice, ...]] = []
    option: list[str | Choice] = []
    while at < len(tokens) and tokens[at] != closing:
        piece = tokens[at]
        at += 1
        if piece == "|":
            options.append(tuple(option))
            option = []
        elif piece in "([":
            inner, at = _parse(tokens, at, closing=")" if piece == "(" else "]")
            if at >= len(tokens):
                raise ValueError("A parenthesis or bracket is not closed.")
            at += 1
            option.append(inner if piece == "(" else Choice((*inner.options, ())))
        elif piece in ")]":
            raise ValueError(f"{piece!r} closes nothing.")
        else:
            option.append(piece)
    return Choice((*options, tuple(option))), at
