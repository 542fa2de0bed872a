"""What traces tell of a call: its door, who waited where and how long, each attempt and its first word.

Names of models, numbers and codes; nothing that was asked or answered, and nobody's id.
"""

from types import TracebackType

from arcano.inference.attempt import Attempt
from arcano.inference.call import Call
from arcano.platform.errors import ArcanoError
from arcano.platform.logs import request_id, running_turn
from arcano.platform.telemetry.tracing import NO_SPAN, Span, Told, upstream_traceparent
from arcano.providers import FoundModel, is_own_model

CHAT = "chat"
OWN_MODEL = "own"
"""What a model at a person's own connection is called: its id would say whose."""


def told_of(call: Call) -> Told:
    """Of a call, at its beginning."""
    model = call.request.model
    told: dict[str, str | int | float | bool] = {
        "arcano.door": call.door,
        "arcano.priority": call.priority,
        "gen_ai.operation.name": CHAT,
        "gen_ai.request.model": OWN_MODEL if is_own_model(model) else model[:200],
    }
    ids = {"arcano.request.id": request_id.get(), "arcano.turn.id": running_turn.get()}
    return told | {name: value for name, value in ids.items() if value is not None}


class ended_with:  # noqa: N801 - it reads as the function that it could be, for a tenth of the cost
    """The span ends when the block does. Whoever leaves early, cancelled or not wanted any more, is no failure."""

    __slots__ = ("_span",)

    def __init__(self, span: Span) -> None:
        self._span = span

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, ArcanoError):
            self._span.end(error.code)
        elif isinstance(error, Exception):
            self._span.end("internal-error")
        else:
            self._span.end()


class TracedAttempt:
    """One attempt below its call; whoever is asked inside may be told of it (`traces.to_providers`)."""

    __slots__ = ("_attempt", "_span")

    def __init__(
        self, attempt: Attempt, call: Span, target_id: str, found: FoundModel, number: int
    ) -> None:
        self._attempt = attempt
        self._span = NO_SPAN
        if call is not NO_SPAN:
            own = is_own_model(target_id)
            model = OWN_MODEL if own else found.upstream_name
            self._span = call.child(
                f"{CHAT} {model}",
                {
                    "gen_ai.operation.name": CHAT,
                    "gen_ai.provider.name": found.provider,
                    "gen_ai.request.model": model,
                    "arcano.target": OWN_MODEL if own else target_id,
                    "arcano.attempt": number,
                },
                kind="client",
            )

    def __enter__(self) -> None:
        if self._span is not NO_SPAN:
            upstream_traceparent.set(self._span.upstream)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        span, attempt = self._span, self._attempt
        if span is NO_SPAN:
            return
        upstream_traceparent.set(None)
        if attempt.first_word_at is not None:
            span.note("first token", at=attempt.first_word_at)
        usage = attempt.finished and attempt.finished.usage
        if usage:
            counts = {"input": usage.input_tokens, "output": usage.output_tokens}
            span.tell(
                {f"gen_ai.usage.{name}_tokens": n for name, n in counts.items() if n is not None}
            )
        span.end(attempt.failure and attempt.failure.code)
