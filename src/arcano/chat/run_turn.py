"""Writing an answer: the model speaks, the log hears, and it ends in exactly one way."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Literal, assert_never

from arcano.chat.errors import AnswerTooLongError
from arcano.chat.events import (
    AnsweredBy,
    ClosingEvent,
    Phase,
    TextDelta,
    TurnFailed,
    TurnFinished,
    UsageReported,
)
from arcano.chat.live_log import LiveLog
from arcano.chat.starts import Start
from arcano.inference import (
    AnsweredFromCache,
    InferenceEvent,
    TargetChosen,
    TargetSwitched,
    UsageCounted,
)
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    CallAccepted,
    ModelFinished,
    PhaseEntered,
    ProviderError,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    SourceCited,
    TokenUsage,
    ToolCallDelta,
    WirePassed,
)

logger = logging.getLogger(__name__)

MAX_ANSWER = 20_000_000
"""Characters of one answer, its thinking included: far more than any model writes on purpose."""


async def run_turn(
    answer: AsyncGenerator[InferenceEvent], *, log: LiveLog, start: Start
) -> tuple[ClosingEvent, TokenUsage | None]:
    """Let a model answer into `log`. Returns how it ended; the caller closes the log.

    `start` is told when the model has been asked, or has to be waited for.

    Whatever the model does, an ending is returned. Only a cancellation passes through, after the
    call upstream was closed.
    """
    phases = _Phases(log, start)
    try:
        return await _hear_out(answer, log, phases)
    except ArcanoError as failure:
        ending = failed(failure, request_id=phases.request_id)
        logger.info(
            "turn %s failed: %s; the provider calls the request %s",
            log.turn.id,
            ending.code,
            ending.provider_request_id,
        )
        return ending, None
    except Exception:
        # The reader is owed an ending also for our own bugs.
        logger.exception("turn %s failed unexpectedly", log.turn.id)
        return unforeseen(), None


async def _hear_out(
    answer: AsyncGenerator[InferenceEvent], log: LiveLog, phases: "_Phases"
) -> tuple[ClosingEvent, TokenUsage | None]:
    ended: tuple[ClosingEvent, TokenUsage | None] | None = None
    try:
        async with aclosing(answer) as events:
            async for event in events:
                if isinstance(event, ModelFinished):
                    ended = _finished(event, log), event.usage
                    break
                phases.hear(event)
    except asyncio.CancelledError:
        if ended is None:
            raise
        # The model had said all: a stop that comes while the books are written does not cost the ending.
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
    return ended or (unforeseen(), None)


class _Phases:
    """Passes what the model says to the log, and says when it starts to think and to write."""

    def __init__(self, log: LiveLog, start: Start) -> None:
        self._log = log
        self._start = start
        self._phase = ""
        self._room = MAX_ANSWER
        self.request_id: str | None = None
        """What the provider that is asked now calls the call, once it has taken it."""

    def hear(self, event: InferenceEvent) -> None:
        match event:
            case TextDelta():
                if self._phase != "writing":
                    self._enter("writing")
                self._append(event)
            case RefusalDelta(text):
                # A refusal is what the model says to the person: it is the answer.
                self._append(TextDelta(text))
            case ReasoningDelta():
                if self._phase != "thinking":
                    self._enter("thinking")
                self._append(event)
            case PhaseEntered(name, position, eta_seconds):
                self._phase = name
                self._start.under_way()
                self._log.append(Phase(name, position, eta_seconds))
            case (
                TargetChosen()
                | TargetSwitched()
                | ReasoningSealed()
                | AnsweredFromCache()
                | UsageCounted()
            ):
                self._note(event)
            case CallAccepted(request_id):
                self.request_id = request_id
                self._start.under_way()
            case ToolCallDelta() | SourceCited() | WirePassed() | ModelFinished():
                # No tools are offered yet, so a call asks for something that does not exist; and no words of a
                # vendor's are asked for.
                pass
            case _:
                assert_never(event)

    def _note(
        self,
        event: TargetChosen | TargetSwitched | ReasoningSealed | AnsweredFromCache | UsageCounted,
    ) -> None:
        match event:
            case TargetChosen():
                self.request_id = None
                self._tell_who(event)
            case TargetSwitched() | AnsweredFromCache():
                self._log.append(event)
            case ReasoningSealed():
                self._log.thoughts.seal(event)
            case UsageCounted():
                self._log.counted = (*self._log.counted, event)
            case _:
                assert_never(event)

    def _tell_who(self, chosen: TargetChosen) -> None:
        """Not where it is simply the model that was asked for; but a model that took over, and back."""
        if (
            chosen.model != self._log.turn.model
            or chosen.variant is not None
            or self._log.answered_by is not None
        ):
            self._log.append(AnsweredBy(chosen.model, chosen.target_id, chosen.variant))

    def _append(self, event: TextDelta | ReasoningDelta) -> None:
        self._room -= len(event.text)
        if self._room >= 0:
            self._log.append(event)
            return
        kept = event.text[: self._room]
        if kept:
            self._log.append(replace(event, text=kept))
        raise AnswerTooLongError(
            f"The model went on without end and was cut off after {MAX_ANSWER:,} characters."
        )

    def _enter(self, phase: Literal["thinking", "writing"]) -> None:
        self._phase = phase
        self._log.append(Phase(phase))


def _finished(event: ModelFinished, log: LiveLog) -> ClosingEvent:
    if event.usage is not None:
        usage = event.usage
        log.append(
            UsageReported(
                usage.input_tokens,
                usage.output_tokens,
                usage.reasoning_tokens,
                usage.cached_input_tokens,
                usage.cache_write_tokens,
            )
        )
    return TurnFinished(event.reason)


def failed(failure: ArcanoError, *, request_id: str | None = None) -> TurnFailed:
    """An error of ours as the ending of a turn. `request_id` where the error does not name it itself."""
    wait = failure.retry_after
    told = failure.request_id if isinstance(failure, ProviderError) else None
    return TurnFailed(
        code=failure.code,
        message=failure.detail,
        retryable=failure.retryable,
        retry_after=None if wait is None else round(wait.total_seconds()),
        provider_request_id=told or request_id,
    )


def unforeseen() -> TurnFailed:
    """The ending for what nobody foresaw. The log of the server has the story."""
    return TurnFailed(
        code="internal-error",
        message="Something unexpected went wrong on the server. What was written is kept.",
        retryable=True,
    )
