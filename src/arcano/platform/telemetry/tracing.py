"""The port of traces: spans that know their parent, and nobody else's business.

A span is handed on explicitly, because answers are generators: whoever runs one piece of them may not be whoever runs
the next. What is told of a span are names, numbers and codes, never what somebody wrote. Without a collector every span
is `NO_SPAN`, which does nothing; no library is loaded then.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Literal, Protocol

from typing_extensions import override

SpanKind = Literal["server", "inside", "client"]
"""Who asked: somebody outside, we ourselves, or we somebody outside."""
Told = Mapping[str, str | int | float | bool]

caller_traceparent: ContextVar[str | None] = ContextVar("caller_traceparent", default=None)
"""What the request that is being served said of its own trace (W3C `traceparent`), read only where there are traces."""
upstream_traceparent: ContextVar[str | None] = ContextVar("upstream_traceparent", default=None)
"""What a provider is to be told; None but inside an attempt, where the settings say so."""

NOTHING: Told = {}


class Span(Protocol):
    """A stretch of time in a trace."""

    @property
    def upstream(self) -> str | None:
        """The `traceparent` for whoever is asked inside it; None: they are not to be told."""
        ...

    def child(self, name: str, told: Told = NOTHING, *, kind: SpanKind = "inside") -> "Span":
        """A part of it that begins now."""
        ...

    def tell(self, told: Told) -> None:
        """More about it."""
        ...

    def note(self, name: str, told: Told = NOTHING, *, at: datetime | None = None) -> None:
        """Something happened in it, now or at that moment."""
        ...

    def end(self, failure: str | None = None) -> None:
        """It is over; `failure` is a code. Only the first end counts."""
        ...


class Tracing(Protocol):
    """Begins traces."""

    @property
    def is_on(self) -> bool: ...

    def begin(self, name: str, told: Told = NOTHING) -> Span:
        """The first span of a turn or a request, below the caller's if they named one."""
        ...


class _NoSpan(Span):
    @property
    @override
    def upstream(self) -> str | None:
        return None

    @override
    def child(self, name: str, told: Told = NOTHING, *, kind: SpanKind = "inside") -> Span:
        return self

    @override
    def tell(self, told: Told) -> None: ...

    @override
    def note(self, name: str, told: Told = NOTHING, *, at: datetime | None = None) -> None: ...

    @override
    def end(self, failure: str | None = None) -> None: ...


class _NoTracing(Tracing):
    @property
    @override
    def is_on(self) -> bool:
        return False

    @override
    def begin(self, name: str, told: Told = NOTHING) -> Span:
        return NO_SPAN


NO_SPAN: Span = _NoSpan()
NO_TRACING: Tracing = _NoTracing()
