"""Asking for an answer and listening to its end, in two ways: through Arcano, and directly.

Both verify what they heard: every token, in order, and nothing else.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

import orjson
from tests.load.client import Answer, Connection, connect, http_request
from tests.load.words import ANSWER, FIRST_WORD, STAMP

QUESTION = "Tell me a story of sixty-four words, please, and take no breath while you tell it."
TURNS_IN_A_CONVERSATION = 8

_numbers = count()


class WrongAnswerError(Exception):
    """An answer came that is not the one that was to come."""


class Heard:
    """One answer as it was heard: its bytes, the moment of the first token, each token's delay."""

    __slots__ = ("delays_ns", "first_token_ns", "pieces", "started_ns", "timed")

    def __init__(self, *, timed: bool = False) -> None:
        self.started_ns = time.monotonic_ns()
        self.first_token_ns = 0
        self.pieces: list[bytes] = []
        self.timed = timed
        self.delays_ns: list[int] = []

    def hear(self, piece: bytes) -> None:
        if not self.first_token_ns and FIRST_WORD in piece:
            self.first_token_ns = time.monotonic_ns()
        if self.timed:
            now = time.monotonic_ns()
            self.delays_ns.extend(now - int(stamp) for stamp in STAMP.findall(piece))
        self.pieces.append(piece)

    @property
    def to_first_token_ms(self) -> float:
        return (self.first_token_ns - self.started_ns) / 1e6


class Asker(Protocol):
    """Asks one question after the other over one connection."""

    async def prepare(self) -> None:
        """Do beforehand what is not to be timed."""
        ...

    async def ask(self, model: str, *, timed: bool = False) -> Heard:
        """One answer, heard to its end and verified.

        Raises:
            WrongAnswerError: Something is missing, doubled or refused.
            CutError: The connection ended.
        """
        ...

    async def listen(self, model: str, hear: Callable[[bytes], None]) -> None:
        """Ask, and pass on what comes, unverified, until the stream ends."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class DirectAsker:
    """Straight to the upstream; with a cookie or a key, to Arcano's door for programs that speaks the same."""

    port: int
    connection: Connection
    cookie: str | None = None
    key: str | None = None

    @classmethod
    async def open(
        cls, port: int, cookie: str | None = None, key: str | None = None
    ) -> "DirectAsker":
        return cls(port, await connect(port), cookie, key)

    async def prepare(self) -> None:
        """Nothing: the connection is there."""

    async def ask(self, model: str, *, timed: bool = False) -> Heard:
        heard = Heard(timed=timed)
        await self.listen(model, heard.hear)
        verify("".join(_upstream_text(heard)))
        return heard

    async def listen(self, model: str, hear: Callable[[bytes], None]) -> None:
        messages = [{"role": "user", "content": QUESTION}]
        body = orjson.dumps({"model": model, "messages": messages, "stream": True})
        request = http_request(
            "POST",
            "/v1/chat/completions",
            port=self.port,
            cookie=self.cookie,
            key=self.key,
            body=body,
        )
        _expect(await self.connection.ask(request, hear), 200)

    def close(self) -> None:
        self.connection.close()


@dataclass(slots=True)
class ArcanoAsker:
    """Through Arcano: a turn is started, then its events are read. Both over one connection.

    A new conversation is begun every `TURNS_IN_A_CONVERSATION` turns. `parameters` go along with each question.
    """

    port: int
    cookie: str
    connection: Connection
    conversation_id: str = ""
    turns: int = field(default=0)
    parameters: dict[str, float] = field(default_factory=dict[str, float])
    stored_ns: int = 0
    """When the last question was stored."""

    @classmethod
    async def open(cls, port: int, cookie: str) -> "ArcanoAsker":
        return cls(port, cookie, await connect(port))

    async def prepare(self) -> None:
        await self.begin_conversation()

    async def ask(self, model: str, *, timed: bool = False) -> Heard:
        await self.make_room()
        heard = Heard(timed=timed)
        await self.listen(model, heard.hear)
        verify(turn_text(heard))
        return heard

    async def listen(self, model: str, hear: Callable[[bytes], None]) -> None:
        await self.follow(await self.start_turn(model), hear)

    async def make_room(self) -> None:
        """Begin a new conversation where this one has its turns."""
        if self.turns == TURNS_IN_A_CONVERSATION or not self.conversation_id:
            await self.begin_conversation()
        self.turns += 1

    async def begin_conversation(self) -> None:
        answer = await self.connection.ask(self._request("POST", "/api/conversations", {}))
        self.conversation_id = orjson.loads(_expect(answer, 201).body)["id"]
        self.turns = 0

    async def start_turn(self, model: str) -> str:
        draft = {
            "client_message_id": f"m{next(_numbers)}",
            "content": QUESTION,
            "model": model,
            "parameters": self.parameters,
        }
        path = f"/api/conversations/{self.conversation_id}/turns"
        answer = await self.connection.ask(self._request("POST", path, draft))
        self.stored_ns = time.monotonic_ns()
        return orjson.loads(_expect(answer, 202).body)["turn_id"]

    async def follow(self, turn_id: str, hear: Callable[[bytes], None]) -> None:
        events = self._request("GET", f"/api/turns/{turn_id}/events")
        _expect(await self.connection.ask(events, hear), 200)

    async def get(self, path: str) -> Any:
        return orjson.loads(
            _expect(await self.connection.ask(self._request("GET", path)), 200).body
        )

    def close(self) -> None:
        self.connection.close()

    def _request(self, method: str, path: str, body: object = None) -> bytes:
        data = None if body is None else orjson.dumps(body)
        return http_request(method, path, port=self.port, cookie=self.cookie, body=data)


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise WrongAnswerError(f"{answer.status} instead of {status}: {answer.body[:200]!r}")
    return answer


def verify(text: str) -> None:
    """The words are those that were to come.

    Raises:
        WrongAnswerError: They are not.
    """
    plain = STAMP.sub(b"", text.encode()).decode()
    if plain != ANSWER:
        raise WrongAnswerError(f"not the text that was sent: {plain[:80]!r} ({len(plain)})")


def _upstream_text(heard: Heard) -> list[str]:
    return [
        choice["delta"].get("content") or ""
        for event in b"".join(heard.pieces).split(b"\n\n")
        if event.startswith(b"data: {")
        for choice in orjson.loads(event[6:])["choices"]
    ]


def turn_text(heard: Heard) -> str:
    """The words of a turn's events, their numbers and their ending checked.

    Raises:
        WrongAnswerError: A number is missing, or the turn did not finish.
    """
    texts: list[str] = []
    last_kind = b""
    frames = [frame for frame in b"".join(heard.pieces).split(b"\n\n") if frame[:1] not in b":"]
    for sequence, frame in enumerate(frames, start=1):
        number, kind, data = frame.split(b"\n")
        if number != b"id: %d" % sequence:
            raise WrongAnswerError(f"event {sequence} says {number!r}")
        if kind == b"event: text-delta":
            texts.append(orjson.loads(data[6:])["text"])
        last_kind = kind
    if last_kind != b"event: turn-finished":
        raise WrongAnswerError(f"the turn ended with {last_kind!r}: {frames[-1:]!r}")
    return "".join(texts)
