"""How it stands with one model on this machine, for people and programs that look."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LocalModelStatus = Literal["on-disk", "waiting", "loading", "loaded", "answering"]


@dataclass(frozen=True, slots=True)
class LocalModelState:
    """`waiting` and `answering` count answers; `memory_bytes` is what its process holds now.

    `context_tokens` is what each of `parallel` answers may have. `problem`: why its last load failed.
    """

    status: LocalModelStatus
    pinned: bool
    answering: int = 0
    waiting: int = 0
    memory_bytes: int | None = None
    context_tokens: int | None = None
    parallel: int | None = None
    eta_seconds: float | None = None
    tokens_per_second: float | None = None
    last_used_at: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class EngineMemory:
    """The budget of all loaded models together, and what they hold of it now."""

    budget_bytes: int
    used_bytes: int
