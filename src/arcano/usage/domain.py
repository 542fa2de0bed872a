"""What a call is once it is over: who made it, who answered, how much was read and written, what that cost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from arcano.identity import KeyLimits

CallId = NewType("CallId", str)

Door = Literal["page", "api", "batch", "openai", "anthropic", "ollama", "gemini"]
"""Where calls come in: by the page or `/api`, as rows of a batch job, or in the words of a vendor's API."""

Outcome = Literal["finished", "stopped", "failed", "interrupted", "running"]
"""`stopped`: whoever asked left or wanted no more. `interrupted`: the server ended while it ran.
`running`: nobody knows yet; at the next start it becomes `interrupted`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """In whose name a call is made, and through which door.

    `key_id` where a program showed a key; `conversation_id` and `message_id` where the answer is kept.
    """

    user_id: str
    door: Door = "page"
    key_id: str | None = None
    conversation_id: str | None = None
    message_id: str | None = None
    address: str = ""
    key_limits: KeyLimits | None = None
    """Those of the key alone, where it has any."""
    group_ids: frozenset[str] | None = None
    """The groups that the person is in; None where nobody has asked yet. A call is that of the groups in which they were
    when it was let in, whoever leaves or joins meanwhile."""


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Tokens by kind; None where nobody counted them.

    `input` are all that were read and `output` all that were written; the others say which of them were what.
    """

    input: int | None = None
    output: int | None = None
    cached_input: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One row of the ledger. A row that is final is never written again.

    `model` is what was asked for; `target` and `served_model` who answered last. Where its maker did not count, the
    tokens are ours and `estimated`; our own count stands beside in any case. `cost_micros` is in millionths of
    `currency`, None where a price is unknown, which is not nothing. `first_token_ms` None: nothing was said.
    """

    id: CallId
    began_at: datetime
    ended_at: datetime
    caller: Caller
    model: str
    target: str | None
    served_model: str | None
    variant: str | None
    tokens: TokenCounts
    estimated: bool
    estimated_input: int
    estimated_output: int
    cost_micros: int | None
    currency: str | None
    price_version: str | None
    latency_ms: int
    first_token_ms: int | None
    outcome: Outcome
    error_code: str | None
    from_cache: bool

    @property
    def tokens_per_second(self) -> float | None:
        """How fast it was written once it was; None where too little was, or too fast to tell."""
        if self.first_token_ms is None or not self.tokens.output or self.from_cache:
            return None
        seconds = (self.latency_ms - self.first_token_ms) / 1000
        return self.tokens.output / seconds if seconds > 0 else None
