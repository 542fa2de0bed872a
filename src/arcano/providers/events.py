"""What a model says while it answers, one small fact at a time.

Named noun-verb, as the page sees them. A new kind is added here and nowhere else: the type
checker then lists every place that must learn it (`assert_never`).
"""

from dataclasses import dataclass
from typing import Literal

FinishReason = Literal["stop", "length", "content-filter", "tool-calls"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer. One delta may carry many tokens: what arrived together stays together."""

    text: str
    type: Literal["text-delta"] = "text-delta"


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More of the model's thinking, which is not part of the answer."""

    text: str
    type: Literal["reasoning-delta"] = "reasoning-delta"


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """More of the model's own explanation why it will not answer."""

    text: str
    type: Literal["refusal-delta"] = "refusal-delta"


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """More of a tool call. `index` tells parallel calls apart; `arguments` is a piece of JSON text."""

    index: int
    call_id: str | None
    name: str | None
    arguments: str
    type: Literal["tool-call-delta"] = "tool-call-delta"


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """What the provider is busy with before it writes."""

    name: Literal["waiting", "model-loading"]
    position: int | None = None
    eta_seconds: float | None = None
    type: Literal["phase"] = "phase"


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one answer as the provider counted them; None where it did not say."""

    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None = None
    cached_input_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ModelFinished:
    """The answer is complete. Always the last event, and exactly one."""

    reason: FinishReason
    usage: TokenUsage | None = None
    type: Literal["model-finished"] = "model-finished"


ModelEvent = (
    TextDelta | ReasoningDelta | RefusalDelta | ToolCallDelta | PhaseEntered | ModelFinished
)
