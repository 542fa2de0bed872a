"""What the doors of batch jobs take and give."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from arcano.batches.domain import (
    Batch,
    BatchRow,
    BatchState,
    InputFormat,
    Instructions,
    RowStatus,
    Trouble,
)
from arcano.providers import Parameters, ReasoningEffort, TokenUsage

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Template = Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
Stop = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class BatchParametersDraft(BaseModel):
    """How to write; what is left out is the model's own choice."""

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    stop: Annotated[list[Stop], Field(max_length=16)] = Field(default_factory=list[str])
    seed: Annotated[int, Field(ge=-(2**31), le=2**32)] | None = None
    reasoning_effort: ReasoningEffort | None = None

    def value(self) -> Parameters:
        return Parameters(
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
            stop=tuple(self.stop),
            seed=self.seed,
            reasoning_effort=self.reasoning_effort,
        )


class InstructionsDraft(BaseModel):
    """What is asked of every row. `template` has places for columns: `{{ column }}`."""

    model_config = ConfigDict(extra="forbid")

    model: ModelName
    template: Template
    system: Annotated[str, StringConstraints(max_length=100_000)] | None = None
    parameters: BatchParametersDraft = Field(default_factory=BatchParametersDraft)
    answer_schema: dict[str, Any] | None = None

    def value(self) -> Instructions:
        return Instructions(
            self.model, self.template, self.system, self.parameters.value(), self.answer_schema
        )


class BatchChange(BaseModel):
    """Only what is named changes. `instructions` only before the start."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    instructions: InstructionsDraft | None = None


class TroubleView(BaseModel):
    code: str
    message: str

    @classmethod
    def of(cls, trouble: Trouble | None) -> Self | None:
        return None if trouble is None else cls(**asdict(trouble))


class InstructionsView(BaseModel):
    model: str
    template: str
    system: str | None
    parameters: dict[str, Any]
    answer_schema: dict[str, Any] | None

    @classmethod
    def of(cls, instructions: Instructions) -> Self:
        given = {
            name: value
            for name, value in asdict(instructions.parameters).items()
            if value not in (None, ())
        }
        return cls(
            model=instructions.model,
            template=instructions.template,
            system=instructions.system,
            parameters=given,
            answer_schema=instructions.answer_schema,
        )


class BatchTokensView(BaseModel):
    """What the rows have used so far, as providers told it; `rows_uncounted` were told nothing of."""

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int
    reasoning_tokens: int
    rows_uncounted: int


class BatchView(BaseModel):
    """`trouble` is why it paused by itself; `slowed_by` why it waits while it runs."""

    id: str
    name: str
    state: BatchState
    input_format: InputFormat
    columns: list[str]
    row_count: int
    done_count: int
    failed_count: int
    tokens: BatchTokensView
    instructions: InstructionsView | None
    trouble: TroubleView | None
    slowed_by: TroubleView | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, batch: Batch, *, slowed_by: Trouble | None = None) -> Self:
        instructions = batch.instructions
        return cls(
            id=batch.id,
            name=batch.name,
            state=batch.state,
            input_format=batch.input_format,
            columns=list(batch.columns),
            row_count=batch.row_count,
            done_count=batch.done_count,
            failed_count=batch.failed_count,
            tokens=BatchTokensView(**asdict(batch.tokens)),
            instructions=None if instructions is None else InstructionsView.of(instructions),
            trouble=TroubleView.of(batch.trouble),
            slowed_by=TroubleView.of(slowed_by),
            created_at=batch.created_at,
            started_at=batch.started_at,
            ended_at=batch.ended_at,
        )


class BatchPage(BaseModel):
    items: list[BatchView]
    next_cursor: str | None


class BatchUsageView(BaseModel):
    """`estimated`: the row's share of what was counted for several rows together."""

    input_tokens: int | None
    output_tokens: int | None
    estimated: bool

    @classmethod
    def of(cls, usage: TokenUsage | None) -> Self | None:
        if usage is None:
            return None
        return cls(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            estimated=usage.estimated,
        )


class BatchRowView(BaseModel):
    """A row as the file has it, and what came of it."""

    number: int
    values: dict[str, Any]
    status: RowStatus
    answer: str | None
    error: TroubleView | None
    finish_reason: str | None
    model: str | None
    usage: BatchUsageView | None
    attempts: int

    @classmethod
    def of(cls, row: BatchRow) -> Self:
        result = row.result
        return cls(
            number=row.number,
            values=row.values,
            status="waiting" if result is None else result.status,
            answer=result.answer if result else None,
            error=TroubleView.of(result.trouble if result else None),
            finish_reason=result.finish_reason if result else None,
            model=result.model if result else None,
            usage=BatchUsageView.of(result.usage if result else None),
            attempts=result.attempts if result else 0,
        )


class BatchRowPage(BaseModel):
    items: list[BatchRowView]
    next_cursor: int | None


class PromptView(BaseModel):
    """What one row will be asked."""

    number: int
    prompt: str


class PreviewView(BaseModel):
    prompts: list[PromptView]
