"""What a batch job is: a file's rows, what is asked of each, and how far it has come."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NewType

from arcano.identity import UserId
from arcano.providers import Parameters, TokenUsage

BatchId = NewType("BatchId", str)

InputFormat = Literal["csv", "jsonl"]
BatchState = Literal["draft", "running", "paused", "finished", "cancelled"]
"""A draft has its rows and was not started. What is cancelled is not taken up again."""

RowStatus = Literal["waiting", "done", "failed"]
"""A row that is being asked is still waiting: only its result, once stored, makes it something else."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row failed, or a job was paused by itself."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """What is asked of every row. `template` has a place for columns: `{{ column }}`."""

    model: str
    template: str
    system: str | None = None
    parameters: Parameters = field(default_factory=Parameters)
    answer_schema: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the rows of a job have used so far, as providers told it.

    `rows_uncounted` have an answer whose provider told nothing.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0
    rows_uncounted: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """One job. `instructions` is None until somebody wrote them; `trouble` is why it paused by itself."""

    id: BatchId
    owner_id: UserId
    name: str
    state: BatchState
    input_format: InputFormat
    columns: tuple[str, ...]
    row_count: int
    done_count: int
    failed_count: int
    tokens: Tokens
    instructions: Instructions | None
    trouble: Trouble | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row to be asked. `values` as the file has them; numbers count rows, from 1."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowResult:
    """How a row ended: with an answer, or with trouble. `model` is who answered it."""

    number: int
    status: Literal["done", "failed"]
    answer: str | None = None
    trouble: Trouble | None = None
    finish_reason: str | None = None
    model: str | None = None
    usage: TokenUsage | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row with all that is known of it; `result` is None while it waits."""

    number: int
    values: dict[str, Any]
    result: RowResult | None
