"""Listening to an answer to keep it: whether it may be kept shows while it is said."""

from datetime import datetime

from arcano.inference.cache.kept_answer import KeptAnswer, Piece
from arcano.inference.events import InferenceEvent, TargetChosen, TargetSwitched, UsageCounted
from arcano.providers import (
    ModelFinished,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    SourceCited,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)


class Recording:
    """One answer, heard from its first event on.

    Kept is what one of `target_ids` wrote alone and ended by itself, in words: not what somebody else
    went on with, what was cut at a limit, a refusal, nor a call of a tool.
    """

    def __init__(self, target_ids: frozenset[str], *, max_bytes: int) -> None:
        self._target_ids = target_ids
        self._room = max_bytes
        self._target: TargetChosen | None = None
        self._pieces: list[Piece] = []
        self._words: list[str] = []
        """The stretch of text or reasoning that is being said."""
        self._stretch: type[TextDelta] | type[ReasoningDelta] = TextDelta
        self._usage: TokenUsage | None = None
        self._may_be_kept = True
        self._finished = False

    @property
    def too_long(self) -> bool:
        return self._room < 0

    @property
    def hopeless(self) -> bool:
        """It will not be kept, whatever is still said."""
        return self.too_long or not self._may_be_kept

    def hear(self, event: InferenceEvent) -> None:
        match event:
            case TextDelta(text) | ReasoningDelta(text):
                self._hear_words(type(event), text)
            case TargetChosen():
                self._target = event
                self._may_be_kept &= event.target_id in self._target_ids
            case ReasoningSealed() | SourceCited():
                self._end_stretch()
                self._pieces.append(event)
            case TargetSwitched() | RefusalDelta() | ToolCallDelta():
                self._may_be_kept = False
            case UsageCounted():
                self._usage = event.usage
            case ModelFinished(reason):
                self._finished = reason == "stop"
            case _:
                pass  # phases of the wait, and what is left of the provider's limits: true once

    def answer(self, kept_at: datetime) -> KeptAnswer | None:
        """The whole answer, if it is one to keep."""
        self._end_stretch()
        if not (self._may_be_kept and self._finished) or self.too_long or self._target is None:
            return None
        if not any(isinstance(piece, TextDelta) and piece.text.strip() for piece in self._pieces):
            return None
        return KeptAnswer(self._target, kept_at, tuple(self._pieces), self._usage)

    def _hear_words(self, kind: type[TextDelta] | type[ReasoningDelta], text: str) -> None:
        self._room -= len(text)
        if self.too_long:
            self._words.clear()
            self._pieces.clear()
            return
        if kind is not self._stretch:
            self._end_stretch()
            self._stretch = kind
        self._words.append(text)

    def _end_stretch(self) -> None:
        if self._words:
            self._pieces.append(self._stretch("".join(self._words)))
            self._words.clear()
