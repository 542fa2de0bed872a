"""What the doors of the local engine take and give."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from arcano.providers.local.files import LocalModelFile
from arcano.providers.local.quantisation import Quantisation, QuantisationStatus, QuantisedType
from arcano.providers.local.state import EngineMemory, LocalModelState, LocalModelStatus


class LocalModelView(BaseModel):
    id: str
    name: str
    status: LocalModelStatus
    pinned: bool
    answering: int
    waiting: int
    size_bytes: int
    memory_bytes: int | None
    context_tokens: int | None
    parallel: int | None
    eta_seconds: float | None
    tokens_per_second: float | None
    last_used_at: datetime | None
    problem: str | None

    @classmethod
    def of(cls, file: LocalModelFile, state: LocalModelState, *, problem: str | None) -> Self:
        return cls(
            id=file.id,
            name=file.name,
            status=state.status,
            pinned=state.pinned,
            answering=state.answering,
            waiting=state.waiting,
            size_bytes=file.size_bytes,
            memory_bytes=state.memory_bytes,
            context_tokens=state.context_tokens,
            parallel=state.parallel,
            eta_seconds=state.eta_seconds,
            tokens_per_second=state.tokens_per_second,
            last_used_at=state.last_used_at,
            problem=file.problem or problem or state.problem,
        )


class QuantisationDraft(BaseModel):
    type: QuantisedType


class QuantisationView(BaseModel):
    id: str
    model_id: str
    type: QuantisedType
    status: QuantisationStatus
    done_bytes: int
    total_bytes: int
    result_id: str | None
    problem: str | None

    @classmethod
    def of(cls, job: Quantisation) -> Self:
        return cls(
            id=job.id,
            model_id=job.model_id,
            type=job.type,
            status=job.status,
            done_bytes=job.done_bytes,
            total_bytes=job.total_bytes,
            result_id=job.result_id,
            problem=job.problem,
        )


class QuantisationPage(BaseModel):
    items: list[QuantisationView]
    next_cursor: None


class EngineMemoryView(BaseModel):
    budget_bytes: int
    used_bytes: int

    @classmethod
    def of(cls, memory: EngineMemory) -> Self:
        return cls(budget_bytes=memory.budget_bytes, used_bytes=memory.used_bytes)


class LocalModelPage(BaseModel):
    """`engine_problem` says why nothing can be answered here, null where all is well."""

    items: list[LocalModelView]
    next_cursor: None
    memory: EngineMemoryView
    engine_problem: str | None
