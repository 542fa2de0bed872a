"""An answer to a program, written in its dialect while the model speaks.

The status is decided by what happens first: a call that fails before its first word is an error with a status of its
own, one that fails later is told inside the stream and never looks like a normal end. A caller who leaves ends the
call at the provider at once; so does a key that is revoked.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from arcano.identity import NotSignedInError, Sessions, Viewer
from arcano.inference import InferenceEvent
from arcano.platform.errors import ArcanoError
from arcano.providers import ModelFinished

SILENCE_SECONDS = 15
"""After so long without a word a stream begins, so that nobody on the way thinks that the connection is dead."""


class AnswerWriter(Protocol):
    """One answer in the words of a dialect. Fed with every event of the call, in order."""

    media_type: str
    silence: bytes
    """What is sent while nothing is said, so that the connection is not taken for dead. Empty: nothing can be."""

    def feed(self, event: InferenceEvent) -> bytes:
        """What is to be sent for it; empty where the dialect says nothing of it, or says all at the end."""
        ...

    def failed(self, error: ArcanoError) -> bytes:
        """What is to be sent where the call fails after something was sent."""
        ...

    def refusal(self, error: ArcanoError) -> Response:
        """The answer where it fails before that."""
        ...


LateHeaders = Callable[[], Awaitable[Mapping[str, str]]]
"""Headers that are known only once the call was let in, or not."""


class Answering(Response):
    """Runs a call and sends what its writer makes of it. Ends with the call, the caller, or the caller's session."""

    def __init__(
        self,
        events: AsyncGenerator[InferenceEvent],
        writer: AnswerWriter,
        *,
        sessions: Sessions,
        viewer: Viewer,
        headers: Mapping[str, str] | None = None,
        late_headers: LateHeaders | None = None,
    ) -> None:
        super().__init__(
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", **(headers or {})},
            media_type=writer.media_type,
        )
        del self.headers["content-length"]
        self._events = events
        self._writer = writer
        self._sessions = sessions
        self._viewer = viewer
        self._late_headers = late_headers
        self._begun = False
        self._beginning = asyncio.Lock()
        self._silent = True

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with asyncio.TaskGroup() as tasks:
            answering = tasks.create_task(self._answer(scope, receive, send))
            # Uvicorn says that the caller is gone also when the answer is complete.
            while not await self._is_over(receive):
                await self._break_silence(send)
            answering.cancel()

    async def _is_over(self, receive: Receive) -> bool:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return False
        return True

    async def _break_silence(self, send: Send) -> None:
        if self._silent and self._writer.silence:
            await self._send(send, self._writer.silence)
        self._silent = True

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._sessions.staying(self._viewer, through_changes=True) as stay:
            try:
                await self._write(scope, receive, send)
            except asyncio.CancelledError:
                if not stay.ended:
                    raise
                stay.task.uncancel()
                ended = NotSignedInError(
                    "The key or the session was revoked while this was answered."
                )
                await self._fail(ended, scope, receive, send)

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        writer = self._writer
        try:
            async with aclosing(self._events) as events:
                async for event in events:
                    said = writer.feed(event)
                    if isinstance(event, ModelFinished):
                        # Told once it stands in the ledger, which it does when the call is left.
                        await events.aclose()
                        # In one piece with the end: what follows would be a packet of its own.
                        await self._send(send, said, more=False)
                        return
                    if said:
                        await self._send(send, said)
        except ArcanoError as failure:
            await self._fail(failure, scope, receive, send)

    async def _fail(self, failure: ArcanoError, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._beginning:
            if not self._begun:
                self._begun, self._silent = True, False
                refusal = self._writer.refusal(failure)
                refusal.headers.update(await self._late())
                await refusal(scope, receive, send)
                return
        await self._send(send, self._writer.failed(failure), more=False)

    async def _begin(self, send: Send) -> None:
        """Once, whoever comes first: the answer, or the word that breaks a long silence."""
        async with self._beginning:
            if not self._begun:
                self.headers.update(await self._late())
                await send(
                    {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
                )
                self._begun = True

    async def _late(self) -> Mapping[str, str]:
        return {} if self._late_headers is None else await self._late_headers()

    async def _send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        self._silent = False
        if not self._begun:
            await self._begin(send)
        await send({"type": "http.response.body", "body": body, "more_body": more})
