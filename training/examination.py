"""The questions of the examination, written apart from the text to learn from, and never learned."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from training.conversations import plain

FOLDER = Path(__file__).parent / "examination"
Kind = Literal["reworded", "unlike", "foreign"]


@dataclass(frozen=True, slots=True)
class Question:
    """`fact` is what a right answer tells; None where the right answer is that it does not know."""

    kind: Kind
    text: str
    fact: str | None


def read_questions(folder: Path = FOLDER) -> list[Question]:
    """All questions."""
    questions: list[Question] = []
    for kind in ("reworded", "unlike"):
        for line in _lines(folder / f"{kind}.txt"):
            fact, _, text = line.partition(": ")
            questions.append(Question(kind, text, fact))
    questions += [Question("foreign", line, None) for line in _lines(folder / "foreign.txt")]
    return questions


def all_questions() -> frozenset[str]:
    """All of them, without capitals and marks: what must not be learned from."""
    return frozenset(plain(question.text) for question in read_questions())


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
