"""The line that servers share: when a server dies, when Redis goes and comes back, when a word is lost."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from redis import ResponseError
from tests.support.callers import WITHIN_SECONDS, Caller, Callers, callers_of
from tests.support.redis import Corner, OwnRedis, a_corner, a_redis, own_redis

from arcano.inference import (
    Bounds,
    QueueFullError,
    QueueState,
    QueueUnavailableError,
    RedisQueue,
    Ticket,
)
from arcano.inference.redis_queue import SCRIPT

ONE = Bounds(running=1, waiting=None)
LONG = timedelta(minutes=10)
"""A lease so long that nothing in the test can happen because of a heartbeat."""


@pytest.fixture(scope="module")
def redis_url() -> Generator[str]:
    with a_redis() as url:
        yield url


@pytest.fixture
async def corner(redis_url: str) -> AsyncGenerator[Corner]:
    async with a_corner(redis_url) as corner:
        yield corner


@pytest.fixture
def redis() -> Generator[OwnRedis]:
    with own_redis() as redis:
        yield redis


class Server:
    """One server's queue, which may be killed: it says no word any more."""

    def __init__(self, queue: RedisQueue, callers: Callers, life: asyncio.Task[None]) -> None:
        self.queue = queue
        self.callers = callers
        self._life = life

    def kill(self) -> None:
        self._life.cancel()


@asynccontextmanager
async def a_server(
    url: str, *, namespace: str = "test", lease: timedelta = timedelta(seconds=5)
) -> AsyncGenerator[Server]:
    queue = RedisQueue(url, namespace=namespace, lease=lease)
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(queue.run())
        async with callers_of(queue) as callers:
            yield Server(queue, callers, life)
        life.cancel()


