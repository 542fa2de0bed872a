"""The doors of chat over one WebSocket: the same commands and events, several turns at once.

One task reads commands, one writes everything that goes out, one passes on notices, and one follows
each turn that the client wants to hear. What goes out waits in a bounded queue: a client that does
not read holds up its own streams, and nobody else's.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from arcano.chat.domain import ConversationId, MessageId, TurnId
from arcano.chat.doors import Chat
from arcano.chat.live_log import Stretch
from arcano.chat.notices import Notice
from arcano.chat.schemas import AnswerAgainDraft, Id, StartTurnDraft
from arcano.identity import (
    Access,
    Identity,
    NotAllowedError,
    NotSignedInError,
    Permission,
    TooManyAttemptsError,
    Viewer,
    open_to_all,
    signed_in,
)
from arcano.platform.errors import ArcanoError, InvalidInputError
from arcano.platform.json_route import parse_json
from arcano.platform.problems import (
    ProblemView,
    keep_refusal,
    problem_of,
    problem_of_bug,
    problem_of_input,
)

logger = logging.getLogger(__name__)

router = APIRouter()

MAX_WAITING = 256
MAX_FOLLOWED = 64
UNREADABLE = 1008
SESSION_ENDED = 4401
COME_AGAIN = 1012
"""What the viewer may do has changed: the client connects again, and finds out."""

_READS = Access((Permission.CONVERSATION_READ,), "viewer")
_ASKS = Access((Permission.CONVERSATION_WRITE,), "editor")
COMMANDS: Mapping[str, Access] = {
    "start-turn": _ASKS,
    "regenerate": _ASKS,
    "continue": _ASKS,
    "stop-turn": _ASKS,
    "follow-turn": _READS,
    "unfollow-turn": _READS,
    "ping": Access(opens_to_keys=True),
}
"""What each command asks of whoever sends it, as doors do. One that is not named here does not exist."""


class Command(BaseModel):
    """Every command has these; the rest depends on its type."""

    model_config = ConfigDict(extra="allow")

    id: str | int
    type: str


class OfConversation(BaseModel):
    conversation_id: Id


class OfMessage(BaseModel):
    message_id: Id


class OfTurn(BaseModel):
    turn_id: Id
    after: int = 0


@router.websocket("/api/ws", dependencies=[open_to_all])
async def live_socket(websocket: WebSocket) -> None:
    """One client, until it goes or its session ends."""
    try:
        viewer = await signed_in(websocket)
    except (NotSignedInError, NotAllowedError, TooManyAttemptsError) as refused:
        await keep_refusal(websocket, refused, deed="live_socket")
        # Accepted first, because a browser shows no reason for an upgrade that is refused.
        await websocket.accept()
        too_many = isinstance(refused, TooManyAttemptsError)
        await websocket.close(COME_AGAIN if too_many else SESSION_ENDED)
        return
    await websocket.accept()
    identity: Identity = websocket.app.state.identity
    socket = LiveSocket(websocket, websocket.app.state.chat, viewer)
    with identity.sessions.staying(
        viewer, about=socket.shared.values(), when_shared=socket.look_again
    ) as stay:
        try:
            await socket.serve(used=partial(identity.sessions.use, stay))
        except asyncio.CancelledError:
            if not stay.ended:
                raise
            stay.task.uncancel()
            await websocket.close(SESSION_ENDED if stay.signed_out else COME_AGAIN)


class _SocketClosed(Exception):  # noqa: N818 - not an error: the way out of the task group
    """The client has gone, or was shown the door."""


class LiveSocket:
    """One open socket."""

    def __init__(self, websocket: WebSocket, chat: Chat, viewer: Viewer) -> None:
        self._websocket = websocket
        self._chat = chat
        self._viewer = viewer
        self._out: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._followed: dict[TurnId, asyncio.Task[None]] = {}
        self.shared: dict[TurnId, str] = {}
        """The conversations of those turns that are followed and may be somebody else's, who can take them back."""
        self._deeds: dict[
            str, Callable[[dict[str, Any]], Coroutine[Any, Any, BaseModel | None]]
        ] = {
            "start-turn": self._start,
            "regenerate": self._regenerate,
            "continue": self._continue,
            "stop-turn": self._stop,
            "follow-turn": self._follow,
            "unfollow-turn": self._unfollow,
            "ping": self._ping,
        }

    async def serve(self, *, used: Callable[[], None]) -> None:
        """Runs until the client goes. `used` is called with each command that somebody wants something by."""
        self._used = used
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self._write())
                tasks.create_task(self._pass_on_notices())
                await self._read()
        except* (_SocketClosed, WebSocketDisconnect):
            pass

    def look_again(self, conversation_id: str) -> None:
        """Say that somebody shares this conversation with the viewer, or does so no longer."""
        notice = Notice("conversation-changed", ConversationId(conversation_id))
        # A client that is far behind misses it, as it does other notices.
        with suppress(asyncio.QueueFull):
            self._out.put_nowait(_json({"type": "notice", "notice": _notice(notice)}))

    async def _read(self) -> None:
        # An answer that could not be sent shows that the client has gone, before its last commands are read.
        while self._websocket.application_state is WebSocketState.CONNECTED:
            try:
                text = await self._websocket.receive_text()
                fields = parse_json(text.encode())
                command = Command.model_validate(fields)
            except (KeyError, InvalidInputError, ValidationError):
                # A `KeyError` means: a binary frame, which has no text.
                await self._refuse_frame()
                return
            await self._out.put(await self._obey(command, fields))
        raise _SocketClosed

    async def _refuse_frame(self) -> None:
        await self._websocket.close(UNREADABLE, "Not a command.")
        raise _SocketClosed

    async def _obey(self, command: Command, fields: dict[str, Any]) -> str:
        """Do what is asked; the answer, as text for the wire."""
        try:
            _access(command).check(self._viewer)
            if command.type != "ping":
                # A client pings by itself, however long nobody has sat there.
                self._used()
            body = await self._deeds[command.type](fields)
        except ArcanoError as refused:
            await keep_refusal(self._websocket, refused, deed=command.type)
            return _error(command, problem_of(refused))
        except ValidationError as wrong:
            return _error(command, problem_of_input(wrong))
        except Exception:
            logger.exception("command %s failed unexpectedly", command.type[:50])
            return _error(command, problem_of_bug())
        answer = {} if body is None else body.model_dump(mode="json")
        return _json({"type": "answer", "id": command.id, "body": answer})

    async def _start(self, fields: dict[str, Any]) -> BaseModel:
        conversation = OfConversation.model_validate(fields).conversation_id
        draft = StartTurnDraft.model_validate(fields)
        return await self._chat.start(self._viewer, ConversationId(conversation), draft)

    async def _regenerate(self, fields: dict[str, Any]) -> BaseModel:
        message_id = MessageId(OfMessage.model_validate(fields).message_id)
        draft = AnswerAgainDraft.model_validate(fields)
        return await self._chat.regenerate(self._viewer, message_id, draft)

    async def _continue(self, fields: dict[str, Any]) -> BaseModel:
        message_id = MessageId(OfMessage.model_validate(fields).message_id)
        draft = AnswerAgainDraft.model_validate(fields)
        return await self._chat.continue_reply(self._viewer, message_id, draft)

    async def _stop(self, fields: dict[str, Any]) -> BaseModel:
        turn_id = TurnId(OfTurn.model_validate(fields).turn_id)
        return await self._chat.stop(self._viewer, turn_id)

    async def _follow(self, fields: dict[str, Any]) -> None:
        wanted = OfTurn.model_validate(fields)
        turn_id = TurnId(wanted.turn_id)
        await self._unfollow(fields)
        if len(self._followed) >= MAX_FOLLOWED:
            raise InvalidInputError(f"One socket follows {MAX_FOLLOWED} turns at most.")
        shared = await self._chat.maybe_shared(self._viewer, turn_id)
        if shared is not None:
            self.shared[turn_id] = shared
        try:
            first, stretches = await self._chat.hear(
                self._viewer, turn_id, after=max(0, wanted.after)
            )
        except ArcanoError:
            self.shared.pop(turn_id, None)
            raise
        self._followed[turn_id] = self._tasks.create_task(
            self._pass_on_turn(turn_id, first, stretches)
        )

    async def _unfollow(self, fields: dict[str, Any]) -> None:
        turn_id = TurnId(OfTurn.model_validate(fields).turn_id)
        self.shared.pop(turn_id, None)
        task = self._followed.pop(turn_id, None)
        if task is not None:
            task.cancel()

    async def _ping(self, _fields: dict[str, Any]) -> None:
        return None

    async def _pass_on_turn(
        self, turn_id: TurnId, first: Stretch, rest: AsyncGenerator[Stretch]
    ) -> None:
        try:
            async with aclosing(rest) as stretches:
                await self._put_stretch(turn_id, first)
                async for stretch in stretches:
                    await self._put_stretch(turn_id, stretch)
        finally:
            if self._followed.get(turn_id) is asyncio.current_task():
                del self._followed[turn_id]
                self.shared.pop(turn_id, None)

    async def _put_stretch(self, turn_id: TurnId, stretch: Stretch) -> None:
        for sequence, (_, data) in enumerate(stretch.entries, stretch.first_sequence):
            await self._out.put(
                f'{{"type":"event","turn_id":"{turn_id}","sequence":{sequence},'
                f'"event":{data.decode()}}}'
            )

    async def _pass_on_notices(self) -> None:
        with self._chat.notices.listening(self._viewer.user_id) as queue:
            while True:
                notice = await queue.get()
                await self._out.put(_json({"type": "notice", "notice": _notice(notice)}))

    async def _write(self) -> None:
        while True:
            text = await self._out.get()
            if self._websocket.application_state is not WebSocketState.CONNECTED:
                raise _SocketClosed
            await self._websocket.send_text(text)


def _notice(notice: Notice) -> dict[str, Any]:
    fields = {
        "name": notice.name,
        "conversation_id": notice.conversation_id,
        "turn_id": notice.turn_id,
        "status": notice.status,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _access(command: Command) -> Access:
    access = COMMANDS.get(command.type)
    if access is None:
        raise InvalidInputError(f"There is no command {command.type[:50]!r}.")
    return access


def _error(command: Command, problem: ProblemView) -> str:
    body = problem.model_dump(mode="json", exclude_none=True)
    return _json({"type": "error", "id": command.id, "problem": body})


def _json(value: dict[str, Any]) -> str:
    return orjson.dumps(value).decode()
