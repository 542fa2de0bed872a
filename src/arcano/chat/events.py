"""What is heard of a turn, one small fact at a time.

The words of the model pass through as the provider's own deltas, and a change of the target as
routing says it; what is ours stands here. A new
kind is added to `TurnEvent` and nowhere else: the type checker then lists every place that must
learn it.
"""

from dataclasses import dataclass
from typing import Literal

from arcano.inference import AnsweredFromCache, TargetSwitched
from arcano.providers import FinishReason, ReasoningDelta, TextDelta


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """Always the first. A reader that sees it again begins again."""

    model: str
    assistant_message_id: str
    type: Literal["turn-started"] = "turn-started"


@dataclass(frozen=True, slots=True)
class Phase:
    """What is going on before or between words."""

    name: Literal["waiting", "model-loading", "summarising", "thinking", "writing"]
    position: int | None = None
    eta_seconds: float | None = None
    messages: int | None = None
    """How many are summarised."""
    type: Literal["phase"] = "phase"


@dataclass(frozen=True, slots=True)
class ContextRead:
    """What the model is given to read, in tokens, part by part. Once, before its first word.

    `limit` is its window, null where nobody knows it, and `reserve` of it is kept for the answer. Not
    `exact`: an estimate, which may lie off by the share `spread`. Of the earlier messages the
    `dropped_messages` oldest were left out, and a summary stands for `summarised_messages`; what was
    sent word by word begins with `first_message_id`. `summary_failed`: there was to be a summary of
    what was dropped.
    """

    limit: int | None
    reserve: int
    system: int
    history: int
    documents: int
    tools: int
    question: int
    total: int
    exact: bool
    spread: float
    dropped_messages: int
    summarised_messages: int
    summary_id: str | None
    summary_failed: bool
    first_message_id: str
    type: Literal["context"] = "context"


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """Who writes from here on, where that is not simply the model that was asked for."""

    model: str
    target: str
    variant: str | None
    type: Literal["answered-by"] = "answered-by"


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Tokens as the provider counted them; null where it did not say."""

    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cached_input_tokens: int | None
    cache_write_tokens: int | None
    type: Literal["usage"] = "usage"


@dataclass(frozen=True, slots=True)
class TurnFinished:
    finish_reason: FinishReason
    type: Literal["turn-finished"] = "turn-finished"


@dataclass(frozen=True, slots=True)
class TurnStopped:
    """A person stopped it. What was written stays."""

    type: Literal["turn-stopped"] = "turn-stopped"


@dataclass(frozen=True, slots=True)
class TurnFailed:
    """Something failed. What was written stays; `message` says what to do.

    `provider_request_id` is what the provider calls the call that failed, for its support.
    """

    code: str
    message: str
    retryable: bool
    retry_after: int | None = None
    provider_request_id: str | None = None
    type: Literal["turn-failed"] = "turn-failed"


@dataclass(frozen=True, slots=True)
class TurnInterrupted:
    """The server went away while it wrote. What was written stays; *continue* picks it up."""

    type: Literal["turn-interrupted"] = "turn-interrupted"


ClosingEvent = TurnFinished | TurnStopped | TurnFailed | TurnInterrupted
TurnEvent = (
    TurnStarted
    | Phase
    | ContextRead
    | AnsweredBy
    | TargetSwitched
    | AnsweredFromCache
    | TextDelta
    | ReasoningDelta
    | UsageReported
    | ClosingEvent
)
