"""What a model says while it answers, one small fact at a time.

Named noun-verb, as the page sees them. A new kind is added here and nowhere else: the type
checker then lists every place that must learn it (`assert_never`).
"""

from dataclasses import dataclass
from typing import Literal

from arcano.providers.request import Seal

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
class ReasoningSealed:
    """A block of thinking or of words ended, with the vendor's proof of it.

    To be kept with the reasoning that came since the last seal, and sent back with it next time
    (`ReasoningPart`). Where the vendor seals words instead, `on_text` says how many characters of the
    text just before are sealed, perhaps none (`TextPart`).
    """

    seal: Seal
    on_text: int | None = None
    type: Literal["reasoning-sealed"] = "reasoning-sealed"


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """More of the model's own explanation why it will not answer."""

    text: str
    type: Literal["refusal-delta"] = "refusal-delta"


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """More of a tool call. `index` tells parallel calls apart; `arguments` is a piece of JSON text.

    The first delta of a call has its `call_id` and its `name`; an id is made where a vendor has none.
    `seal` as in `ToolCallPart`.
    """

    index: int
    call_id: str | None
    name: str | None
    arguments: str
    seal: Seal | None = None
    type: Literal["tool-call-delta"] = "tool-call-delta"


@dataclass(frozen=True, slots=True)
class SourceCited:
    """The model names where it has something from. Hostile like all that a model says: never fetched."""

    url: str | None
    title: str | None
    quote: str | None
    type: Literal["source-cited"] = "source-cited"


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What a provider says is left of its own limits; None where it did not say. Resets in seconds."""

    requests_left: int | None = None
    tokens_left: int | None = None
    requests_reset_seconds: float | None = None
    tokens_reset_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CallAccepted:
    """The provider took the call. At most one, before anything that is said.

    `request_id` is the provider's own name for the call, for its support.
    """

    request_id: str | None
    limits: RateLimits | None = None
    type: Literal["call-accepted"] = "call-accepted"


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """What the provider is busy with before it writes."""

    name: Literal["waiting", "model-loading"]
    position: int | None = None
    eta_seconds: float | None = None
    type: Literal["phase"] = "phase"


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one answer as the provider counted them; None where it did not say.

    `input_tokens` are all that were read, those from a cache and into it included; `output_tokens`
    all that were written, reasoning included. The others say which of them were what. `estimated`: it
    is a share of what was counted for several calls together, which only as a whole is exact.
    """

    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None = None
    cached_input_tokens: int | None = None
    cache_write_tokens: int | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class WirePassed:
    """More of an answer in the dialect of `ModelRequest.wire`, as it came: `data` is sent on unread.

    `tokens` are those in it, as nearly as can be told without reading it; the usage at the end is exact.
    """

    data: bytes
    tokens: int
    type: Literal["wire-passed"] = "wire-passed"


@dataclass(frozen=True, slots=True)
class ModelFinished:
    """The answer is complete. Always the last event, and exactly one."""

    reason: FinishReason
    usage: TokenUsage | None = None
    type: Literal["model-finished"] = "model-finished"


ModelEvent = (
    TextDelta
    | ReasoningDelta
    | ReasoningSealed
    | RefusalDelta
    | ToolCallDelta
    | SourceCited
    | CallAccepted
    | PhaseEntered
    | WirePassed
    | ModelFinished
)
