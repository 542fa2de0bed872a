"""What the doors of usage give."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field
from sqlalchemy import Row

from arcano.usage.domain import Door, Outcome
from arcano.usage.reading import By, Measure, Sums


class SumsView(BaseModel):
    """What calls used together."""

    people: int | None
    """How many different people asked; null where that is not counted, as by the hour."""
    calls: int
    finished: int
    failed: int
    from_cache: int
    """Calls that were answered by what was kept; they used nothing."""
    estimated: int
    """Calls of which nobody counted the tokens but us."""
    unpriced: int
    """Calls of which nobody knows the price: they are not in the cost."""
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost_micros: int
    """Millionths of a dollar, of the calls whose price is known."""
    latency_ms: int
    """Of all calls together."""

    @classmethod
    def of(cls, sums: Sums) -> Self:
        return cls(people=sums.people, **sums.counts)


class NameView(BaseModel):
    by: By
    id: str | None
    """A model, an id, or when the hour or day began; null where there is none."""
    name: str | None
    """What people call it, where that is something else."""


class UsageRow(BaseModel):
    of: list[NameView]
    sums: SumsView

    @classmethod
    def of_sums(cls, sums: Sums, by: Sequence[By], called: Mapping[By, Mapping[str, str]]) -> Self:
        return cls(of=names(sums.names, by, called), sums=SumsView.of(sums))


class UsagePage(BaseModel):
    since: datetime
    until: datetime
    """In whole hours."""
    total: SumsView
    items: list[UsageRow]
    truncated: bool
    """Whether there are more rows than were given. The total has them all."""


class SpeedView(BaseModel):
    of: list[NameView]
    measure: Measure
    calls: int
    p50_ms: float | None
    p90_ms: float | None
    p99_ms: float | None


class SpeedPage(BaseModel):
    """To within 8 %, as the histogram's buckets are wide."""

    items: list[SpeedView]


class SessionsView(BaseModel):
    """Half of them were no longer than the first, nine of ten no longer than the second; null where there were none."""

    sessions: int
    p50_seconds: float | None
    p90_seconds: float | None


class SessionDayView(BaseModel):
    day: datetime
    sums: SessionsView


class SessionPage(BaseModel):
    """To within 8 %, as the histogram's buckets are wide. Days on which none began are left out."""

    since: datetime
    until: datetime
    """In whole days."""
    total: SessionsView
    items: list[SessionDayView]


class CallView(BaseModel):
    """One call, as the ledger has it."""

    id: str
    began_at: datetime
    ended_at: datetime
    user_id: str | None
    key_id: str | None
    door: Door
    conversation_id: str | None
    message_id: str | None
    model: str
    target: str | None
    served_model: str | None
    variant: str | None
    input_tokens: int | None
    output_tokens: int | None
    cached_input_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    estimated: bool
    estimated_input_tokens: int
    estimated_output_tokens: int
    """Our own count, also where the provider's is told."""
    cost_micros: int | None
    """Null: nobody knows, which is not nothing."""
    currency: str | None
    price_version: str | None
    latency_ms: int
    first_token_ms: int | None
    outcome: Outcome
    error_code: str | None
    from_cache: bool

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class CallPage(BaseModel):
    items: list[CallView]
    next_cursor: Annotated[str | None, Field(max_length=100)]


def names(
    found: Sequence[str | None], by: Sequence[By], called: Mapping[By, Mapping[str, str]]
) -> list[NameView]:
    return [
        NameView(by=one, id=name, name=called.get(one, {}).get(name or ""))
        for one, name in zip(by, found, strict=True)
    ]
