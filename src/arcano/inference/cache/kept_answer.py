"""An answer as it is kept: what was said, by whom and when, and how it is said again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from arcano.inference.events import (
    AnsweredFromCache,
    CacheKind,
    InferenceEvent,
    TargetChosen,
    UsageCounted,
)
from arcano.providers import (
    ModelFinished,
    ReasoningDelta,
    ReasoningSealed,
    SourceCited,
    TextDelta,
    TokenUsage,
)

DELTA_CHARACTERS = 2000
"""So much of it is said at once: a screenful."""

Piece = Annotated[
    TextDelta | ReasoningDelta | ReasoningSealed | SourceCited, Field(discriminator="type")
]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """`pieces` in the order they were said, each stretch of text in one. `usage` is what it took then."""

    target: TargetChosen
    kept_at: datetime
    pieces: tuple[Piece, ...]
    usage: TokenUsage | None


class BrokenAnswerError(Exception):
    """What was kept is no answer of ours any more. Ask anew."""


_FORM = TypeAdapter(KeptAnswer)


def written(answer: KeptAnswer) -> bytes:
    return _FORM.dump_json(answer)


def read(body: bytes) -> KeptAnswer:
    """The answer.

    Raises:
        BrokenAnswerError: It is none.
    """
    try:
        return _FORM.validate_json(body)
    except ValidationError as broken:
        raise BrokenAnswerError from broken


def said_again(answer: KeptAnswer, kind: CacheKind) -> Iterator[InferenceEvent]:
    """The events of a run that says this. Nothing was used for it: the usage is marked as saved."""
    yield answer.target
    yield AnsweredFromCache(answer.kept_at, kind, tokens_of(answer.usage))
    characters = 0
    for piece in answer.pieces:
        if isinstance(piece, TextDelta | ReasoningDelta):
            characters += len(piece.text)
            kind_of_piece = type(piece)
            for start in range(0, len(piece.text), DELTA_CHARACTERS):
                yield kind_of_piece(piece.text[start : start + DELTA_CHARACTERS])
        else:
            yield piece
    target = answer.target
    yield UsageCounted(target.target_id, target.model, answer.usage, characters, from_cache=True)
    yield ModelFinished("stop")


def tokens_of(usage: TokenUsage | None) -> int | None:
    """All tokens that were read and written; None where one of the two is not known."""
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    return usage.input_tokens + usage.output_tokens
