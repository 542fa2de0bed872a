"""One attempt at one target: it is listened to, and what it says and how it ends is noted."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from types import TracebackType

from arcano.inference.answer import Part
from arcano.inference.breaker import Permit
from arcano.inference.targets import LiveTarget
from arcano.inference.watch import Watch
from arcano.platform.clock import Clock
from arcano.providers import (
    CHARACTERS_PER_TOKEN,
    CallAccepted,
    ModelEvent,
    ModelFinished,
    PhaseEntered,
    Price,
    ProviderError,
    ReasoningDelta,
    StreamCutError,
    TextDelta,
)


class Attempt:
    """Listens to `upstream` for the task that enters it, which passes every event on to `text` or `other`.

    After the block either `finished` or `failure` is set: a ProviderError does not leave it. Any other
    error does, and the call upstream is closed in every case. It stands on the path of every streamed
    token: that is why it is fed, and is no generator around the generator that a model is. One that
    `comes_whole` is written while its first word is waited for.
    """

    __slots__ = (
        "_clock",
        "_comes_whole",
        "_live",
        "_permit",
        "_since",
        "_watch",
        "failure",
        "finished",
        "first_word_at",
        "part",
        "price",
        "provider",
        "upstream",
    )

    def __init__(
        self,
        upstream: AsyncGenerator[ModelEvent],
        *,
        part: Part,
        permit: Permit,
        watch: Watch,
        live: LiveTarget,
        clock: Clock,
        comes_whole: bool = False,
        price: Price | None = None,
        provider: str | None = None,
    ) -> None:
        self.upstream = upstream
        self.part = part
        self.price = price
        self.provider = provider
        """What kind of server is asked."""
        self.first_word_at: datetime | None = None
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None
        self._permit = permit
        self._watch = watch
        self._live = live
        self._clock = clock
        self._comes_whole = comes_whole
        self._since = clock.now()

    @property
    def characters(self) -> int:
        """How much it said."""
        return self.part.characters

    async def __aenter__(self) -> AsyncGenerator[ModelEvent]:
        self._watch.begin()
        return self.upstream

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        failure = self._watch.end(error) or error
        try:
            await self.upstream.aclose()
            if failure is None and self.finished is None:
                failure = StreamCutError(f"{self._live.id} stopped before the answer's end.")
            if isinstance(failure, ProviderError):
                self._fail(failure)
        finally:
            self._permit.returned()
        return self.failure is not None

    def text(self, event: TextDelta) -> TextDelta | None:
        """The text as it may be passed on now; None if all of it is held back."""
        self._watch.heard()
        part = self.part
        if not part.heard:
            self._first_word()
        return part.hear_text(event)

    def listens(self) -> None:
        """What was heard is dealt with: the next event is waited for."""
        self._watch.listens()

    def other(self, event: ModelEvent) -> Sequence[ModelEvent]:
        """Anything but text. What may be passed on of it now; of the end, nothing yet."""
        self._watch.heard()
        if isinstance(event, ModelFinished):
            self._finish(event)
            return ()
        if isinstance(event, PhaseEntered):
            self._watch.loads()
        elif not self.part.heard and not isinstance(event, CallAccepted):
            self._first_word()
        if isinstance(event, ReasoningDelta):
            self.part.hear_reasoning(event)
            return (event,)
        return self.part.hear(event)

    def _first_word(self) -> None:
        self.part.heard = True
        self.first_word_at = now = self._clock.now()
        self._live.spoke(asked=self._since)
        if not self._comes_whole:
            self._since = now
        self._permit.answered()
        self._watch.speaks()

    def _finish(self, finished: ModelFinished) -> None:
        self.finished = finished
        self._permit.succeeded()
        part, usage = self.part, finished.usage
        part.usage = usage
        if part.heard:
            tokens = usage.output_tokens if usage else None
            estimated = part.characters // CHARACTERS_PER_TOKEN
            self._live.wrote(tokens or estimated, since=self._since)

    def _fail(self, failure: ProviderError) -> None:
        self.failure = failure
        if not failure.shared:
            self._permit.failed(failure)
            self._live.failed(failure)
