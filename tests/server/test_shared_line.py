"""Servers that share a Redis: one bound and one fair line over all of them, and what happens when Redis goes."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from tests.support.house import a_house
from tests.support.redis import OwnRedis, own_redis
from tests.support.server import ROOT
from tests.support.upstream import MODEL, Call, Upstream, says
from tests.support.visitor import Heard, Turn, Visitor

WITHIN_SECONDS = 30


@pytest.fixture
def redis() -> Generator[OwnRedis]:
    with own_redis() as redis:
        yield redis


@asynccontextmanager
async def two_servers(
    upstream: Upstream, folder: Path, redis: OwnRedis, **settings: str
) -> AsyncGenerator[tuple[Visitor, Visitor]]:
    """The owner of each of two servers, which have nothing in common but the Redis and the provider."""
    async with AsyncExitStack() as stack:
        visitors: list[Visitor] = []
        for name in ("one", "other"):
            (folder / name).mkdir()
            _, visitor = await stack.enter_async_context(
                a_house(upstream, folder / name / "data", REDIS_URL=redis.url, settings=settings)
            )
            visitors.append(visitor)
        yield visitors[0], visitors[1]


class Gate:
    """Answers that go on only when the test lets them, and how many are open at a time."""

    def __init__(self) -> None:
        self.open = 0
        self.most = 0
        self.asked: list[str] = []
        self._places = asyncio.Semaphore(0)
        self._another = asyncio.Condition()

    def let_go(self, answers: int = 1) -> None:
        for _ in range(answers):
            self._places.release()

    async def __call__(self, call: Call) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        self.asked.append(call.question)
        async with self._another:
            self._another.notify_all()
        await call.say("Once ")
        await self._places.acquire()
        self.open -= 1
        await call.say("more.")
        await call.finish()

    async def until_asked(self, times: int) -> None:
        async with asyncio.timeout(WITHIN_SECONDS), self._another:
            await self._another.wait_for(lambda: len(self.asked) >= times)


async def until_waiting(visitor: Visitor, turn: Turn) -> int:
    """The place in the line that is told first."""
    async with asyncio.timeout(WITHIN_SECONDS):
        async for heard in visitor.hear(turn):
            position = heard.event.get("position")
            if heard.type == "phase" and position is not None:
                return position
    raise AssertionError("The turn ended without a place in the line.")


def ending(events: list[Heard]) -> Heard:
    return events[-1]


async def until_health_is(visitor: Visitor, status: str) -> dict[str, str]:
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            health = (await visitor.get("/health")).body
            if health["status"] == status:
                return health["checks"]
            await asyncio.sleep(0.1)


async def test_two_servers_hold_one_bound_and_one_fair_line(
    upstream: Upstream, tmp_path: Path, redis: OwnRedis
) -> None:
    gate = Gate()
    async with two_servers(upstream, tmp_path, redis, ARCANO_INFERENCE__RUNNING="2") as (
        one,
        other,
    ):
        busy = [f"Shared, busy {number}?" for number in range(6)]
        for question in [*busy, "Shared, rare?"]:
            upstream.when_asked(question, gate)
        asked = [await one.ask(question) for question in busy]
        await gate.until_asked(2)
        rare = await other.ask("Shared, rare?")
        place = await until_waiting(other, rare)
        state = (await other.get("/api/status")).body

        for count in range(3, 8):
            gate.let_go()
            await gate.until_asked(count)
        gate.let_go(2)
        ends = await asyncio.gather(*(one.hear_out(turn) for turn in asked), other.hear_out(rare))

    assert gate.most == 2
    assert [ending(events).type for events in ends] == ["turn-finished"] * 7
    # The person of the other server is served after at most two more of the busy one's calls.
    assert gate.asked.index("Shared, rare?") <= 4
    assert place <= 3
    [target] = [target for target in state["targets"] if target["id"] == MODEL]
    assert state["queue"] == {"kind": "redis", "reachable": True}
    assert (target["running"], target["waiting"]) == (2, 5)


async def test_without_redis_what_runs_goes_on_and_what_is_new_is_refused_until_it_is_back(
    upstream: Upstream, tmp_path: Path, redis: OwnRedis
) -> None:
    gate = Gate()
    upstream.when_asked("Runs on?", gate)
    upstream.when_asked("Too late?", says("Never."))
    upstream.when_asked("In time?", says("Back."))
    async with a_house(upstream, tmp_path / "data", REDIS_URL=redis.url) as (_, visitor):
        assert (await until_health_is(visitor, "ok"))["queue"] == "ok"
        running = await visitor.ask("Runs on?")
        await gate.until_asked(1)

        redis.stop()
        checks = await until_health_is(visitor, "degraded")
        refused = ending(await visitor.hear_out(await visitor.ask("Too late?")))
        ready = await visitor.get("/readyz")
        status = (await visitor.get("/api/status")).body
        gate.let_go()
        finished = ending(await visitor.hear_out(running))

        redis.start()
        await until_health_is(visitor, "ok")
        answered = ending(await visitor.hear_out(await visitor.ask("In time?")))

    assert "Redis" in checks["queue"]
    assert refused.type == "turn-failed"
    assert (refused.event["code"], refused.event["retryable"]) == ("queue-unavailable", True)
    assert refused.event["retry_after"] > 0
    assert ready.status == 200
    assert status["queue"] == {"kind": "redis", "reachable": False}
    assert {target["running"] for target in status["targets"]} == {None}
    assert finished.type == "turn-finished"
    assert answered.type == "turn-finished"
    assert upstream.calls_about("Too late?") == []


async def test_a_killed_servers_places_go_to_the_other(
    upstream: Upstream, tmp_path: Path, redis: OwnRedis
) -> None:
    gate = Gate()
    for question in ("Holds the place?", "Waits elsewhere?"):
        upstream.when_asked(question, gate)
    settings = {"ARCANO_INFERENCE__RUNNING": "1", "REDIS_URL": redis.url}
    (tmp_path / "dying").mkdir()
    (tmp_path / "living").mkdir()
    async with (
        a_house(upstream, tmp_path / "dying" / "data", settings=settings) as (dying, its_owner),
        a_house(upstream, tmp_path / "living" / "data", settings=settings) as (_, owner),
    ):
        await its_owner.ask("Holds the place?")
        await gate.until_asked(1)
        waiting = await owner.ask("Waits elsewhere?")
        await until_waiting(owner, waiting)

        await asyncio.to_thread(dying.kill)
        await gate.until_asked(2)
        gate.let_go(2)
        end = ending(await owner.hear_out(waiting))

    assert end.type == "turn-finished"


async def test_a_server_begins_while_redis_is_away_and_says_so(
    upstream: Upstream, tmp_path: Path, redis: OwnRedis
) -> None:
    upstream.when_asked("Begun without?", says("Now."))
    redis.stop()
    async with a_house(upstream, tmp_path / "data", REDIS_URL=redis.url) as (_, visitor):
        await until_health_is(visitor, "degraded")
        redis.start()
        await until_health_is(visitor, "ok")

        end = ending(await visitor.hear_out(await visitor.ask("Begun without?")))

    assert end.type == "turn-finished"


def start_anyhow(
    folder: Path, *, before: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """What a start comes to that is not meant to succeed."""
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - handed on, not read
        "PYTHONPATH": str(ROOT / "src"),
        "PORT": "0",
        "DATA_DIR": str(folder / "data"),
        **settings,
    }
    program = f"import sys\n{before}\nfrom arcano.entrypoints.cli import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", program, "serve"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_without_the_client_the_server_does_not_start_and_says_what_to_install(
    tmp_path: Path,
) -> None:
    missing = "sys.modules['redis'] = None"

    started = await asyncio.to_thread(
        start_anyhow, tmp_path, before=missing, REDIS_URL="redis://localhost"
    )

    assert started.returncode == 1
    assert "arcano[scale]" in started.stderr
    assert "Traceback" not in started.stderr
    assert not (tmp_path / "data").exists()


async def test_an_address_that_is_none_is_refused_without_repeating_it(tmp_path: Path) -> None:
    started = await asyncio.to_thread(
        start_anyhow, tmp_path, REDIS_URL="http://user:secret-word@localhost"
    )

    assert started.returncode == 1
    assert "inference.redis_url" in started.stderr
    assert "redis://host:6379/0" in started.stderr
    assert "secret-word" not in started.stderr
