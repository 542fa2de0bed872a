"""A limit to a model's silence, at the price of two looks at the clock per event."""

import asyncio

from arcano.inference.routes import Timeouts
from arcano.providers import ProviderUnreachableError


class Watch:
    """Cuts off whoever stays silent too long, by cancelling the reader: the task that calls `begin`.

    There is one timer while the model is waited for, not one per event: when it goes off, it looks
    whether anything was heard meanwhile. Time in which the reader does not listen does not count.
    """

    __slots__ = (
        "_begun_cancelled",
        "_expired",
        "_limit",
        "_listens",
        "_loop",
        "_name",
        "_paused_at",
        "_reader",
        "_since",
        "_speaks",
        "_timeouts",
        "_timer",
    )

    def __init__(self, timeouts: Timeouts, *, name: str) -> None:
        self._timeouts = timeouts
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._reader: asyncio.Task[object] | None = None
        self._begun_cancelled = 0
        self._limit = timeouts.first_token.total_seconds()
        self._since = self._paused_at = self._loop.time()
        self._speaks = False
        self._listens = False
        self._timer: asyncio.TimerHandle | None = None
        self._expired = False

    def begin(self) -> None:
        """The running task listens from now on."""
        self._reader = reader = asyncio.current_task()
        assert reader is not None  # noqa: S101 - a coroutine is always run by a task
        self._begun_cancelled = reader.cancelling()
        self.listens()

    def end(self, error: BaseException | None) -> ProviderUnreachableError | None:
        """The reader stops listening, because of `error` if there is one.

        Returns the silence that it was cut off for. The cancellation that did it is taken back; one
        that came from elsewhere at the same time stays, and goes before the silence.
        """
        self._listens = False
        self._stop_timer()
        reader = self._reader
        if not self._expired or reader is None:
            return None
        left = reader.uncancel()
        if error is None or (
            isinstance(error, asyncio.CancelledError) and left <= self._begun_cancelled
        ):
            return self._silence()
        return None

    def heard(self) -> None:
        """The model said something; until `listens` the reader is busy with it.

        Raises:
            ProviderUnreachableError: Too late: the reader was cut off, and the model swallowed that.
        """
        self._listens = False
        if not self._speaks:
            self._paused_at = self._loop.time()
        if self._expired:
            raise self._silence()

    def listens(self) -> None:
        """The reader waits for the next event."""
        now = self._loop.time()
        # Before the first word all the waiting is one silence, less what the reader was busy elsewhere.
        self._since = now if self._speaks else self._since + (now - self._paused_at)
        self._listens = True
        if self._timer is None:
            self._look_later()

    def loads(self) -> None:
        """The model says that it is busy before it writes: it is given the time for that, from now."""
        if not self._speaks:
            self._allow(self._timeouts.loading.total_seconds())

    def speaks(self) -> None:
        """The first word came: from now on each silence counts for itself."""
        self._speaks = True
        self._allow(self._timeouts.idle.total_seconds())

    def _allow(self, seconds: float) -> None:
        self._limit = seconds
        self._since = self._paused_at = self._loop.time()
        self._stop_timer()

    def _look_later(self) -> None:
        self._timer = self._loop.call_at(self._since + self._limit, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._listens or self._reader is None:
            return  # nobody listens; the next who does sets the timer again
        if self._since + self._limit > self._loop.time():
            self._look_later()
            return
        self._expired = True
        self._reader.cancel()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _silence(self) -> ProviderUnreachableError:
        said = "fell silent for" if self._speaks else "did not begin to answer within"
        return ProviderUnreachableError(f"{self._name} {said} {self._limit:g} seconds.")
