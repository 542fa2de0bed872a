"""A turn's events as an HTTP response (server-sent events), without a task or a copy per reader."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing, suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from arcano.chat.live_log import Stretch
from arcano.identity import Sessions, Viewer
from arcano.platform.sse import SSE_COMMENT, sse_frame


class EventStream(Response):
    """Sends stretches of a log as they come. Ends with the log, the client, or the session.

    It ends, too, when a thing that it is `about` is taken back by the one who shares it.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        first: Stretch,
        rest: AsyncGenerator[Stretch],
        *,
        sessions: Sessions,
        viewer: Viewer,
        about: Collection[str],
    ) -> None:
        super().__init__(
            headers={"X-Accel-Buffering": "no"},
        )
        del self.headers["content-length"]
        self._first = first
        self._rest = rest
        self._sessions = sessions
        self._viewer = viewer
        self._about = about

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._sessions.staying(self._viewer, about=self._about) as stay:
            try:
                await self._send_all(receive, send)
            except asyncio.CancelledError:
                if not stay.ended:
                    raise
                stay.task.uncancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._rest) as stretches:
            await _send_stretch(send, self._first)
            async for stretch in stretches:
                if not stretch.entries and await _is_gone(receive):
                    return
                await _send_stretch(send, stretch)


async def _send_stretch(send: Send, stretch: Stretch) -> None:
    frames = [
        sse_frame(sequence, kind, data)
        for sequence, (kind, data) in enumerate(stretch.entries, stretch.first_sequence)
    ]
    body = b"".join(frames) or SSE_COMMENT
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _is_gone(receive: Receive) -> bool:
    """Has the client left? Asked only when nothing else happens; the server never tells by itself."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return True
    return False
