"""Makes the calls of a plan, at a server of their own, as a handful of people with a handful of keys."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from tests.exact.doors import Question
from tests.exact.plan import KEPT, Planned
from tests.exact.upstream import ExactUpstream, Watched
from tests.support.members import a_member
from tests.support.server import CANARY_KEY, Server, a_server
from tests.support.visitor import Answered, Visitor, signed_in_visitor
from tests.support.wire_answers import FORMATS

AT_ONCE = 32
HUNG_AFTER_SECONDS = 600
KEYS_EACH = 2
MEMBERS = 3
ASKERS = KEYS_EACH * (1 + MEMBERS)
DOORS_OF_KEYS = ["openai", "anthropic", "ollama", "gemini"]
MUCH = 10**15

UNPRICED = "mistral"
"""The kind of which nobody knows what it costs."""
PRICES: Mapping[str, tuple[float, float]] = {
    kind: (0.37 + place / 9, 1.61 + place / 7)
    for place, kind in enumerate(FORMATS)
    if kind != UNPRICED
}
"""Dollars for a million tokens that are read and written: such that hardly a cost is a whole number."""
_RESPONSE_ID = re.compile(rb'"id":\s?"(resp_[^"]+)"')


@dataclass(frozen=True, slots=True)
class Asker:
    """A key, and whose it is."""

    visitor: Visitor
    user_id: str
    key: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one question, as whoever asked it saw it. `number` is the call's; `key_id` what it was asked with."""

    number: int
    key_id: str
    status: int
    body: bytes
    left: bool = False


@dataclass(slots=True, eq=False)
class Bank:
    """A server whose books are looked at, its stand-in, and who asks."""

    server: Server
    upstream: ExactUpstream
    owner: Visitor
    askers: list[Asker]
    poor: Asker
    """Whose key has a budget that nothing fits into."""
    made: list[Made] = field(default_factory=list[Made])
    hung: list[Planned] = field(default_factory=list[Planned])


def _prices() -> str:
    told = {
        f"{kind}-{which}": {"input": read, "output": written}
        for kind, (read, written) in PRICES.items()
        for which in ("told", "first", "second")
    }
    return orjson.dumps(told).decode()


def second_kind(kind: str) -> str:
    """Which format goes on where the first one is cut."""
    kinds = list(FORMATS)
    return kinds[(kinds.index(kind) + 1) % len(kinds)]


def _routes() -> str:
    routes = [
        {
            "name": f"{kind}-switched",
            "targets": [
                {"id": f"{kind}-1", "model": f"{kind}-first"},
                {"id": f"{kind}-2", "model": f"{second_kind(kind)}-second"},
            ],
        }
        for kind in FORMATS
    ]
    return orjson.dumps(routes).decode()


@asynccontextmanager
async def a_bank(folder: Path, upstream: ExactUpstream) -> AsyncGenerator[Bank]:
    """A server with a connection of each kind to the stand-in, people, keys, groups, and a budget of every scope."""
    settings = {
        "ARCANO_PROVIDERS__PRICES": _prices(),
        "ARCANO_INFERENCE__ROUTES": _routes(),
        # Nobody is left alone for what goes wrong: every call is to meet its fate.
        "ARCANO_INFERENCE__BREAKER__FEWEST_CALLS": "20",
        "ARCANO_INFERENCE__BREAKER__FAILURE_RATE": "1",
    }
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(a_server(folder, settings=settings))
        owner = await stack.enter_async_context(signed_in_visitor(server.url))
        for kind in FORMATS:
            models = [f"{kind}-{which}" for which in ("told", "first", "second")]
            draft = {
                "kind": kind,
                "name": kind,
                "base_url": upstream.url(kind),
                "key": CANARY_KEY,
                "models": models,
            }
            await _made(owner, "/api/connections", draft)
        people: list[tuple[Visitor, str]] = [(owner, (await owner.get("/api/me")).body["id"])]
        for _ in range(MEMBERS):
            member = await stack.enter_async_context(a_member(server))
            people.append((member, member.id))
        askers = [await _asker(*person) for person in people for _ in range(KEYS_EACH)]
        poor = await _asker(*people[-1])
        bank = Bank(server, upstream, owner, askers, poor)
        await _budgets(bank)
        yield bank


