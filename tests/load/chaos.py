"""Chaos: turns through the server while its providers fail, and what became of each of them.

The providers are a third party's stand-in with its chaos switched on (tests/support/aimock.py), asked in every wire
format that it speaks. A turn is heard from its first event to its last and compared with the true text: nothing
may hang, end twice, or say a word that is not the story's. These are promises, so that what breaks one counts as an error.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import orjson
from tests.load.figure import Figure
from tests.load.running import scratch_folder
from tests.support.aimock import CALM, PATHS, WILD, an_aimock, story
from tests.support.server import a_server
from tests.support.visitor import (
    CLOSING,
    Heard,
    Visitor,
    signed_in_visitor,
    text_heard,
    text_of,
)

TURNS = 2000
QUICK_TURNS = 120
AT_ONCE = 64
HUNG_AFTER_SECONDS = 60
TARGET_PERCENT = 99

ASKED_ONCE = {
    "ARCANO_INFERENCE__RETRY__ATTEMPTS": "1",
    # Nobody is left alone, so that every turn meets the storm.
    "ARCANO_INFERENCE__BREAKER__FEWEST_CALLS": "20",
    "ARCANO_INFERENCE__BREAKER__FAILURE_RATE": "1",
}
AS_SHIPPED = {"ARCANO_INFERENCE__RETRY__ATTEMPTS": "3"}

ALONE, CALM_SECOND, WILD_SECOND = "alone", "with a calm second", "with a wild second"


@dataclass(slots=True)
class Outcome:
    """What became of the turns that asked one name. Of `broken`, every one is a promise that was not kept."""

    finished: int = 0
    failed: Counter[str] = field(default_factory=Counter[str])
    switched: int = 0
    broken: Counter[str] = field(default_factory=Counter[str])

    @property
    def turns(self) -> int:
        return self.finished + self.failed.total() + self.broken.total()

    def add(self, other: "Outcome") -> None:
        self.finished += other.finished
        self.failed += other.failed
        self.switched += other.switched
        self.broken += other.broken


@dataclass(frozen=True, slots=True)
class Storm:
    """A server whose providers fail. `names` are what may be asked, by what stands behind them."""

    visitor: Visitor
    names: Mapping[str, Sequence[str]]


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Each provider alone, then with a second one that is well, then with one that fails as often.

    First each target is asked exactly once, then as patiently as the server is by itself.
    """
    turns = QUICK_TURNS if quick else TURNS
    for how, patience in (("asked once", ASKED_ONCE), ("as shipped", AS_SHIPPED)):
        with scratch_folder() as folder:
            async with a_storm(folder, patience) as storm:
                for behind in (ALONE, CALM_SECOND, WILD_SECOND):
                    started = time.monotonic()
                    outcome = await ask_all(storm, behind, turns=turns)
                    seconds = time.monotonic() - started
                    yield _figure(f"{behind}, {how}", outcome, seconds=seconds)


def _figure(how: str, outcome: Outcome, *, seconds: float) -> Figure:
    broken = "; ".join(f"{count}x {what}" for what, count in outcome.broken.items())
    failed = ", ".join(f"{code} {count}" for code, count in outcome.failed.most_common())
    return Figure(
        f"chaos: turns finished, {how}",
        100 * outcome.finished / outcome.turns,
        "%",
        TARGET_PERCENT if how.startswith(CALM_SECOND) else None,
        "more",
        note=f"{outcome.turns:,} turns in {seconds:.0f} s, {outcome.switched} switched, each ended once; "
        f"failed: {failed or 'none'}" + (f"; BROKEN: {broken}" if broken else ""),
        errors=outcome.broken.total(),
    )


