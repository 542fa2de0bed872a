"""A reader who is cut off again and again, at any byte, and goes on where they were."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from tests.support.visitor import FrameReader, Heard, Turn, Visitor

CUTS = 10


async def hear_with_cuts(visitor: Visitor, turn: Turn, *, by: int) -> list[Heard]:
    """The whole turn as heard by one who is cut off again and again, at any byte."""
    events: list[Heard] = []
    ways = (hear_some_after, hear_some_since, hear_some_on_a_socket)
    for cut in range(CUTS):
        way = ways[(by + cut) % len(ways)]
        patience = random.uniform(0.05, 0.45)
        async with aclosing(way(visitor, turn, len(events))) as some:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    async for one in some:
                        events.append(one)  # noqa: PERF401 - kept also when time is up
    return events + await visitor.hear_out(turn, after=len(events))


async def hear_some_after(visitor: Visitor, turn: Turn, last: int) -> AsyncGenerator[Heard]:
    async with aclosing(visitor.hear(turn, after=last)) as events:
        async for one in events:
            yield one


async def hear_some_since(visitor: Visitor, turn: Turn, last: int) -> AsyncGenerator[Heard]:
    """As a browser's EventSource does, and a few bytes at a time."""
    address = f"{visitor.url}/api/turns/{turn.id}/events"
    async with visitor.http.get(address, headers={"Last-Event-ID": str(last)}) as response:
        reader = FrameReader()
        while chunk := await response.content.read(random.randint(1, 80)):
            for one in reader.feed(chunk):
                yield one


async def hear_some_on_a_socket(visitor: Visitor, turn: Turn, last: int) -> AsyncGenerator[Heard]:
    async with visitor.socket() as socket, aclosing(socket.hear(turn, after=last)) as events:
        async for one in events:
            yield one
