"""Listening to a model with a limit to its silence, at the price of one look at the clock per event."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

from arcano.inference.routes import Timeouts
from arcano.providers import ModelEvent, ProviderUnreachableError


class Watch:
    """Reads `upstream` for the task that makes it; whoever stays silent too long is cut off.

    There is one timer while the model is waited for, not one per event: when it goes off, it looks
    whether anything was heard meanwhile. Time in which the reader does not listen does not count.
    """

    def __init__(
        self, upstream: AsyncGenerator[ModelEvent], timeouts: Timeouts, *, name: str
    ) -> None:
        self._upstream = upstream
        self._timeouts = timeouts
        self._name = name
        self._loop = asyncio.get_running_loop()
        reader = asyncio.current_task()
        assert reader is not None  # noqa: S101 - a coroutine is always run by a task
        self._reader: asyncio.Task[object] = reader
        self._limit = timeouts.first_token.total_seconds()
        self._since = self._paused_at = self._loop.time()
        self._speaks = False
        self._timer: asyncio.TimerHandle | None = None
        self._listener: asyncio.Task[object] | None = None
        self._listener_cancelled = 0
        self._expired = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_timer()

    def loads(self) -> None:
        """The model says that it is busy before it writes: it is given the time for that, from now."""
        if not self._speaks:
            self._allow(self._timeouts.loading.total_seconds())

    def speaks(self) -> None:
        """The first word came: from now on each silence counts for itself."""
        self._speaks = True
        self._allow(self._timeouts.idle.total_seconds())

    async def next(self) -> ModelEvent | None:
        """The next event; None at the end.

        Raises:
            ProviderUnreachableError: Silence, for too long.
            ProviderError: What the model raised.
        """
        task = self._reader
        self._listener = task
        self._listener_cancelled = task.cancelling()
        now = self._loop.time()
        # Before the first word all the waiting is one silence, less what the reader was busy elsewhere.
        self._since = now if self._speaks else self._since + (now - self._paused_at)
        if self._timer is None:
            self._look_later()
        try:
            event = await anext(self._upstream, None)
        except asyncio.CancelledError as cancelled:
            if self._expired and task.cancelling() - 1 <= self._listener_cancelled:
                raise self._silence() from cancelled
            raise
        finally:
            self._listener = None
            if not self._speaks:
                self._paused_at = self._loop.time()
            if self._expired:
                task.uncancel()
        if self._expired:
            raise self._silence()  # the cancellation was swallowed on its way
        return event

    def _allow(self, seconds: float) -> None:
        self._limit = seconds
        self._since = self._paused_at = self._loop.time()
        self._stop_timer()

    def _look_later(self) -> None:
        self._timer = self._loop.call_at(self._since + self._limit, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._listener is None:
            return  # nobody listens; the next who does sets the timer again
        if self._since + self._limit > self._loop.time():
            self._look_later()
            return
        self._expired = True
        self._listener.cancel()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _silence(self) -> ProviderUnreachableError:
        said = "fell silent for" if self._speaks else "did not begin to answer within"
        return ProviderUnreachableError(f"{self._name} {said} {self._limit:g} seconds.")
