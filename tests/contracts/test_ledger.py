"""What every ledger promises: a call stands there once, as it was told last, and what was abandoned gets its end.

One suite for the port `Ledger`: the one in the database, and the one that tests of callers use.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.support.fresh_database import a_database
from tests.support.full_disk import FullDisk
from tests.support.ledger import RememberedLedger

from arcano.identity.passwords import Passwords
from arcano.identity.set_up_owner import set_up_owner
from arcano.platform.clock import SystemClock
from arcano.platform.ids import new_id
from arcano.usage import Caller, CallId, CallRecord, DatabaseLedger, Ledger, Outcome, TokenCounts
from arcano.usage.tables import LEDGER

BEGAN = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Subject:
    """A ledger under test, and what stands in it: outcome and tokens written, by call."""

    ledger: Ledger
    standing: Callable[[], Coroutine[None, None, dict[str, tuple[str, int | None]]]]
    user_id: str
    disk: FullDisk | None = None
    """Of the one that has any."""

    def a_record(self, outcome: Outcome = "finished", *, output: int = 7) -> CallRecord:
        return CallRecord(
            id=CallId(new_id()),
            began_at=BEGAN,
            ended_at=BEGAN + timedelta(seconds=2),
            caller=Caller(self.user_id, door="openai"),
            model="fast",
            target="fast",
            served_model="small",
            variant=None,
            tokens=TokenCounts(3, output),
            estimated=False,
            estimated_input=4,
            estimated_output=8,
            cost_micros=12,
            currency="USD",
            price_version="settings",
            latency_ms=2000,
            first_token_ms=120,
            outcome=outcome,
            error_code=None,
            from_cache=False,
        )


@asynccontextmanager
async def remembered(_folder: Path) -> AsyncGenerator[Subject]:
    ledger = RememberedLedger()

    async def standing() -> dict[str, tuple[str, int | None]]:
        return {one.id: (one.outcome, one.tokens.output) for one in ledger.records.values()}

    yield Subject(ledger, standing, new_id())


@asynccontextmanager
async def in_database(folder: Path) -> AsyncGenerator[Subject]:
    database = await a_database(folder / "arcano.db")
    async with asyncio.TaskGroup() as tasks:
        owner = await set_up_owner(
            email="owner@example.org",
            password="a long enough password",
            name="Owner",
            database=database,
            passwords=Passwords(),
            clock=SystemClock(),
        )

        async def standing() -> dict[str, tuple[str, int | None]]:
            found = select(LEDGER.c.id, LEDGER.c.outcome, LEDGER.c.output_tokens)
            rows = await database.read(lambda c: c.execute(found).all())
            return {call: (outcome, written) for call, outcome, written in rows}

        disk = FullDisk(database)
        yield Subject(DatabaseLedger(disk, tasks=tasks), standing, owner.id, disk)
    database.close()


@pytest.fixture(params=[remembered, in_database])
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Subject]:
    async with request.param(tmp_path) as subject:
        yield subject


async def test_what_was_kept_stands_there(subject: Subject) -> None:
    record = subject.a_record()

    await subject.ledger.keep(record)

    assert await subject.standing() == {record.id: ("finished", 7)}


async def test_a_hundred_that_end_together_all_stand_there(subject: Subject) -> None:
    records = [subject.a_record(output=number) for number in range(100)]

    await asyncio.gather(*(subject.ledger.keep(record) for record in records))

    assert await subject.standing() == {
        record.id: ("finished", number) for number, record in enumerate(records)
    }


async def test_a_call_that_was_running_is_replaced_by_its_end(subject: Subject) -> None:
    running = subject.a_record("running", output=2)
    await subject.ledger.keep_all([running])

    await subject.ledger.keep(replace(running, outcome="stopped", tokens=TokenCounts(3, 5)))

    assert await subject.standing() == {running.id: ("stopped", 5)}


async def test_a_call_told_twice_in_one_moment_stands_there_once(subject: Subject) -> None:
    running = subject.a_record("running", output=2)
    ended = replace(running, outcome="finished", tokens=TokenCounts(3, 5))

    await asyncio.gather(subject.ledger.keep_all([running]), subject.ledger.keep(ended))

    assert await subject.standing() == {running.id: ("finished", 5)}


async def test_what_a_killed_process_left_running_is_interrupted_and_nothing_else(
    subject: Subject,
) -> None:
    running, ended = subject.a_record("running"), subject.a_record("failed")
    await subject.ledger.keep_all([running, ended])

    closed = await subject.ledger.close_abandoned()

    assert closed == 1
    assert await subject.standing() == {running.id: ("interrupted", 7), ended.id: ("failed", 7)}


async def test_nothing_is_kept_of_nothing(subject: Subject) -> None:
    await subject.ledger.keep_all([])
    await subject.ledger.write_rest()

    assert await subject.standing() == {}


async def test_what_could_not_be_written_stands_there_later_and_never_in_the_place_of_an_end(
    tmp_path: Path,
) -> None:
    async with in_database(tmp_path) as subject:
        assert subject.disk is not None
        running, ended = subject.a_record("running", output=2), subject.a_record(output=5)
        subject.disk.is_full = True
        await subject.ledger.keep_all([running, ended])
        assert await subject.standing() == {}

        subject.disk.is_full = False
        await subject.ledger.keep(replace(running, outcome="finished", tokens=TokenCounts(3, 9)))
        await subject.ledger.write_rest()

        assert await subject.standing() == {running.id: ("finished", 9), ended.id: ("finished", 5)}
