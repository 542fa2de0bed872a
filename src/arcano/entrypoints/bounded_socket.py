"""WebSockets that a client cannot keep by not reading: neither by leaving what was said, nor by leaving the farewell.

Uvicorn asks a silent client whether it is there, and then closes politely: it hands over what is left, however long that takes.
"""

import asyncio
from typing import ClassVar

from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from arcano.entrypoints.unread import UNREAD_SECONDS, Unread


class BoundedSocket(WebSocketsSansIOProtocol):
    """One socket. It is closed when the client takes nothing of what was said to it for `unread_seconds`."""

    unread_seconds: ClassVar[float] = UNREAD_SECONDS

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._unread = Unread(self.transport, seconds=self.unread_seconds)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
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
    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._unread.watch()

    @override
    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self._unread.watch()