async def _steadily(deed: Callable[[], Awaitable[Answered]]) -> Answered:
    """Once more where a connection that had lain idle was closed meanwhile."""
    try:
        return await deed()
    except aiohttp.ClientOSError:
        return await deed()


async def _made(visitor: Visitor, path: str, draft: object) -> dict[str, Any]:
    made = await _steadily(lambda: visitor.post(path, draft))
    assert made.status == 201, made
    return made.body


async def _asker(visitor: Visitor, user_id: str, **terms: object) -> Asker:
    made = await _made(visitor, "/api/keys", {"name": "A program", "doors": DOORS_OF_KEYS, **terms})
    return Asker(visitor, user_id, made["key"], made["details"]["id"])


async def _budgets(bank: Bank) -> None:
    """One of money and one of tokens for all, two people, two keys, two models, and two groups."""
    groups: list[str] = []
    for name, first, last in (("Half", 0, 4), ("Some", 2, 6)):
        group = (await _made(bank.owner, "/api/groups", {"name": name}))["id"]
        people = {asker.user_id for asker in bank.askers[first:last]}
        put_in = await bank.owner.post(f"/api/groups/{group}/people", {"people": sorted(people)})
        assert put_in.status == 200, put_in
        groups.append(group)
    subjects: Mapping[str, Sequence[str | None]] = {
        "organisation": (None,),
        "person": (bank.askers[0].user_id, bank.askers[-1].user_id),
        "key": (bank.askers[0].key_id, bank.askers[-1].key_id),
        "model": ("anthropic-told", "gemini-switched"),
        "group": groups,
    }
    for scope, whose in subjects.items():
        for subject in whose:
            for unit in ("money", "tokens"):
                await _budget(bank, scope, subject, unit, MUCH)
    await _budget(bank, "key", bank.poor.key_id, "tokens", 1)


async def _budget(bank: Bank, scope: str, subject: str | None, unit: str, amount: int) -> None:
    draft = {
        "name": f"{scope} {unit}",
        "scope": scope,
        "subject_id": subject,
        "unit": unit,
        "amount": amount,
        # One that begins anew would do so under a test at midnight.
        "period": "total",
    }
    await _made(bank.owner, "/api/budgets", draft)


async def make_all(bank: Bank, calls: Sequence[Planned], *, at_once: int = AT_ONCE) -> None:
    """Make the calls, so many at a time. What came of each is in `made`."""
    left = iter(calls)

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True)
    ) as http:

        async def make_one_after_the_other() -> None:
            for planned in left:
                try:
                    async with asyncio.timeout(HUNG_AFTER_SECONDS):
                        await _Asking(bank, http, planned).make()
                except TimeoutError:
                    bank.hung.append(planned)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(make_one_after_the_other())


