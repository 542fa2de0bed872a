"""Every call on the meter: opened before anybody is asked, written into the ledger when it is over.

Nothing is written while a model speaks, but for calls that last: those are kept as `running` once in a while, with
what was said so far, so that a process that is killed loses the last moments at most.
"""

import asyncio
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol

from arcano.platform.clock import Clock
from arcano.platform.errors import ArcanoError
from arcano.platform.ids import new_id
from arcano.providers import Price, TokenUsage, guessed_tokens
from arcano.usage.budgets.domain import Standing
from arcano.usage.cost import cost_of
from arcano.usage.domain import Caller, CallId, CallRecord, Outcome, TokenCounts
from arcano.usage.gate import UNASKED, Expected, Gate
from arcano.usage.ledger import Ledger

KEEP_EVERY_SECONDS = 1.0


class Speaking(Protocol):
    """What a target says at this moment, as far as it is known."""

    @property
    def first_word_at(self) -> datetime | None:
        """None: nothing was said yet."""
        ...

    @property
    def characters(self) -> int: ...


class CallListener(Protocol):
    """Hears of each call once, when it is over, for figures. It does not wait, and does not raise."""

    def ended(self, record: CallRecord, provider: str | None) -> None:
        """`provider` is the kind of server that answered last; None: nobody was asked."""
        ...

    def refused(self, caller: Caller, code: str) -> None:
        """It was not let in, and has no record."""
        ...


