"""Questions that mean nearly the same: which ones were asked, as vectors, and which of them is nearest."""

import re
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from operator import mul

from arcano.providers import ModelRequest, RequestMessage, TextPart

MAX_CHARACTERS = 1000
"""Embedding models read so much at least; two longer questions may differ where they do not look."""
MAX_QUESTIONS = 2000
"""Of all kinds together."""

_NUMBER = re.compile(r"\d+")

Kind = tuple[bytes, str]
"""What must be the same: the digest of everything but the question's words, and who made the vectors."""


@dataclass(frozen=True, slots=True)
class SingleQuestion:
    """A question that nothing was said before. `around` is all of the request but its `text`."""

    text: str
    around: ModelRequest

    @classmethod
    def of(cls, request: ModelRequest) -> "SingleQuestion | None":
        """None where the request is something else, or longer than vectors can tell apart."""
        *system, question = request.messages or (RequestMessage("user", ()),)
        parts = [part for part in question.parts if isinstance(part, TextPart)]
        text = "\n\n".join(part.text for part in parts)
        if (
            question.role != "user"
            or any(message.role != "system" for message in system)
            or len(parts) != len(question.parts)
            or not 0 < len(text) <= MAX_CHARACTERS
        ):
            return None
        blank = RequestMessage("user", ())
        return cls(text, replace(request, messages=(*system, blank)))


@dataclass(frozen=True, slots=True)
class _Asked:
    direction: "array[float]"
    numbers: list[str]


class SimilarQuestions:
    """Kept in this process. Each kind has its newest `most`, and all kinds together `MAX_QUESTIONS`.

    The search is linear: 200 vectors of 384 numbers take 4 to 8 ms, of 1,536 numbers 18 to 36 ms.
    """

    def __init__(self, *, threshold: float, most: int) -> None:
        self._threshold = threshold
        self._most = most
        self._kinds: OrderedDict[Kind, OrderedDict[bytes, _Asked]] = OrderedDict()

    def nearest(self, kind: Kind, text: str, vector: Sequence[float]) -> bytes | None:
        """The digest of the nearest question that is near enough. One with other numbers in it is not."""
        direction, numbers = _direction(vector), _NUMBER.findall(text)
        near = [
            (sum(map(mul, direction, asked.direction)), digest)
            # A copy, so that others may be added meanwhile: the search may run in a thread.
            for digest, asked in list(self._of(kind).items())
            if asked.numbers == numbers and len(asked.direction) == len(direction)
        ]
        likeness, digest = max(near, default=(0.0, b""))
        return digest if likeness >= self._threshold else None

    def add(self, kind: Kind, digest: bytes, *, text: str, vector: Sequence[float]) -> None:
        questions = self._kinds.setdefault(kind, OrderedDict())
        self._kinds.move_to_end(kind)
        questions[digest] = _Asked(_direction(vector), _NUMBER.findall(text))
        questions.move_to_end(digest)
        if len(questions) > self._most:
            questions.popitem(last=False)
        while sum(map(len, self._kinds.values())) > MAX_QUESTIONS:
            self._kinds.popitem(last=False)

    def drop(self, kind: Kind, digest: bytes) -> None:
        """Its answer is not kept any more."""
        self._of(kind).pop(digest, None)

    def forget(self) -> None:
        self._kinds.clear()

    def _of(self, kind: Kind) -> OrderedDict[bytes, _Asked]:
        return self._kinds.get(kind) or OrderedDict()


def _direction(vector: Sequence[float]) -> "array[float]":
    """The vector with length 1, so that a product is the cosine."""
    length = sqrt(sum(map(mul, vector, vector))) or 1.0
    return array("f", [number / length for number in vector])
