"""What is heard while a call runs: what the model says, and where it runs.

A new kind is added here and nowhere else; the type checker then lists who must learn it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from arcano.providers import ModelEvent, Price, TokenUsage

SwitchReason = Literal["failure", "overload", "context-too-long", "refusal"]
"""Why a target was left for the next."""

CacheKind = Literal["same", "together", "similar"]
"""What was answered before: the same question; the same one, asked a moment ago and still being answered;
or one that means nearly the same."""


@dataclass(frozen=True, slots=True)
class TargetChosen:
    """From here on `target_id` is asked. `model` as a person knows it; `variant` of an A/B test.

    Comes before the wait for a place, and again after each `TargetSwitched`.
    """

    target_id: str
    model: str
    variant: str | None = None
    type: Literal["target-chosen"] = "target-chosen"


@dataclass(frozen=True, slots=True)
class TargetSwitched:
    """`from_target` was left. With `after_first_token`, the next one goes on where it ended.

    A border for reasoning: what was thought before and is not sealed yet is never sealed by a later
    `ReasoningSealed`, which another model gave.
    """

    from_target: str
    to_target: str
    reason: SwitchReason
    after_first_token: bool
    type: Literal["target-switched"] = "target-switched"


@dataclass(frozen=True, slots=True)
class AnsweredFromCache:
    """The words that follow were not asked for by this call: they were said `at` that time, to another one.

    Comes once, after `TargetChosen`, which then names who said them, and before the first word.
    `saved_tokens` are those that were read and written then, None where that is not known (yet).
    """

    at: datetime
    kind: CacheKind
    saved_tokens: int | None
    type: Literal["answered-from-cache"] = "answered-from-cache"


@dataclass(frozen=True, slots=True)
class UsageCounted:
    """What one target read and wrote of this answer, after its last word: what a bill is made of.

    One for each target that said something, whether it ended well or not. `usage` is None where it
    was cut before it told; `characters` it wrote, as text and as reasoning, shown or not. With
    `from_cache` nothing of it was used by this call: it is what the call would have cost. `price` as it was
    then, None where nobody knows it.
    """

    target_id: str
    model: str
    usage: TokenUsage | None
    characters: int
    from_cache: bool = False
    price: Price | None = None
    type: Literal["usage-counted"] = "usage-counted"


InferenceEvent = ModelEvent | TargetChosen | TargetSwitched | AnsweredFromCache | UsageCounted
