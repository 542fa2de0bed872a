"""What is looked up when somebody asks for the figures: lines, breakers, budgets, cache, event log, jobs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from arcano import __version__
from arcano.batches import JobCounts, count_jobs
from arcano.chat import TurnKeeper, TurnRunner
from arcano.entrypoints.watching import catalogue
from arcano.entrypoints.watching.catalogue import Figure
from arcano.inference import AnswerCache, BreakerState, Lookout, TargetState
from arcano.platform.sqlite import SqliteDatabase
from arcano.usage import Meter, Standing

Sample = tuple[tuple[str, ...], float]
"""The values of the labels, and the figure."""
Seen = tuple[Figure, list[Sample]]

MAX_TARGETS = 500
"""Told apart by their names; those of routes come first."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where it is looked."""

    database: SqliteDatabase
    lookout: Lookout
    meter: Meter
    cache: AnswerCache
    runner: TurnRunner
    keeper: TurnKeeper


async def look_around(at: Surroundings) -> list[Seen]:
    """Every figure of `catalogue.AT_SCRAPE`, as it is now.

    Raises:
        StorageError: The database cannot be asked.
    """
    jobs = await at.database.read(count_jobs)
    targets = (await at.lookout.targets())[:MAX_TARGETS]
    queue = await at.lookout.queue()
    cache = await at.cache.sizes()
    counts, stored = at.cache.counts, at.keeper.stored
    to_write, to_read = at.database.waiting
    return [
        (catalogue.BUILD, [((__version__,), 1)]),
        (catalogue.RUNNING, [((), at.meter.running)]),
        (catalogue.QUEUE_UP, [((queue.kind,), float(queue.reachable))]),
        *_lines(targets),
        (catalogue.BREAKER, list(_breakers(targets))),
        *_budgets(at.meter.standings),
        (
            catalogue.CACHE_CALLS,
            [
                (("hit",), counts.hits),
                (("similar",), counts.similar),
                (("together",), counts.together),
                (("miss",), counts.misses),
            ],
        ),
        (catalogue.CACHE_ANSWERS, [((), cache.answers)]),
        (catalogue.CACHE_BYTES, [((), cache.bytes)]),
        (catalogue.TURNS, [((), len(at.runner.logs()))]),
        (catalogue.UNSTORED, [((), at.runner.unstored_events)]),
        (catalogue.STORED, [((), stored.events)]),
        (catalogue.STORE_WRITES, [((), stored.writes)]),
        (catalogue.STORE_SECONDS, [((), stored.seconds)]),
        (catalogue.STORE_FAILURES, [((), stored.failures)]),
        (catalogue.DATABASE_WAITING, [(("write",), to_write), (("read",), to_read)]),
        *_jobs(jobs),
    ]


def _lines(targets: Sequence[TargetState]) -> list[Seen]:
    running = [((one.target_id,), one.running) for one in targets]
    waiting = [((one.target_id,), one.waiting) for one in targets]
    return [
        (catalogue.QUEUE_RUNNING, [(name, n) for name, n in running if n is not None]),
        (catalogue.QUEUE_WAITING, [(name, n) for name, n in waiting if n is not None]),
    ]


def _breakers(targets: Sequence[TargetState]) -> Iterator[Sample]:
    for one in targets:
        for state in get_args(BreakerState):
            yield (one.target_id, state), float(one.breaker == state)


def _budgets(standings: Sequence[Standing]) -> list[Seen]:
    """Together, by what they are for: each for itself would say who spends how much."""
    number: Counter[tuple[str, ...]] = Counter()
    most: dict[tuple[str, ...], float] = {}
    for one in standings:
        scope = one.budget.scope
        number[scope, _used(one.percent)] += 1
        most[(scope,)] = max(most.get((scope,), 0.0), one.percent / 100)
    return [(catalogue.BUDGETS, list(number.items())), (catalogue.BUDGET_USED, list(most.items()))]


def _used(percent: int) -> str:
    if percent >= 100:
        return "all"
    if percent >= 80:
        return "from-80"
    return "from-50" if percent >= 50 else "below-50"


def _jobs(jobs: JobCounts) -> list[Seen]:
    rows = [("waiting", jobs.waiting), ("done", jobs.done), ("failed", jobs.failed)]
    return [
        (catalogue.JOBS, [((state,), number) for state, number in jobs.jobs.items()]),
        (catalogue.JOB_ROWS, [((status,), number) for status, number in rows]),
    ]