class Meter:
    """Opens calls. One for a server, in its event loop."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        gate: Gate | None = None,
        listener: CallListener | None = None,
    ) -> None:
        self._listener = listener
        self._ledger = ledger
        self._clock = clock
        self._gate = gate
        self._open: set[Metered] = set()

    def opened(self, caller: Caller, model: str, expected: Expected) -> "Metered":
        """A call that begins now: `async with` it."""
        return Metered(self, caller, model, expected, self._clock)

    @property
    def gate(self) -> Gate | None:
        """Who lets calls in; None: everybody may."""
        return self._gate

    @property
    def standings(self) -> list[Standing]:
        """How every budget stands."""
        return [] if self._gate is None else self._gate.purse.standings()

    @property
    def running(self) -> int:
        """How many calls are open."""
        return len(self._open)

    async def keep(self) -> None:
        """Write down how far the open calls are, again and again, until cancelled."""
        while True:
            await asyncio.sleep(KEEP_EVERY_SECONDS)
            await self._ledger.write_rest()
            lasting = [(call, call.record("running")) for call in self._lasting()]
            if self._gate is not None:
                for call, so_far in lasting:
                    self._gate.look(call.admission, so_far)
            await self._ledger.keep_all([so_far for _, so_far in lasting])

    async def enter(self, call: "Metered", caller: Caller, model: str, expected: Expected) -> None:
        """Let a call begin.

        Raises:
            RateLimitedError: It is beyond a limit; it leaves no row.
            BudgetSpentError: It would go beyond a budget; neither does it.
        """
        if self._gate is not None:
            try:
                call.caller = caller = await self._gate.with_groups(caller)
                call.admission = await self._gate.enter(caller, model, expected)
            except ArcanoError as refused:
                if self._listener is not None:
                    self._listener.refused(caller, refused.code)
                raise
        self._open.add(call)

    async def leave(self, call: "Metered", outcome: Outcome) -> None:
        """Settle a call and write it down. Returns when it is on disk."""
        # First, so that it is not written once more as running.
        self._open.discard(call)
        record = call.record(outcome)
        if self._listener is not None:
            self._listener.ended(record, call.provider)
        try:
            if self._gate is not None:
                await self._gate.settle(call.admission, record)
        finally:
            # Whoever has no time to wait for its end: the row is on its way once it is handed over.
            await self._ledger.keep(record)
        if self._gate is not None:
            self._gate.written(record.id)

    def _lasting(self) -> list["Metered"]:
        now = self._clock.now()
        return [
            call
            for call in self._open
            if (now - call.began_at).total_seconds() >= KEEP_EVERY_SECONDS
        ]


class Metered:
    """One call. Told what happens by whoever runs it; the block's end is the call's.

    An `ArcanoError` that leaves the block is its failure; leaving it otherwise before `finish` means that nobody
    wanted the rest.
    """

    __slots__ = (
        "_clock",
        "_cost",
        "_counts",
        "_ended_at",
        "_estimated",
        "_expected",
        "_first_word_at",
        "_from_cache",
        "_meter",
        "_model",
        "_outcome",
        "_price",
        "_served_model",
        "_since",
        "_speaking",
        "_target",
        "_unpriced",
        "_variant",
        "_written_characters",
        "admission",
        "began_at",
        "caller",
        "error_code",
        "id",
        "provider",
    )

    def __init__(
        self, meter: Meter, caller: Caller, model: str, expected: Expected, clock: Clock
    ) -> None:
        self.id = CallId(new_id())
        self.began_at = clock.now()
        self.error_code: str | None = None
        self.provider: str | None = None
        self._meter = meter
        self._clock = clock
        self.caller = caller
        self._model = model
        self._expected = expected
        self.admission = UNASKED
        self._target: str | None = None
        self._served_model: str | None = None
        self._variant: str | None = None
        self._price: Price | None = None
        self._speaking: Speaking | None = None
        self._since = self.began_at
        """When the target began that is listened to."""
        self._first_word_at: datetime | None = None
        self._counts = TokenCounts(0, 0)
        self._cost = 0
        self._unpriced = False
        self._estimated = False
        self._written_characters = 0
        self._from_cache = False
        self._outcome: Outcome = "stopped"
        self._ended_at: datetime | None = None

    async def __aenter__(self) -> "Metered":
        await self._meter.enter(self, self.caller, self._model, self._expected)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # One that came to its own end did so, whatever happens to whoever heard it.
        if self._outcome != "finished":
            if isinstance(error, Exception):
                self._outcome = "failed"
                self.error_code = error.code if isinstance(error, ArcanoError) else "internal-error"
            self._count_what_was_said()
        await self._meter.leave(self, self._outcome)

    def chose(self, target: str, served_model: str, variant: str | None) -> None:
        """This target is asked from now on."""
        self._target, self._served_model, self._variant = target, served_model, variant

    def listens_to(
        self, speaking: Speaking, price: Price | None, provider: str | None = None
    ) -> None:
        """What is said from now on, what it costs, and by what kind of server."""
        self._note_first_word()
        self.provider = provider
        self._speaking, self._price, self._since = speaking, price, self._clock.now()

    def counted(self, usage: TokenUsage | None, characters: int, price: Price | None) -> None:
        """A target has ended; `usage` as it counted, None where it was cut before it told."""
        self._note_first_word()
        self._speaking, self._price = None, price
        self._written_characters += characters
        if not self._from_cache:
            self._add(usage, characters)

    def pays(self, is_payer: bool) -> None:  # noqa: FBT001 - it is the question
        """Whether what is counted next was used for this call. Words that were said before, or to somebody else, were not."""
        self._from_cache = not is_payer

    def finish(self) -> None:
        """The call has come to its own end. It stands in the ledger once the block is left."""
        self._outcome, self._ended_at = "finished", self._clock.now()

    def record(self, outcome: Outcome) -> CallRecord:
        """The call as it stands."""
        # Never before it began: clocks are set back, too.
        now = max(self.began_at, self._ended_at or self._clock.now())
        counts, cost, unpriced, estimated = (
            self._counts,
            self._cost,
            self._unpriced,
            self._estimated,
        )
        speaking = self._speaking
        self._note_first_word()
        if speaking is not None and speaking.first_word_at and not self._from_cache:
            usage = self._estimate(speaking.characters)
            counts, estimated = _sum(counts, usage), True
            part = self._cost_of(usage)
            cost, unpriced = cost + (part or 0), unpriced or part is None
        price = self._price
        return CallRecord(
            id=self.id,
            began_at=self.began_at,
            ended_at=now,
            caller=self.caller,
            model=self._model,
            target=self._target,
            served_model=self._served_model,
            variant=self._variant,
            tokens=counts,
            estimated=estimated,
            estimated_input=self._expected.input_tokens,
            estimated_output=guessed_tokens(
                self._written_characters + (0 if speaking is None else speaking.characters)
            ),
            cost_micros=None if unpriced else cost,
            currency=None if price is None else price.currency,
            price_version=None if price is None else price.version,
            latency_ms=_milliseconds(now - self.began_at),
            first_token_ms=None
            if self._first_word_at is None
            else _milliseconds(self._first_word_at - self.began_at),
            outcome=outcome,
            error_code=self.error_code,
            from_cache=self._from_cache,
        )

    def _count_what_was_said(self) -> None:
        """Whoever was listened to will not tell any more."""
        speaking = self._speaking
        if speaking is not None and speaking.first_word_at:
            self.counted(None, speaking.characters, self._price)

    def _add(self, usage: TokenUsage | None, characters: int) -> None:
        ours = self._estimate(characters)
        if usage is None or usage.input_tokens is None or usage.output_tokens is None:
            self._estimated = True
            usage = ours if usage is None else _completed(usage, ours)
        self._estimated = self._estimated or usage.estimated
        self._counts = _sum(self._counts, usage)
        cost = self._cost_of(usage)
        if cost is None:
            self._unpriced = True
        else:
            self._cost += cost

    def _cost_of(self, usage: TokenUsage) -> int | None:
        if self._price is None:
            return None
        seconds = max(0.0, (self._clock.now() - self._since).total_seconds())
        return cost_of(usage, self._price, seconds=seconds)

    def _note_first_word(self) -> None:
        if self._first_word_at is None and self._speaking is not None:
            self._first_word_at = self._speaking.first_word_at

    def _estimate(self, characters: int) -> TokenUsage:
        return TokenUsage(self._expected.input_tokens, guessed_tokens(characters))


def _completed(usage: TokenUsage, ours: TokenUsage) -> TokenUsage:
    """What its maker did not count, by our own count."""
    return TokenUsage(
        ours.input_tokens if usage.input_tokens is None else usage.input_tokens,
        ours.output_tokens if usage.output_tokens is None else usage.output_tokens,
        usage.reasoning_tokens,
        usage.cached_input_tokens,
        usage.cache_write_tokens,
        estimated=True,
    )


def _sum(counts: TokenCounts, usage: TokenUsage) -> TokenCounts:
    return TokenCounts(
        _added(counts.input, usage.input_tokens),
        _added(counts.output, usage.output_tokens),
        _added(counts.cached_input, usage.cached_input_tokens),
        _added(counts.cache_write, usage.cache_write_tokens),
        _added(counts.reasoning, usage.reasoning_tokens),
    )


def _added(one: int | None, other: int | None) -> int | None:
    if one is None:
        return other
    return one + (other or 0)


def _milliseconds(span: timedelta) -> int:
    return max(0, round(span.total_seconds() * 1000))
