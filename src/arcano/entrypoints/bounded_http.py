"""HTTP connections on which nobody can keep the server waiting for ever, or make it remember without end.

Uvicorn closes a connection that is idle between two requests, but waits for the rest of a request as long as it takes
and reads heads of any size. Behind a proxy that never happens; a server on a machine at home has no proxy.
"""

import asyncio
from typing import ClassVar, Literal

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from arcano.entrypoints.unread import UNREAD_SECONDS, Unread

MAX_HEAD_BYTES = 64 * 1024
"""Beyond what comes in one read. Browsers and proxies stay below a quarter of it. What stands beside a body in chunks,
headers behind it among them, has the same limit."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """One connection. It is closed when a head takes longer than `head_seconds`, or a body is silent for so long.

    It is, too, when the client takes nothing of its answer for `unread_seconds`. A body that comes slowly may take its time, and
    so may an answer. There is one timer for each connection, not for each request.
    """

    head_seconds: ClassVar[float] = 20.0
    silent_body_seconds: ClassVar[float] = 60.0
    unread_seconds: ClassVar[float] = UNREAD_SECONDS

    _owed: Literal["head", "body", "nothing"] = "nothing"
    """What the client has still to send."""
    _since: float = 0.0
    _head_bytes: int = 0
    """How much came that belongs to no body, since the last of one."""
    _is_body: bool = False
    """Whether what is being read just now has something of a body in it."""
    _timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._unread = Unread(transport, seconds=self.unread_seconds)
        self._wait_for_head()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._unread.forget()
        super().connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread.watch()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread.was_taken()

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._unread.watch()

    @override
    def data_received(self, data: bytes) -> None:
        if self._owed == "body":
            self._since = self.loop.time()
        self._is_body = False
        super().data_received(data)
        if self._owed == "nothing" or self._is_body:
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            if self._owed == "head":
                self.transport.write(_TOO_LARGE)
                self.transport.close()
            else:
                self.transport.abort()

    @override
    def on_body(self, body: bytes) -> None:
        self._is_body = True
        self._head_bytes = 0
        super().on_body(body)

    @override
    def handle_websocket_upgrade(self) -> None:
        self._owed = "nothing"
        self._unread.forget()
        super().handle_websocket_upgrade()

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_head()

    @override
    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._owed = "body"
        self._head_bytes = 0
        self._since = self.loop.time()

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._owed = "nothing"

    def _wait_for_head(self) -> None:
        self._owed = "head"
        self._head_bytes = 0
        self._since = self.loop.time()
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._owed == "nothing" or self.transport.is_closing():
            return
        now = self.loop.time()
        if self.flow.read_paused:
            self._since = now  # it is we who do not listen
        limit = self.head_seconds if self._owed == "head" else self.silent_body_seconds
        left = self._since + limit - now
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        else:
            self.transport.abort()
