"""One call at one target: it waits for its place, asks, asks again where that helps, and says how it ended.

Whether another target is asked afterwards is not decided here.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

from arcano.inference.answer import Answer, Part
from arcano.inference.attempt import Attempt
from arcano.inference.call import Call
from arcano.inference.choose_target import Candidate
from arcano.inference.complete_prompts import Completer, is_bare
from arcano.inference.events import InferenceEvent, SwitchReason, UsageCounted
from arcano.inference.own_seals import maker_of, with_own_seals
from arcano.inference.queue import CallQueue, Ticket
from arcano.inference.retry import Chance, Retries, RetryRules
from arcano.inference.routes import RouteBook, switch_reason
from arcano.inference.targets import Targets
from arcano.inference.trace import TracedAttempt, ended_with
from arcano.inference.watch import Watch
from arcano.platform.clock import Clock
from arcano.platform.telemetry.tracing import NO_SPAN, NO_TRACING, Span, Tracing
from arcano.providers import (
    FoundModel,
    ModelDirectory,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    PhaseEntered,
    Price,
    ProviderError,
    ProviderRejectedRequestError,
    SealRefusedError,
    WireRequest,
    is_own_model,
    named_things,
)

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a call needs around it. Without a `completer` every call is a chat.

    `chance` and `sleep` are replaced by tests.
    """

    routes: RouteBook
    models: ModelDirectory
    queue: CallQueue
    targets: Targets
    clock: Clock
    completer: Completer | None = None
    tracing: Tracing = NO_TRACING
    chance: Chance = field(default=random.random)
    sleep: Sleep = field(default=asyncio.sleep)


@dataclass(frozen=True, slots=True)
class Unshown:
    """What a target that was left had said and nobody saw. `finished` if it came to its end: it refused."""

    events: list[ModelEvent]
    finished: ModelFinished | None
    at_extent: tuple[int, bool]


class OthersLeft(Protocol):
    def __call__(self, *reasons: SwitchReason) -> bool:
        """Whether another target would be asked if this one were left now for one of these reasons."""
        ...


