"""A person with a browser, as tests of the whole server play them: asks over HTTP, hears over SSE or the socket."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import uuid4

import aiohttp
import orjson
from tests.support.upstream import MODEL

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"
CLOSING = frozenset({"turn-finished", "turn-stopped", "turn-failed", "turn-interrupted"})


@dataclass(frozen=True, slots=True)
class Answered:
    """What the server answered: its status, its JSON, its headers."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The code of a problem; whatever is a problem has all that a problem must have."""
        assert self.status >= 400, self
        assert self.headers["content-type"] == "application/problem+json", self
        assert self.body["status"] == self.status
        assert self.body["request_id"] == self.headers["x-request-id"]
        assert self.body["detail"], self
        assert isinstance(self.body["retryable"], bool)
        assert "Traceback" not in str(self.body)
        return self.body["code"]


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it arrived, with its number and the moment."""

    sequence: int
    event: dict[str, Any]
    at: float

    @property
    def type(self) -> str:
        return self.event["type"]


@dataclass(frozen=True, slots=True)
class Turn:
    """The ids of a question that was accepted."""

    id: str
    conversation_id: str
    question_id: str
    answer_id: str


@dataclass(slots=True, eq=False)
class Visitor:
    """One browser with its cookies."""

    http: aiohttp.ClientSession
    url: str

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answered:
        """One request; `raw` is sent as it is where it is given."""
        data = raw if raw is not None or body is None else orjson.dumps(body)
        stream = None if data is None else BytesIO(data)
        sent = {"Content-Type": "application/json", **(headers or {})}
        async with (
            asyncio.timeout(30),
            self.http.request(method, self.url + path, data=stream, headers=sent) as response,
        ):
            text = await response.read()
            got = {name.lower(): value for name, value in response.headers.items()}
            return Answered(response.status, orjson.loads(text) if text else None, got)

    async def get(self, path: str) -> Answered:
        return await self.call("GET", path)

    async def post(self, path: str, body: object = None) -> Answered:
        return await self.call("POST", path, body)

    async def put(self, path: str, body: object = None) -> Answered:
        return await self.call("PUT", path, body)

    async def delete(self, path: str) -> Answered:
        return await self.call("DELETE", path)

    async def set_up(self) -> None:
        """Become the owner of a fresh workspace."""
        draft = {"email": EMAIL, "password": PASSWORD, "name": "Ada"}
        done = await self.post("/api/setup", draft)
        assert done.status == 201, done

    async def sign_in(self) -> None:
        done = await self.post("/api/session", {"email": EMAIL, "password": PASSWORD})
        assert done.status == 201, done

    async def new_conversation(self) -> str:
        return (await self.post("/api/conversations", {})).body["id"]

    async def ask(
        self, question: str, *, conversation_id: str | None = None, **fields: object
    ) -> Turn:
        """Ask something, in a new conversation unless one is named, and be accepted."""
        place = conversation_id or await self.new_conversation()
        answered = await self.try_to_ask(question, conversation_id=place, **fields)
        assert answered.status == 202, answered
        return turn_of(place, answered)

    async def try_to_ask(
        self, question: object, *, conversation_id: str, **fields: object
    ) -> Answered:
        draft = {"client_message_id": str(uuid4()), "content": question, "model": MODEL, **fields}
        return await self.post(f"/api/conversations/{conversation_id}/turns", draft)

    async def go_on(self, turn: Turn) -> Turn:
        """Ask for more of an answer that ended early."""
        answered = await self.post(f"/api/messages/{turn.answer_id}/continue", {})
        assert answered.status == 202, answered
        return turn_of(turn.conversation_id, answered)

    async def stop(self, turn: Turn) -> Answered:
        return await self.post(f"/api/turns/{turn.id}/stop")

    async def turn(self, turn: Turn) -> dict[str, Any]:
        return (await self.get(f"/api/turns/{turn.id}")).body

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """All of them, newest first."""
        answered = await self.get(f"/api/conversations/{conversation_id}/messages?limit=200")
        assert answered.status == 200, answered
        return answered.body["items"]

    async def answer(self, turn: Turn) -> dict[str, Any]:
        """The assistant's message of a turn."""
        items = await self.messages(turn.conversation_id)
        (found,) = (item for item in items if item["id"] == turn.answer_id)
        return found

    async def hear(self, turn: Turn, *, after: int = 0) -> AsyncGenerator[Heard]:
        """The events of a turn as they come, over SSE. Ends with the stream, however that ends."""
        address = f"{self.url}/api/turns/{turn.id}/events?after={after}"
        async with self.http.get(address) as response:
            assert response.status == 200, await response.text()
            reader = FrameReader()
            async for chunk in response.content.iter_any():
                for heard in reader.feed(chunk):
                    yield heard

    async def hear_out(self, turn: Turn, *, after: int = 0, within: float = 30) -> list[Heard]:
        """All events of a turn, from `after` on, until the server ends the stream."""
        return await all_of(self.hear(turn, after=after), within=within)

    @asynccontextmanager
    async def socket(self) -> AsyncGenerator["Socket"]:
        address = self.url.replace("http", "ws", 1) + "/api/ws"
        async with self.http.ws_connect(address, max_msg_size=0) as connection:
            yield Socket(connection)


