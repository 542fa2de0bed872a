"""Failover: from the moment a target fails to the first word of the one that goes on, as its reader hears it.

The targets are in this process, so that one clock knows both moments. Beside it the same is done without us:
who asked the one that failed asks the other.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass

import orjson
from tests.load.asking import QUESTION, ArcanoAsker
from tests.load.client import CutError, connect, http_request
from tests.load.figure import Figure, percentile
from tests.load.machine import LOAD_CORE, pinned
from tests.load.running import arcano, scratch_folder
from tests.support.upstream import MODELS, Call, Upstream, an_upstream

TURNS = 200
QUICK_TURNS = 10
FIRST, SECOND = MODELS
BEGINNING = [f"before {number} " for number in range(8)]
GOES_ON = "afterwards "
"""The first word of the second target: it is heard nowhere else."""

ASKED_ONCE = {
    "ARCANO_INFERENCE__RETRY__ATTEMPTS": "1",
    # The first is asked each time, however often it failed.
    "ARCANO_INFERENCE__BREAKER__CALLS": "10000",
    "ARCANO_INFERENCE__BREAKER__FEWEST_CALLS": "10000",
}
ASKED_AGAIN = {**ASKED_ONCE, "ARCANO_INFERENCE__RETRY__ATTEMPTS": "3"}

Ask = Callable[[], Awaitable[int]]
"""One question, first to the target that fails. Returns when the first word of the other was heard (ns)."""


@dataclass(slots=True)
class Failing:
    """How the first target fails, and when it did so first since somebody asked."""

    in_the_middle: bool = False
    failed_ns: int | None = None

    async def answer(self, call: Call) -> None:
        if call.body["model"] == SECOND:
            await call.say(GOES_ON)
            await call.finish()
        elif self.in_the_middle:
            await call.say(*BEGINNING)
            self._note()
            call.cut()
        else:
            self._note()
            await call.refuse(500, {"error": {"message": "It fell over."}})

    def _note(self) -> None:
        if self.failed_ns is None:
            self.failed_ns = time.monotonic_ns()


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Before the first word, then in the middle of the answer, then before it with the server's own patience."""
    turns = QUICK_TURNS if quick else TURNS
    failing = Failing()
    with pinned(LOAD_CORE):
        async with an_upstream() as upstream:
            upstream.when_asked(QUESTION, failing.answer)
            direct = [
                await _after_failure(failing, lambda: _ask_both(upstream)) for _ in range(turns)
            ]
            before, middle = "before the first word", "in the middle"
            for how, settings, asked in (
                (f"{before}, asked once", ASKED_ONCE, turns),
                (f"{middle}", ASKED_ONCE, turns),
                # The first is asked again before the second is: a few seconds' waiting each.
                (f"{before}, asked 3 times", ASKED_AGAIN, max(2, turns // 10)),
            ):
                failing.in_the_middle = how == middle
                ours = await _through_arcano(failing, upstream, settings, asked)
                yield Figure(
                    f"failover {how}, p50",
                    percentile(ours, 0.5),
                    "ms",
                    direct=percentile(direct, 0.5),
                    ratio=percentile(ours, 0.5) / percentile(direct, 0.5),
                    note=f"p99 {percentile(ours, 0.99):.1f} ms of {len(ours)}; "
                    f"direct: who asked the first asks the second, p99 {percentile(direct, 0.99):.1f} ms",
                )


async def _through_arcano(
    failing: Failing, upstream: Upstream, settings: Mapping[str, str], turns: int
) -> list[float]:
    route = {"name": "route", "targets": [{"model": FIRST}, {"model": SECOND}]}
    given = {
        **settings,
        "OPENAI_BASE_URL": upstream.base_url,
        "ARCANO_INFERENCE__ROUTES": orjson.dumps([route]).decode(),
    }
    with scratch_folder() as folder:
        async with arcano(folder, upstream_port=None, settings=given) as server:
            asker = await server.asker()
            await _ask_arcano(asker)  # the list of models is known from now on
            took = [await _after_failure(failing, lambda: _ask_arcano(asker)) for _ in range(turns)]
            asker.close()
            return took


async def _after_failure(failing: Failing, ask: Ask) -> float:
    """Milliseconds between the first failure and the first word after it."""
    failing.failed_ns = None
    heard = await ask()
    assert failing.failed_ns is not None, "the first target was not asked"
    return (heard - failing.failed_ns) / 1e6


async def _ask_arcano(asker: ArcanoAsker) -> int:
    ear = _Ear()
    await asker.make_room()
    await asker.listen("route", ear.hear)
    return ear.heard_ns


async def _ask_both(upstream: Upstream) -> int:
    ear = _Ear()
    for model in (FIRST, SECOND):
        messages = [{"role": "user", "content": QUESTION}]
        body = orjson.dumps({"model": model, "messages": messages, "stream": True})
        connection = await connect(upstream.port)
        request = http_request("POST", "/v1/chat/completions", port=upstream.port, body=body)
        await connection.ask(request, ear.hear)
        connection.close()
    return ear.heard_ns


class _Ear:
    """Listens for the second target's first word."""

    def __init__(self) -> None:
        self._heard_ns: int | None = None

    def hear(self, piece: bytes) -> None:
        if self._heard_ns is None and GOES_ON.encode() in piece:
            self._heard_ns = time.monotonic_ns()

    @property
    def heard_ns(self) -> int:
        if self._heard_ns is None:
            raise CutError
        return self._heard_ns