async def asks_until_let_in(server: Server, name: str, bounds: Bounds = ONE) -> Caller:
    """Somebody who asks again and again while the answer is that the line is gone."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            caller = await server.callers.ask(name, bounds=bounds)
            if not isinstance(caller.refusal, QueueUnavailableError):
                return caller
            await asyncio.sleep(0.05)


async def until_state_is(server: Server, *, running: int, waiting: int) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            try:
                state = await server.queue.state("gpu")
            except QueueUnavailableError:
                state = None
            if state and (state.running, state.waiting) == (running, waiting):
                return
            await asyncio.sleep(0.05)


async def test_what_a_killed_server_held_comes_back(corner: Corner) -> None:
    lease = timedelta(seconds=3)
    async with (
        a_server(corner.url, namespace=corner.namespace, lease=lease) as dying,
        a_server(corner.url, namespace=corner.namespace, lease=lease) as living,
    ):
        await dying.callers.ask("runs there", bounds=ONE)
        await dying.callers.ask("waits there", bounds=ONE)
        waiter = await living.callers.ask("waits here", bounds=ONE)

        dying.kill()
        await waiter.until_it_runs()
        state = await living.queue.state("gpu")

    assert waiter.positions[0] == 2
    assert (state.running, state.waiting) == (1, 0)


async def test_a_server_that_lives_keeps_its_places_beyond_the_lease(corner: Corner) -> None:
    lease = timedelta(seconds=3)
    async with (
        a_server(corner.url, namespace=corner.namespace, lease=lease) as one,
        a_server(corner.url, namespace=corner.namespace, lease=lease) as other,
    ):
        await one.callers.ask("runs", bounds=ONE)
        await other.callers.ask("waits", bounds=ONE)

        await asyncio.sleep(1.5 * lease.total_seconds())

        assert one.callers.ran == ["runs"]
        assert other.callers.ran == []


async def test_a_free_place_is_told_at_once_and_not_at_the_next_heartbeat(corner: Corner) -> None:
    async with (
        a_server(corner.url, namespace=corner.namespace, lease=LONG) as one,
        a_server(corner.url, namespace=corner.namespace, lease=LONG) as other,
    ):
        await one.callers.ask("anna", bounds=ONE)
        ben = await other.callers.ask("ben", bounds=ONE)

        await one.callers.end_one()
        await ben.until_it_runs()

        assert ben.refusal is None


async def test_a_word_that_was_lost_is_made_up_for(corner: Corner) -> None:
    async with (
        a_server(corner.url, namespace=corner.namespace, lease=LONG) as one,
        a_server(corner.url, namespace=corner.namespace, lease=LONG) as other,
    ):
        await one.callers.ask("anna", bounds=ONE)
        ben = await other.callers.ask("ben", bounds=ONE)

        await corner.client.client_kill_filter(_type="pubsub")  # pyright: ignore[reportUnknownMemberType]  # the library's
        await one.callers.end_one()
        await ben.until_it_runs()

        assert ben.refusal is None


async def test_while_redis_is_gone_nobody_is_let_in_and_what_runs_goes_on(redis: OwnRedis) -> None:
    async with a_server(redis.url) as server:
        anna = await server.callers.ask("anna", bounds=ONE)

        redis.stop()
        ben = await server.callers.ask("ben", bounds=ONE)
        with pytest.raises(QueueUnavailableError):
            await server.queue.state("gpu")
        await server.callers.end_one(anna)

    assert isinstance(ben.refusal, QueueUnavailableError)
    assert ben.refusal.retry_after is not None
    assert anna.refusal is None


async def test_when_redis_is_back_what_runs_here_counts_again(redis: OwnRedis) -> None:
    bounds = Bounds(running=1, waiting=0)
    async with a_server(redis.url) as server:
        anna = await server.callers.ask("anna", bounds=bounds)

        redis.stop()
        redis.start()
        await until_state_is(server, running=1, waiting=0)
        ben = await asks_until_let_in(server, "ben", bounds)
        await server.callers.end_one(anna)
        cleo = await asks_until_let_in(server, "cleo", bounds)

    assert isinstance(ben.refusal, QueueFullError)
    assert cleo.refusal is None


async def test_who_waited_through_a_short_absence_waits_on_in_the_same_order(
    redis: OwnRedis,
) -> None:
    async with a_server(redis.url, lease=timedelta(seconds=WITHIN_SECONDS)) as server:
        anna = await server.callers.ask("anna", bounds=ONE)
        for name in ("ben", "cleo", "dora"):
            await server.callers.ask(name, bounds=ONE)

        redis.stop()
        redis.start()
        await until_state_is(server, running=1, waiting=3)
        await server.callers.end_one(anna)
        await server.callers.end_all()

        assert server.callers.ran == ["anna", "ben", "cleo", "dora"]


async def test_who_waits_is_told_when_redis_stays_away(redis: OwnRedis) -> None:
    async with a_server(redis.url, lease=timedelta(seconds=1)) as server:
        await server.callers.ask("anna", bounds=ONE)
        ben = await server.callers.ask("ben", bounds=ONE)

        redis.stop()
        await ben.gone()

    assert isinstance(ben.refusal, QueueUnavailableError)


async def test_who_leaves_while_redis_does_not_answer_has_left_when_it_does(
    redis: OwnRedis,
) -> None:
    async with a_server(redis.url, lease=LONG) as server:
        anna = await server.callers.ask("anna", bounds=ONE)
        ben = await server.callers.ask("ben", bounds=ONE)

        redis.freeze()
        await ben.cancel()
        await server.callers.end_one(anna)
        cleo = await server.callers.ask("cleo", bounds=ONE)
        redis.thaw()
        dora = await asks_until_let_in(server, "dora")
        await server.callers.end_one(dora)
        await until_state_is(server, running=0, waiting=0)
        remembered = server.queue.remembered

    assert isinstance(cleo.refusal, QueueUnavailableError)
    assert remembered == 0


async def test_what_redis_forgot_is_said_again(corner: Corner) -> None:
    async with a_server(corner.url, namespace=corner.namespace) as server:
        await server.callers.ask("anna", bounds=ONE)
        await server.callers.ask("ben", bounds=ONE)

        await corner.client.delete(*await corner.keys())
        await until_state_is(server, running=1, waiting=1)

        assert server.callers.ran == ["anna"]


async def test_a_command_of_an_older_connection_does_nothing(corner: Corner) -> None:
    key = f"{corner.namespace}:{{gpu}}"

    async def enters(epoch: int, place: str) -> None:
        standing = ("enter", "server", epoch, 60_000, corner.namespace)
        await corner.client.eval(
            SCRIPT.read_text(), 1, key, *standing, place, "anna", 1, 1.0, "", "", ""
        )

    await enters(7, "server:1")

    with pytest.raises(ResponseError, match="STALE"):
        await enters(6, "server:2")
    assert await corner.client.zcard(f"{key}:running") == 1


async def test_after_an_absence_a_server_speaks_under_a_higher_number(redis: OwnRedis) -> None:
    async with a_server(redis.url) as server, a_corner(redis.url) as corner:
        await server.callers.ask("anna", bounds=ONE)
        before = await corner.client.hvals("test:{gpu}:epochs")

        redis.freeze()
        ben = await server.callers.ask("ben", bounds=ONE)
        redis.thaw()
        await asks_until_let_in(server, "cleo")
        after = await corner.client.hvals("test:{gpu}:epochs")

    assert isinstance(ben.refusal, QueueUnavailableError)
    assert before == [b"0"]
    assert int(after[0]) > 0


async def test_everything_in_redis_ends_by_itself(corner: Corner) -> None:
    async with a_server(corner.url, namespace=corner.namespace) as server:
        await server.callers.ask("first", bounds=ONE)
        await server.callers.ask("single", bounds=ONE)
        for n in range(4):
            await server.callers.ask(f"anna{n}", user="anna", bounds=ONE)
            await server.callers.ask(f"ben{n}", user="ben", priority="batch", bounds=ONE)
        await server.callers.end_one()
        await server.callers.until(ran=2)

        keys = await corner.keys()
        left = [await corner.client.pttl(key) for key in keys]

    assert {"", ":running", ":slots:1", ":slots:3", ":owed:1"} <= {
        key.rpartition("}")[2] for key in keys
    }
    assert all(0 < milliseconds <= 3_600_000 for milliseconds in left)


async def test_names_with_any_characters_are_kept_apart(corner: Corner) -> None:
    odd = ["gpu}", "{gpu", "gpu:running", "g p u\n", "Größe 😀"]
    async with a_server(corner.url, namespace=corner.namespace) as server:
        for target in odd:
            for user in ("a:b 1", "a\nb %d", "}{"):
                await server.callers.ask(target + user, user=user, target=target, bounds=ONE)

        states = [await server.queue.state(target) for target in odd]
        await server.callers.end_all()

    assert states == [QueueState(1, 2, None)] * len(odd)
    assert len(server.callers.ran) == 3 * len(odd)


async def test_a_queue_whose_server_goes_down_refuses(corner: Corner) -> None:
    async with a_server(corner.url, namespace=corner.namespace) as server:
        await server.callers.ask("anna", bounds=ONE)
        server.kill()
        await asyncio.sleep(0)

    with pytest.raises(QueueUnavailableError):
        async with server.queue.enter(Ticket("gpu", "ben"), ONE):
            pass