class _Asking:
    """One planned call being made."""

    def __init__(self, bank: Bank, http: aiohttp.ClientSession, planned: Planned) -> None:
        self._bank = bank
        self._http = http
        self._planned = planned
        self._watched: Watched = bank.upstream.calls[planned.number]

    async def make(self) -> None:
        planned, asker = self._planned, self._bank.askers[self._planned.asker]
        match planned.fate:
            case "repeated":
                await self._ask(asker)
                await self._ask(asker)
            case "together":
                await asyncio.gather(self._ask(asker), self._ask(asker))
            case "the first of two leaves":
                await self._leave_another_behind(asker)
            case "left before a word":
                await self._leave_before_a_word(asker)
            case "revoked":
                await self._ask_until_revoked(asker)
            case "beyond a limit":
                await self._ask_twice_where_once_is_allowed(asker)
            case "beyond a budget":
                await self._ask(self._bank.poor)
            case _ if planned.stream:
                await self._ask(
                    asker,
                    leaves=planned.fate == "left",
                    when_heard=self._watched.heard.set,
                    then=self._cancel if planned.fate == "cancelled" else None,
                )
            case _:
                await self._ask(asker)

    async def _ask_until_revoked(self, asker: Asker) -> None:
        fresh = await _asker(asker.visitor, asker.user_id)

        async def revoke(_: bytes) -> None:
            await _steadily(lambda: asker.visitor.delete(f"/api/keys/{fresh.key_id}"))

        await self._ask(fresh, then=revoke)

    async def _ask_twice_where_once_is_allowed(self, asker: Asker) -> None:
        once = await _asker(asker.visitor, asker.user_id, limits={"requests_per_minute": 1})
        await self._ask(once)
        await self._ask(once)

    @property
    def _last_heard(self) -> bytes:
        """Where all has arrived that the stand-in told before it began to wait."""
        number, pieces = self._planned.number, self._planned.pieces
        return f"[{number}.{len(pieces) - 2}]".encode()

    async def _ask(
        self,
        asker: Asker,
        *,
        leaves: bool = False,
        when_heard: Callable[[], None] | None = None,
        then: Callable[[bytes], Coroutine[None, None, None]] | None = None,
    ) -> None:
        """One request, heard to its end unless it is left.

        When all was heard that the stand-in tells before it waits, `when_heard` is called, and `then`, which is given
        what was heard so far, is done while the rest is listened to.
        """
        planned, body = self._planned, b""
        question = Question(
            planned.model,
            planned.texts,
            planned.stream,
            sure=planned.fate in KEPT,
            stored=planned.stored,
            background=planned.fate in ("cancelled", "in the background"),
        )
        way, url = planned.way, self._bank.server.url
        status, left = 0, False
        try:
            async with (
                self._http.post(
                    url + way.path(question),
                    data=orjson.dumps(way.body(question)),
                    headers=_headers(asker.key),
                ) as response,
                asyncio.TaskGroup() as tasks,
            ):
                status = response.status
                async for chunk in response.content.iter_any():
                    body += chunk
                    if self._last_heard not in body:
                        continue
                    if leaves:
                        left = True
                        break
                    if when_heard is not None:
                        when_heard()
                    if then is not None:
                        tasks.create_task(then(body))
                        then = None
        except* aiohttp.ClientError:
            # A stream that fails is cut where its dialect has no word for it.
            pass
        self._bank.made.append(Made(planned.number, asker.key_id, status, body, left))

    async def _cancel(self, body: bytes) -> None:
        found = _RESPONSE_ID.search(body)
        assert found is not None, body
        asker = self._bank.askers[self._planned.asker]
        path = f"/v1/responses/{found[1].decode()}/cancel"
        async with self._http.post(
            self._bank.server.url + path, headers=_headers(asker.key)
        ) as cancelled:
            assert cancelled.status == 200, await cancelled.text()

    async def _leave_before_a_word(self, asker: Asker) -> None:
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(self._ask(asker))
            await self._watched.asked.wait()
            asking.cancel()
        self._bank.made.append(Made(self._planned.number, asker.key_id, 0, b"", left=True))

    async def _leave_another_behind(self, asker: Asker) -> None:
        """Two ask the same, and the one that began it goes when both have heard the same."""
        first_heard, second_heard = asyncio.Event(), asyncio.Event()

        async def begin() -> None:
            await self._ask(asker, when_heard=first_heard.set)

        async def join() -> None:
            await first_heard.wait()
            await self._ask(asker, when_heard=second_heard.set)

        async with asyncio.TaskGroup() as tasks:
            beginning = tasks.create_task(begin())
            tasks.create_task(join())
            await second_heard.wait()
            beginning.cancel()
            self._bank.made.append(Made(self._planned.number, asker.key_id, 200, b"", left=True))
            await self._until_left()
            self._watched.heard.set()

    async def _until_left(self) -> None:
        """The one that went stands in the ledger: from then on nobody is behind it."""
        path = "/api/usage/calls?everybody=true&limit=200"
        while True:
            page = (await _steadily(lambda: self._bank.owner.get(path))).body
            numbers = [call["estimated_input_tokens"] for call in page["items"]]
            if self._planned.number in numbers:
                return
            await asyncio.sleep(0.05)


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
