"""What every queue promises: bounds, fairness, classes, and that whoever goes leaves nothing behind.

One suite for the port `CallQueue`: the line within one process, and the line that servers share in a real
Redis, where half of the callers come through a second server.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle

import pytest
from tests.support.callers import Callers, callers_of
from tests.support.redis import a_corner, a_redis

from arcano.inference import (
    Bounds,
    CallQueue,
    FairQueue,
    QueueFullError,
    QueueState,
    Ticket,
    shared_queue,
)

ONE = Bounds(running=1, waiting=None)


@dataclass(frozen=True, slots=True)
class Subject:
    """A queue under test, and the same one as another server has it, where there can be one."""

    queue: CallQueue
    elsewhere: CallQueue
    kept: Callable[[], Coroutine[None, None, int]]
    """How much is kept for calls: nothing, once all have gone."""
    crowd: int = 10_000
    """How many come and go where many do; fewer where each asks a server, for what one leaves behind is seen as well."""


@pytest.fixture(scope="module")
def redis_url() -> Generator[str]:
    with a_redis() as url:
        yield url


@asynccontextmanager
async def in_process(_: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
    queue = FairQueue()

    async def kept() -> int:
        return queue.remembered

    yield Subject(queue, queue, kept)


@asynccontextmanager
async def in_redis(request: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
    async with (
        a_corner(request.getfixturevalue("redis_url")) as corner,
        shared_queue(corner.url, namespace=corner.namespace) as queue,
        shared_queue(corner.url, namespace=corner.namespace) as elsewhere,
    ):

        async def kept() -> int:
            # One hash with the mean, and who the servers are: that is all, and it goes by itself.
            keys = [key.rpartition("}")[2] for key in await corner.keys()]
            calls = set(keys) - {"", ":holders", ":epochs"}
            return queue.remembered + elsewhere.remembered + len(calls)

        yield Subject(queue, elsewhere, kept, crowd=2_000)


Kind = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Subject]]


@pytest.fixture(
    params=[pytest.param(in_process, id="in-process"), pytest.param(in_redis, id="redis")]
)
async def subject(request: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
    kind: Kind = request.param
    async with kind(request) as subject:
        yield subject


@pytest.fixture
async def callers(subject: Subject) -> AsyncGenerator[Callers]:
    async with callers_of(subject.queue) as callers:
        yield callers


async def test_a_call_that_need_not_wait_hears_nothing(callers: Callers) -> None:
    caller = await callers.ask("anna", bounds=ONE)

    assert callers.ran == ["anna"]
    assert caller.phases == []


async def test_a_call_that_must_wait_hears_its_place_at_once(callers: Callers) -> None:
    await callers.ask("anna", bounds=ONE)

    ben = await callers.ask("ben", bounds=ONE)

    assert callers.ran == ["anna"]
    assert [(phase.name, phase.position) for phase in ben.phases] == [("waiting", 1)]


async def test_a_place_hears_that_it_moved_up(callers: Callers) -> None:
    await callers.ask("anna", bounds=ONE)
    await callers.ask("ben", bounds=ONE)
    cleo = await callers.ask("cleo", bounds=ONE)

    await callers.end_one()
    await cleo.hears(1)

    assert cleo.positions == [2, 1]


async def test_the_time_to_wait_is_guessed_once_a_call_has_ended(callers: Callers) -> None:
    await callers.ask("anna", bounds=ONE)
    ben = await callers.ask("ben", bounds=ONE)
    await callers.end_one()
    await ben.until_it_runs()

    cleo = await callers.ask("cleo", bounds=ONE)

    assert ben.phases[0].eta_seconds is None
    assert cleo.phases[0].eta_seconds is not None
    assert cleo.phases[0].eta_seconds > 0


async def test_never_more_run_than_the_bound_says(subject: Subject, callers: Callers) -> None:
    bounds = Bounds(running=3, waiting=None)
    queues = cycle((subject.queue, subject.elsewhere))
    for n in range(30):
        await callers.ask(f"user{n}", bounds=bounds, queue=next(queues))

    await callers.end_all()

    assert len(callers.ran) == 30
    assert callers.most_at_once == 3


async def test_without_a_bound_everybody_runs(callers: Callers) -> None:
    for n in range(20):
        await callers.ask(f"user{n}", bounds=Bounds(None, None))

    assert len(callers.running) == 20


async def test_targets_do_not_wait_for_each_other(callers: Callers) -> None:
    await callers.ask("anna", bounds=ONE, target="gpu")

    await callers.ask("ben", bounds=ONE, target="another gpu")

    assert callers.ran == ["anna", "ben"]


async def test_a_raised_bound_lets_in_who_waits(callers: Callers) -> None:
    await callers.ask("anna", bounds=ONE)
    ben = await callers.ask("ben", bounds=ONE)

    await callers.ask("cleo", bounds=Bounds(running=3, waiting=None))
    await ben.until_it_runs()

    assert sorted(callers.ran) == ["anna", "ben", "cleo"]


async def test_a_single_call_waits_for_two_of_anothers_hundred_at_most(
    subject: Subject, callers: Callers
) -> None:
    for n in range(101):
        await callers.ask(f"anna{n}", user="anna", bounds=ONE)
    await callers.end_one()
    await callers.until(ran=2)

    await callers.ask("ben", bounds=ONE, queue=subject.elsewhere)
    ended = 0
    while "ben" not in callers.ran:
        await callers.end_one()
        ended += 1
        await callers.until(ran=2 + ended)

    assert ended <= 2


async def test_users_take_turns(subject: Subject, callers: Callers) -> None:
    await callers.ask("first", bounds=ONE)
    for user in ("anna", "ben"):
        for n in range(3):
            queue = subject.queue if user == "anna" else subject.elsewhere
            await callers.ask(f"{user}{n}", user=user, bounds=ONE, queue=queue)

    await callers.end_all()

    assert callers.ran == ["first", "anna0", "ben0", "anna1", "ben1", "anna2", "ben2"]


async def test_weights_share_the_places(callers: Callers) -> None:
    await callers.ask("first", bounds=ONE)
    for n in range(8):
        await callers.ask(f"heavy{n}", user="heavy", weight=3, bounds=ONE)
        await callers.ask(f"light{n}", user="light", weight=1, bounds=ONE)

    await callers.end_all()

    first = [name.rstrip("0123456789") for name in callers.ran[1:9]]
    assert first.count("heavy") == 6


async def test_people_go_before_programs_and_programs_before_batches(callers: Callers) -> None:
    await callers.ask("first", bounds=ONE)
    await callers.ask("batch", priority="batch", bounds=ONE)
    await callers.ask("program", priority="program", bounds=ONE)
    await callers.ask("person", priority="interactive", bounds=ONE)

    await callers.end_all()

    assert callers.ran == ["first", "person", "program", "batch"]


async def test_a_batch_does_not_starve_behind_people(callers: Callers) -> None:
    await callers.ask("first", bounds=ONE)
    await callers.ask("batch", priority="batch", bounds=ONE)
    for n in range(40):
        await callers.ask(f"person{n}", bounds=ONE)

    await callers.end_all()

    assert 1 < callers.ran.index("batch") <= 17


async def test_who_goes_while_waiting_leaves_the_line(callers: Callers) -> None:
    await callers.ask("anna", bounds=ONE)
    ben = await callers.ask("ben", bounds=ONE)
    cleo = await callers.ask("cleo", bounds=ONE)

    await ben.cancel()
    await cleo.hears(1)
    await callers.end_all()

    assert callers.ran == ["anna", "cleo"]


async def test_who_goes_while_running_frees_the_place(callers: Callers) -> None:
    anna = await callers.ask("anna", bounds=ONE)
    ben = await callers.ask("ben", bounds=ONE)

    await anna.cancel()
    await ben.until_it_runs()

    assert callers.ran == ["anna", "ben"]


async def test_who_goes_in_the_moment_of_being_let_run_frees_the_place(callers: Callers) -> None:
    anna = await callers.ask("anna", bounds=ONE)
    ben = await callers.ask("ben", bounds=ONE)
    cleo = await callers.ask("cleo", bounds=ONE)

    assert anna.task
    assert ben.task
    anna.task.cancel()
    ben.task.cancel()
    await cleo.until_it_runs()

    assert callers.ran[-1] == "cleo"


async def test_a_block_that_fails_frees_the_place(subject: Subject, callers: Callers) -> None:
    class BreakdownError(Exception):
        pass

    with pytest.raises(BreakdownError):
        async with subject.queue.enter(Ticket("gpu", "anna"), ONE):
            raise BreakdownError

    await callers.ask("ben", bounds=ONE)
    assert callers.ran == ["ben"]


async def test_a_full_line_refuses_and_says_when_to_come_back(
    subject: Subject, callers: Callers
) -> None:
    bounds = Bounds(running=1, waiting=2)
    for name in ("anna", "ben", "cleo"):
        await callers.ask(name, bounds=bounds)

    dora = await callers.ask("dora", bounds=bounds, queue=subject.elsewhere)

    assert isinstance(dora.refusal, QueueFullError)
    assert dora.refusal.retry_after is not None
    assert dora.refusal.retry_after.total_seconds() >= 1
    assert (await subject.queue.state("gpu")).waiting == 2


async def test_a_line_that_is_no_longer_full_takes_calls_again(callers: Callers) -> None:
    bounds = Bounds(running=1, waiting=1)
    await callers.ask("anna", bounds=bounds)
    ben = await callers.ask("ben", bounds=bounds)
    assert (await callers.ask("cleo", bounds=bounds)).refusal

    await ben.cancel()
    dora = await callers.ask("dora", bounds=bounds)

    assert dora.refusal is None
    assert dora.positions == [1]


async def test_one_users_calls_do_not_fill_the_line_for_everybody(callers: Callers) -> None:
    bounds = Bounds(running=1, waiting=16)
    annas = [await callers.ask(f"anna{n}", user="anna", bounds=bounds) for n in range(20)]

    ben = await callers.ask("ben", bounds=bounds)

    assert sum(anna.refusal is not None for anna in annas) == 20 - 1 - 14
    assert ben.refusal is None


async def test_the_state_tells_how_full_it_is(subject: Subject, callers: Callers) -> None:
    assert await subject.queue.state("gpu") == QueueState(0, 0, None)
    for name in ("anna", "ben", "cleo"):
        await callers.ask(name, bounds=ONE)

    seen = await subject.elsewhere.state("gpu")
    await callers.end_all()
    after = await subject.elsewhere.state("gpu")

    assert seen == QueueState(1, 2, None)
    assert (after.running, after.waiting) == (0, 0)
    assert after.mean_seconds is not None
    assert after.mean_seconds > 0


async def test_a_place_that_is_never_waited_for_is_freed_too(
    subject: Subject, callers: Callers
) -> None:
    await callers.ask("anna", bounds=ONE)

    async with subject.queue.enter(Ticket("gpu", "ben"), ONE):
        pass

    assert await subject.queue.state("gpu") == QueueState(1, 0, None)


async def test_thousands_come_and_go_and_leave_nothing(subject: Subject) -> None:
    bounds = Bounds(running=4, waiting=None)
    ran = 0

    async def call(number: int) -> None:
        nonlocal ran
        ticket = Ticket("gpu", f"user{number % 700}", "batch" if number % 3 else "program")
        queue = subject.queue if number % 2 else subject.elsewhere
        async with queue.enter(ticket, bounds) as place, aclosing(place.wait()) as phases:
            async for _ in phases:
                if number % 5 == 0:
                    return
            ran += 1
            await asyncio.sleep(0)

    for first in range(0, subject.crowd, 1000):
        await asyncio.gather(*(call(first + number) for number in range(1000)))

    state = await subject.queue.state("gpu")
    assert ran >= subject.crowd * 8 // 10
    assert (state.running, state.waiting) == (0, 0)
    assert await subject.kept() == 0