@dataclass(slots=True, eq=False)
class Socket:
    """The live socket: commands go out, answers and events come in."""

    connection: aiohttp.ClientWebSocketResponse
    _waiting: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def unread(self) -> list[dict[str, Any]]:
        """What has arrived and nobody asked for yet."""
        return self._waiting

    async def command(self, kind: str, **fields: object) -> dict[str, Any]:
        """Send a command; its answer, whatever else arrives before."""
        identifier = str(uuid4())
        await self.connection.send_str(
            orjson.dumps({"id": identifier, "type": kind, **fields}).decode()
        )
        async with asyncio.timeout(15):
            while True:
                message = await self._receive()
                if message.get("id") == identifier:
                    return message
                self._waiting.append(message)

    async def hear(self, turn: Turn, *, after: int = 0) -> AsyncGenerator[Heard]:
        """The events of a turn, until its closing one."""
        answer = await self.command("follow-turn", turn_id=turn.id, after=after)
        assert answer["type"] == "answer", answer
        while True:
            message = self._waiting.pop(0) if self._waiting else await self._receive()
            if message["type"] == "event" and message["turn_id"] == turn.id:
                heard = Heard(message["sequence"], message["event"], time.monotonic())
                yield heard
                if heard.type in CLOSING:
                    return

    async def _receive(self) -> dict[str, Any]:
        return orjson.loads(await self.connection.receive_str())


class FrameReader:
    """Whole SSE frames out of bytes cut anywhere. Written anew here: the server's own is under test."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Heard]:
        *frames, self._rest = (self._rest + chunk).split(b"\n\n")
        return [_heard(frame) for frame in frames if not frame.startswith(b":")]


def _heard(frame: bytes) -> Heard:
    fields = dict(line.split(b": ", 1) for line in frame.split(b"\n"))
    event = orjson.loads(fields[b"data"])
    assert event["type"] == fields[b"event"].decode()
    return Heard(int(fields[b"id"]), event, time.monotonic())


async def all_of(events: AsyncGenerator[Heard], *, within: float = 30) -> list[Heard]:
    """Everything that is heard until it ends."""
    async with asyncio.timeout(within), aclosing(events):
        return [heard async for heard in events]


def turn_of(conversation_id: str, answered: Answered) -> Turn:
    body = answered.body
    return Turn(
        body["turn_id"], conversation_id, body["user_message_id"], body["assistant_message_id"]
    )


def text_of(message: dict[str, Any]) -> str:
    """The text of a message."""
    return "".join(part["text"] for part in message["content"])


def text_heard(events: list[Heard]) -> str:
    """The answer as its events tell it."""
    return "".join(heard.event["text"] for heard in events if heard.type == "text-delta")


def closing_of(events: list[Heard]) -> dict[str, Any]:
    """The one closing event: there is exactly one, it is the last, and nothing is missing before it."""
    assert [heard.sequence for heard in events] == list(range(1, len(events) + 1))
    assert events[0].type == "turn-started"
    (closing,) = (heard for heard in events if heard.type in CLOSING)
    assert closing is events[-1]
    return closing.event


@asynccontextmanager
async def a_visitor(url: str) -> AsyncGenerator[Visitor]:
    """A browser without a session yet."""
    connector = aiohttp.TCPConnector(limit=0)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
        yield Visitor(http, url)


@asynccontextmanager
async def signed_in_visitor(url: str) -> AsyncGenerator[Visitor]:
    """A browser with a session of the owner, who is made where there is none."""
    async with a_visitor(url) as visitor:
        if (await visitor.get("/api/setup")).body["needed"]:
            await visitor.set_up()
        else:
            await visitor.sign_in()
        yield visitor
