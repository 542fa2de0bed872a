"""Running a call: a target is chosen and waited for, and the next one goes on where it fails.

What is said passes through here and is kept only to continue it elsewhere. Who may ask what, and what
an answer costs, is decided by those who call.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, nullcontext, suppress
from dataclasses import replace
from functools import partial

from arcano.inference.answer import Answer
from arcano.inference.ask_target import Surroundings, TargetAsked, Unshown
from arcano.inference.attempt import Attempt
from arcano.inference.cache.answer_cache import AnswerCache
from arcano.inference.call import Call
from arcano.inference.choose_target import Candidate, Need, choose_target, choose_wavering, draw_for
from arcano.inference.events import (
    InferenceEvent,
    SwitchReason,
    TargetChosen,
    TargetSwitched,
)
from arcano.inference.metering import note, on_meter
from arcano.inference.routes import Route, Target, switch_reason
from arcano.inference.tokens.calibration import Calibrations
from arcano.inference.tokens.count_tokens import TokenCounts
from arcano.inference.tokens.windows import Chosen, Windows
from arcano.inference.trace import ended_with, told_of
from arcano.inference.trail import Trail
from arcano.platform.errors import ArcanoError
from arcano.platform.telemetry.tracing import NO_SPAN, Span
from arcano.providers import (
    ContextTooLongError,
    ModelFinished,
    ModelNotFoundError,
    Price,
    ProviderRejectedRequestError,
    TextDelta,
)
from arcano.usage import Expected, Meter, Metered


class Inference:
    """Asks models in a person's name: the right target, at the right time, and another if need be."""

    def __init__(
        self,
        around: Surroundings,
        *,
        meter: Meter,
        calibrations: Calibrations | None = None,
        cache: AnswerCache | None = None,
    ) -> None:
        self._around = around
        self._meter = meter
        self._cache = cache
        self._windows = Windows(around.models, around.clock)
        self.tokens = TokenCounts(around.models, calibrations or Calibrations())

    def stream(self, call: Call) -> AsyncGenerator[InferenceEvent]:
        """Answer piece by piece, by whichever targets it takes, or by what was answered before.

        `TargetChosen` comes first; then the phases of the wait and what the model says. Before another
        target goes on, `TargetSwitched` says so; text that it repeats is left out. Exactly one
        `ModelFinished` is yielded, last, with the usage of all targets together; each one's own is
        told by `UsageCounted`. Closing the generator, or cancelling the task that reads it, ends the
        call at the provider and frees its place.

        Raises:
            QueueFullError: Too many wait already. Try again after `retry_after`.
            QueueUnavailableError: The line is gone. Try again after `retry_after`.
            ContextTooLongError: Shorten the conversation.
            ProviderError: The most telling of what the targets did; its text names the others.
                What was yielded stands.
        """
        expected = Expected(
            Need.of(call).input_tokens,
            call.request.parameters.max_tokens,
            partial(self._dearest_price, call),
        )
        metered = self._meter.opened(call.caller, call.request.model, expected)
        cache = self._cache
        if cache is None or not cache.may_answer(call):
            return self._ask(call, metered, self._span_of(call))
        # What is kept is kept in our words, and what others is on nobody's meter: each of them has one of their own.
        call = replace(call, request=replace(call.request, wire=None))
        span = self._span_of(call)
        answer = cache.through(
            call, lambda: self._ask(call, None, span.child("ask")), pays=metered.pays
        )
        models = self._around.models.seen_by(call.user_id)
        return on_meter(answer, metered, models=models, clock=self._around.clock, span=span)

    async def _dearest_price(self, call: Call) -> Price | None:
        """Of those who may answer; None where the price of none is known."""
        models = self._around.models.seen_by(call.user_id)
        prices: list[Price] = []
        for target in (await self._around.routes.find(call.request.model)).targets:
            with suppress(ModelNotFoundError):
                found = await models.find(target.model_id)
                if found.price is not None:
                    prices.append(found.price)
        return max(prices, key=lambda price: price.output_micros, default=None)

    async def forget_answers(self, user_id: str) -> None:
        """Drop what was kept of the answers to a person, as far as it can be reached."""
        if self._cache is not None:
            await self._cache.forget_asked_by(user_id)

    def _span_of(self, call: Call) -> Span:
        tracing = self._around.tracing
        if not tracing.is_on:
            return NO_SPAN
        return tracing.begin("turn" if call.door == "page" else "request", told_of(call))

    async def _ask(
        self, call: Call, metered: Metered | None, span: Span
    ) -> AsyncGenerator[InferenceEvent]:
        with ended_with(span):
            async with metered or nullcontext():
                route = await self._around.routes.find(call.request.model)
                async with aclosing(_Run(call, route, self._around, span).steps()) as steps:
                    async for step in steps:
                        if not isinstance(step, Attempt):
                            if metered is not None:
                                note(step, metered)
                            yield step
                            continue
                        if metered is not None:
                            metered.listens_to(step, step.price, step.provider)
                        # Every token passes here: one generator, whatever is around it.
                        async with step as upstream:
                            async for event in upstream:
                                if isinstance(event, TextDelta):
                                    said = step.text(event)
                                    if said is not None:
                                        yield said
                                else:
                                    for said in step.other(event):
                                        yield said
                                    if step.finished:
                                        break
                                step.listens()

    async def look_up(self, name: str, user_id: str | None = None) -> Chosen:
        """What is known of a chosen name before anything is asked. `user_id` is who would ask.

        Raises:
            ModelNotFoundError: Nobody knows it, or, for a route, none of its models.
        """
        return await self._windows.look_up(await self._around.routes.find(name), user_id)

    def connections_changed(self) -> None:
        """Somebody mended a key or an address: whoever was left alone for it is asked again."""
        self._around.targets.trust_again()