@asynccontextmanager
async def a_storm(folder: Path, patience: Mapping[str, str]) -> AsyncGenerator[Storm]:
    """A server with a wild and a calm connection of every kind, and routes from each wild one to others."""
    routes = [
        {
            "name": f"{first} {behind}",
            # Places of their own: none is spared because it rests in another route.
            "targets": [
                {"id": f"{model}, {number}. of {first} {behind}", "model": model}
                for number, model in enumerate((f"{first}-wild", second), start=1)
            ],
        }
        for behind, seconds in ((CALM_SECOND, _next("calm")), (WILD_SECOND, _next("wild")))
        for first, second in seconds
    ]
    names = {
        ALONE: [f"{kind}-wild-alone" for kind in PATHS],
        **{behind: [f"{kind} {behind}" for kind in PATHS] for behind in (CALM_SECOND, WILD_SECOND)},
    }
    with an_aimock(WILD) as wild, an_aimock(CALM) as calm:
        settings = {
            "ARCANO_INFERENCE__ROUTES": orjson.dumps(routes).decode(),
            **patience,
        }
        async with (
            a_server(folder / "data", settings=settings) as server,
            signed_in_visitor(server.url) as visitor,
        ):
            for address, which in ((wild, "wild"), (calm, "calm")):
                await _connect(visitor, address, which)
            yield Storm(visitor, names)


def _next(which: str) -> Generator[tuple[str, str]]:
    """Each kind, and a model of the kind after it: another format goes on."""
    kinds = list(PATHS)
    for kind, after in zip(kinds, [*kinds[1:], kinds[0]], strict=True):
        yield kind, f"{after}-{which}"


async def _connect(visitor: Visitor, address: str, which: str) -> None:
    for kind, path in PATHS.items():
        draft = {
            "kind": kind,
            "name": f"{kind}-{which}",
            "base_url": address + path,
            "key": "sk-stand-in",
            # The second is named by no route: such a model is asked whatever it did before.
            "models": [f"{kind}-{which}", f"{kind}-{which}-alone"],
        }
        answered = await visitor.post("/api/connections", draft)
        assert answered.status == 201, answered


async def ask_all(storm: Storm, behind: str, *, turns: int, at_once: int = AT_ONCE) -> Outcome:
    """Ask for so many stories, all names in turn, so many at a time."""
    names = storm.names[behind]
    numbers = iter(range(turns))
    outcome = Outcome()

    async def ask_again_and_again() -> None:
        for number in numbers:
            outcome.add(await _ask(storm.visitor, number, names[number % len(names)]))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(at_once, turns)):
            tasks.create_task(ask_again_and_again())
    return outcome


async def _ask(visitor: Visitor, number: int, name: str) -> Outcome:
    outcome = Outcome()
    with _told_as_broken(outcome, name):
        async with asyncio.timeout(HUNG_AFTER_SECONDS):
            turn = await visitor.ask(f"Story {number}?", model=name)
            heard = [event async for event in visitor.hear(turn)]
            answer = await visitor.answer(turn)
        outcome.switched = sum(event.type == "target-switched" for event in heard)
        if wrong := _what_is_wrong(heard, answer_text=text_of(answer), true=story(number)):
            outcome.broken[f"{name}: {wrong}"] += 1
        elif heard[-1].type == "turn-finished":
            outcome.finished += 1
        else:
            outcome.failed[heard[-1].event["code"]] += 1
    return outcome


@contextmanager
def _told_as_broken(outcome: Outcome, name: str) -> Generator[None]:
    try:
        yield
    except TimeoutError:
        outcome.broken[f"{name}: hung"] += 1
    except aiohttp.ClientError as cut:
        outcome.broken[f"{name}: {type(cut).__name__}"] += 1


def _what_is_wrong(heard: list[Heard], *, answer_text: str, true: str) -> str | None:
    """The first promise that this turn did not keep."""
    said = text_heard(heard)
    if [event.sequence for event in heard] != list(range(1, len(heard) + 1)):
        return "events missing or doubled"
    if sum(event.type in CLOSING for event in heard) != 1 or heard[-1].type not in CLOSING:
        return "not one ending, last"
    if not true.startswith(said):
        return "text that is not the story's"
    if heard[-1].type == "turn-finished" and said != true:
        return "finished without the whole story"
    if heard[-1].type not in ("turn-finished", "turn-failed"):
        return f"ended with {heard[-1].type}"
    return None if answer_text == said else "kept another text than was heard"
