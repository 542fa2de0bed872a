"""A long answer that is nobody's any more once its viewer has gone: what is taken out, line by line, of many rows."""

import asyncio
from collections.abc import AsyncGenerator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from arcano.identity.domain import Viewer
from arcano.identity.sessions import Sessions


class StayingResponse(StreamingResponse):
    """Goes out for as long as the viewer may have it. Then it is cut off, so that nobody takes the part for the whole."""

    def __init__(
        self,
        content: AsyncGenerator[bytes],
        *,
        viewer: Viewer,
        sessions: Sessions,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(content, media_type=media_type, headers=headers)
        self._viewer = viewer
        self._sessions = sessions

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # About nothing that is shared: what is taken back of that ends it not.
        with self._sessions.staying(self._viewer, about=()) as stay:
            try:
                await super().__call__(scope, receive, send)
            except asyncio.CancelledError:
                if not stay.ended:
                    raise
                # Without its end, the client sees that it is not whole: the server hangs up.
                stay.task.uncancel()