class _Run:
    """One call on its way through the targets of its route."""

    def __init__(self, call: Call, route: Route, around: Surroundings, span: Span) -> None:
        self._span = span
        self._call = call
        self._route = route
        self._around = around
        self._need = Need.of(call)
        self._draw = draw_for(route, call, around.chance)
        self._answer = Answer(call.request)
        self._trail = Trail()
        self._asked: list[tuple[Candidate, TargetAsked]] = []
        self._reason: SwitchReason | None = None
        self._unshown: Unshown | None = None

    async def steps(self) -> AsyncGenerator[InferenceEvent | Attempt]:
        """What is heard around the attempts, and each attempt, to be listened to."""
        while (asked := self._next_target()) is not None:
            try:
                for said in self._announcement():
                    yield said
                async with aclosing(asked.steps()) as steps:
                    async for step in steps:
                        yield step
            except ArcanoError as failure:
                self._failed(failure)
            finally:
                self._leave()
            if asked.finished:
                return
            counted = asked.counted()
            if counted is not None:
                yield counted
        for said in self._ending():
            yield said

    def _next_target(self) -> TargetAsked | None:
        """The target to ask now, or None: the call has come to its end."""
        if not self._may_go_on(self._reason):
            return None
        candidates = self._candidates()
        chosen = choose_target(self._route, candidates, self._draw) or choose_wavering(
            self._route, candidates
        )
        if chosen is None:
            self._note_passed_over()
            return None
        asked = TargetAsked(
            chosen,
            self._call,
            answer=self._answer,
            around=self._around,
            retry=self._route.retry,
            others_left=self._others_left,
            span=self._span,
        )
        self._asked.append((chosen, asked))
        self._around.targets.chosen(chosen.live)
        return asked

    def _announcement(self) -> Iterator[InferenceEvent]:
        target = self._asked[-1][0].target
        if self._reason is not None:
            left = self._asked[-2][0].target
            self._span.note("target switched", {"arcano.switch.reason": self._reason})
            yield TargetSwitched(left.id, target.id, self._reason, self._answer.begun)
        yield TargetChosen(target.id, target.model_id, target.variant)

    def _failed(self, failure: ArcanoError) -> None:
        chosen, asked = self._asked[-1]
        self._reason = switch_reason(type(failure))
        self._trail.add(chosen.target.id, failure, attempts=asked.attempts)
        if isinstance(failure, ModelNotFoundError) and not self._route.made:
            # Names that people mistype must not crowd out the targets that there are.
            self._around.targets.forget(chosen.live)

    def _leave(self) -> None:
        """The target that was asked last is not busy with this call any more."""
        chosen, asked = self._asked[-1]
        chosen.live.calls -= 1
        unshown = asked.unshown
        if unshown is None:
            return
        if unshown.finished is not None:
            self._reason = "refusal"
        if self._unshown is None or unshown.finished is not None:
            self._unshown = unshown

    def _ending(self) -> Iterator[InferenceEvent]:
        """Nobody is left to ask. A refusal stands if nothing was said after it; else the call failed."""
        unshown = self._unshown
        if unshown is not None and unshown.at_extent == self._answer.extent:
            yield from unshown.events
            if unshown.finished is not None:
                yield ModelFinished(unshown.finished.reason, self._answer.usage())
                return
        raise self._trail.verdict()

    def _may_go_on(self, reason: SwitchReason | None) -> bool:
        return reason is None or (
            self._route.fallback.allows(reason) and self._answer.may_go_on_elsewhere
        )

    def _others_left(self, *reasons: SwitchReason) -> bool:
        return any(self._may_go_on(reason) for reason in reasons) and (
            choose_target(self._route, self._candidates(), self._draw) is not None
        )

    def _candidates(self) -> list[Candidate]:
        asked = {chosen.target.id for chosen, _ in self._asked}
        return [
            Candidate(target, self._around.targets.live(target))
            for target in self._route.targets
            if target.id not in asked and self._need.fits(target)
        ]

    def _note_passed_over(self) -> None:
        """Those that were not asked are part of the story too."""
        asked = {chosen.target.id for chosen, _ in self._asked}
        for target in self._route.targets:
            if target.id not in asked:
                self._trail.add(target.id, self._why_passed_over(target), attempts=0)

    def _why_passed_over(self, target: Target) -> ArcanoError:
        if self._need.fits(target):
            return self._around.targets.live(target).breaker.why_open()
        if not self._need.fits_window(target):
            return ContextTooLongError(
                f"The conversation is longer than {target.id} is meant for. Shorten it or choose "
                "another model."
            )
        return ProviderRejectedRequestError(
            f"{target.id} is not meant for images or for tools. Choose another model."
        )
