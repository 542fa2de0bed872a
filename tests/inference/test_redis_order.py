"""The order in Redis is the order in process, whatever happens: `fair_queue.lua` against `fair_order.py`."""

import random
from collections.abc import Generator, Iterator
from typing import cast
from uuid import uuid4

import pytest
from redis import Redis
from tests.support.redis import a_redis

from arcano.inference.fair_order import FairOrder, WaitingCall
from arcano.inference.queue import PRIORITIES, Priority
from arcano.inference.redis_queue import SCRIPT

ROUNDS = 12
STEPS = 150


@pytest.fixture(scope="module")
def client() -> Generator[Redis]:
    with a_redis() as url, Redis.from_url(url, decode_responses=True) as client:  # pyright: ignore[reportUnknownMemberType]  # the library's
        yield client


class InRedis:
    """The order as the script keeps it: nothing runs until a call is taken."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self.key = f"test-{uuid4()}:{{gpu}}"
        self._running: set[str] = set()

    def add(self, name: str, *, user_id: str, priority: Priority, weight: float) -> None:
        level = PRIORITIES.index(priority) + 1
        self._do("enter", f"server:{name}", user_id, level, weight, len(self._running), "", "")

    def remove(self, name: str) -> None:
        self._do("leave", f"server:{name}", 1.0)

    def take(self) -> str:
        self._client.hset(self.key, "running", str(len(self._running) + 1))
        self._do("look")
        running = {str(place) for place in self._client.zrange(f"{self.key}:running", 0, -1)}  # pyright: ignore[reportUnknownMemberType]  # the library's
        (taken,) = running - self._running
        self._running = running
        return taken.removeprefix("server:")

    def positions(self, names: list[str]) -> list[int]:
        _, _, _, *positions = self._do("look", *(f"server:{name}" for name in names))
        return positions

    def forget(self) -> None:
        found = cast("Iterator[str]", self._client.scan_iter(f"{self.key}*"))  # pyright: ignore[reportUnknownMemberType]  # the library's
        self._client.delete(*found)

    def _do(self, deed: str, *arguments: str | float) -> list[int]:
        return self._client.eval(
            SCRIPT.read_text(), 1, self.key, deed, "server", 0, 60_000, "test", *arguments
        )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_both_take_the_same_call_and_name_the_same_places(client: Redis, seed: int) -> None:
    chance = random.Random(seed)
    order: FairOrder[str] = FairOrder()
    in_redis = InRedis(client)
    waiting: dict[str, WaitingCall[str]] = {}

    for step in range(STEPS):
        deed = chance.random()
        if deed < 0.55 or not waiting:
            name, user = str(step), f"user{chance.randrange(5)}"
            priority: Priority = chance.choice(PRIORITIES)
            weight = chance.choice([0.3, 1.0, 1.0, 7.0])
            waiting[name] = order.add(name, user_id=user, priority=priority, weight=weight)
            in_redis.add(name, user_id=user, priority=priority, weight=weight)
        elif deed < 0.85:
            taken = order.take()
            assert taken is not None
            del waiting[taken]
            assert in_redis.take() == taken
        else:
            name = chance.choice(list(waiting))
            order.remove(waiting.pop(name))
            in_redis.remove(name)
        if step % 10 == 0:
            places = [order.position(call) for call in waiting.values()]
            assert in_redis.positions(list(waiting)) == places

    while waiting:
        taken = order.take()
        assert taken is not None
        del waiting[taken]
        assert in_redis.take() == taken
    in_redis.forget()