class TargetAsked:
    """One target, asked for one call."""

    def __init__(
        self,
        chosen: Candidate,
        call: Call,
        *,
        answer: Answer,
        around: Surroundings,
        retry: RetryRules,
        others_left: OthersLeft,
        span: Span = NO_SPAN,
    ) -> None:
        self._chosen = chosen
        self._call = call
        self._answer = answer
        self._around = around
        self._models = around.models.seen_by(call.user_id)
        self._retry = retry
        self._others_left = others_left
        self._span = span
        self._part: Part | None = None
        self._without_seals = False
        self._price: Price | None = None
        self.attempts = 0
        self.finished = False
        self.unshown: Unshown | None = None
        """Set where something was held back and nothing more comes from this target."""

    async def steps(self) -> AsyncGenerator[InferenceEvent | Attempt]:
        """What is heard around its attempts, and each attempt: who is given one listens to it.

        Ends with `ModelFinished`, or without one where it refused.

        Raises:
            QueueFullError, QueueUnavailableError: There was no place.
            ProviderError: The last attempt failed, or the breaker let none through.
        """
        target, call, around = self._chosen.target, self._call, self._around
        found = await self._find()
        self._price = found.price
        ticket = Ticket(target.id, call.user_id, call.priority, call.weight)
        async with around.queue.enter(ticket, target.bounds) as place:
            with ended_with(self._span.child("queue")):
                async with aclosing(place.wait()) as phases:
                    async for phase in phases:
                        yield phase
            retries = Retries(self._retry, clock=around.clock, chance=around.chance)
            while True:
                attempt = self._attempt(found)
                with TracedAttempt(attempt, self._span, target.id, found, self.attempts):
                    yield attempt
                if attempt.failure is None:
                    for said in self._ending(attempt):
                        yield said
                    return
                if self._may_ask_without_seals(attempt):
                    self._without_seals = True
                    continue
                wait = self._wait_after(attempt, retries)
                if wait is None:
                    raise attempt.failure
                seconds = wait.total_seconds()
                yield PhaseEntered("waiting", eta_seconds=seconds)
                await around.sleep(seconds)

    def counted(self) -> UsageCounted | None:
        """What it used, once it has ended; None if it said nothing."""
        part = self._part
        if part is None or not (part.heard or part.usage):
            return None
        self._answer.count(part.usage)
        target = self._chosen.target
        return UsageCounted(
            target.id, target.model_id, part.usage, part.characters, price=self._price
        )

    async def _find(self) -> FoundModel:
        try:
            return await self._models.find(self._chosen.target.model_id)
        except ProviderError as failure:
            self._chosen.live.failed(failure)
            raise

    def _attempt(self, found: FoundModel) -> Attempt:
        target, live, clock = self._chosen.target, self._chosen.live, self._around.clock
        maker = maker_of(found)
        # Before the permit, which only an attempt gives back: this may refuse, and then nobody is asked.
        request = self._in_its_words(
            with_own_seals(
                self._answer.request_for(found.upstream_name),
                None if self._without_seals else maker,
            ),
            found,
        )
        permit = live.breaker.permit()
        if permit is None and not self._others_left("failure"):
            permit = live.breaker.stray_permit()
        if permit is None:
            raise live.breaker.why_open()
        self.attempts += 1
        self._part = part = self._answer.part(
            holds_opening=self._others_left("failure", "overload", "context-too-long"),
            holds_refusal=self._others_left("refusal"),
            maker=maker,
        )
        completer = self._around.completer if target.completes else None
        if completer is not None and request.wire is None and is_bare(self._call, request):
            upstream = completer.stream(request, self._call, target=target, found=found)
        else:
            completer, upstream = None, found.model.stream(request)
        return Attempt(
            upstream,
            part=part,
            permit=permit,
            watch=Watch(target.timeouts, name=target.id),
            live=live,
            clock=clock,
            comes_whole=completer is not None,
            price=found.price,
            provider=found.provider,
        )

    def _in_its_words(self, request: ModelRequest, found: FoundModel) -> ModelRequest:
        """The request with the words in which it came, where the target is to answer in them as well.

        What is passed on unread cannot be continued by another target, so that it is done where no other is left, or
        where something was asked that can be said in no other words.

        Raises:
            ProviderRejectedRequestError: Something was, and this target does not speak them.
        """
        wire = request.wire
        if wire is None:
            return request
        if self._chosen.target.completes and found.model.prompt_dialect == wire.dialect:
            return request
        speaks = found.model.dialect == wire.dialect
        if speaks and (wire.beyond or not self._others_left("failure", "overload")):
            self._expect_nothing_stored(wire)
            return request
        if wire.beyond:
            raise ProviderRejectedRequestError(
                f"{self._chosen.target.id} cannot be told this: {', '.join(wire.beyond)}. Leave it out, or choose "
                "a model whose provider speaks the format of the request."
            )
        return replace(request, wire=None)

    def _expect_nothing_stored(self, wire: WireRequest) -> None:
        """What lies in an account that several people share is named by none of them.

        Raises:
            ProviderRejectedRequestError: Something is. In an account of their own people may name what they like.
        """
        # Whatever names such a thing is said in no words of ours, so that most bodies need not be walked.
        if not wire.beyond or is_own_model(self._chosen.target.model_id):
            return
        named = named_things(wire.body)
        if named:
            raise ProviderRejectedRequestError(
                f"{', '.join(named)}: This names something in the provider's account, which everybody here shares. Send "
                "what is in it, or ask by a connection of your own."
            )

    def _ending(self, attempt: Attempt) -> list[InferenceEvent]:
        """The target came to its own end."""
        part, finished = attempt.part, attempt.finished
        assert finished is not None  # noqa: S101 - an attempt without a failure has finished
        refused = part.refused or finished.reason == "content-filter"
        if refused and part.holds_refusal and self._answer.may_go_on_elsewhere:
            self.unshown = Unshown(part.unshown(), finished, self._answer.extent)
            return []
        said: list[InferenceEvent] = [*part.end()]
        counted = self.counted()
        if counted is not None:
            said.append(counted)
        self.finished = True
        return [*said, ModelFinished(finished.reason, self._answer.usage())]

    def _may_ask_without_seals(self, attempt: Attempt) -> bool:
        """The maker does not know its seals again: the key of the connection may be another organisation's now."""
        return (
            isinstance(attempt.failure, SealRefusedError)
            and not attempt.part.heard
            and not self._without_seals
        )

    def _wait_after(self, attempt: Attempt, retries: Retries) -> timedelta | None:
        """None where asking the same target again would double what it said, or cannot help."""
        part, failure = attempt.part, attempt.failure
        assert failure is not None  # noqa: S101 - asked only then
        if unshown := part.unshown():
            self.unshown = Unshown(unshown, None, self._answer.extent)
        if part.heard or not self._chosen.live.breaker.lets_through:
            return None
        others_left = self._others_left(switch_reason(type(failure)))
        return retries.wait_after(failure, others_left=others_left)
