"""What was said to a client that takes nothing of it: dropped in the end, with the connection.

A connection that is closed politely first hands over what is left, and waits for that as long as the client lets it. One
that never reads would so keep its socket, its file and its answer for ever.
"""

import asyncio

UNREAD_SECONDS = 300.0
"""Long, because the system holds up to some megabytes for a client, and takes more only when much of that is gone: one that
reads slowly looks for a while like one that does not."""


class Unread:
    """What waits in one connection to be taken. After `seconds` in which nothing of it was, the connection is gone."""

    def __init__(self, transport: asyncio.Transport, *, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._left: int | None = None
        """How many bytes waited when that was last looked at; None: some were taken or added since."""
        self._timer: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """Something may be left to be taken, and nothing more is said before it is."""
        self._left = None
        if self._timer is None and self._transport.get_write_buffer_size() > 0:
            self._look_again()

    def was_taken(self) -> None:
        """The client reads."""
        self._left = None

    def forget(self) -> None:
        """The connection is gone, or somebody else's."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_again(self) -> None:
        self._left = self._transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        left = self._transport.get_write_buffer_size()
        if left == 0:
            return
        if self._left is None or left < self._left:
            self._look_again()
        else:
            self._transport.abort()
