"""Running a job: each row is asked, stored once, and the job knows what to do with every kind of failure."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from tests.support.batch_house import BatchHouse, batch_house
from tests.support.chat_house import add_person

from arcano.batches import BatchRunner, BatchSettings
from arcano.batches.ask_row import call_for
from arcano.batches.batch_runner import LEASE
from arcano.batches.domain import Instructions, RowResult, WaitingRow
from arcano.batches.errors import (
    BadBatchFileError,
    BatchNotFoundError,
    BatchNotReadyError,
    BatchStateError,
    LeaseLostError,
)
from arcano.batches.lease_repository import LeaseRepository
from arcano.batches.repository import BatchRepository
from arcano.providers import (
    ContextTooLongError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
)
from arcano.usage import Caller, LimitSettings
from arcano.usage.budgets.domain import Budget, BudgetId
from arcano.usage.gate import USUAL_OUTPUT
from arcano.usage.settings import LimitAmounts

TEXTS = [f"row {number}" for number in range(1, 31)]


def a_budget(house: BatchHouse, *, tokens: int) -> Budget:
    """For everybody together, in a day."""
    now = house.clock.now()
    return Budget(BudgetId("all"), "All", "organisation", None, "tokens", tokens, "day", True, now)


async def test_every_row_is_asked_once_and_has_its_own_answer(house: BatchHouse) -> None:
    job = await house.a_job(*TEXTS, template="Rate: {{ text }}")

    done = await house.until(job.id, "finished")

    rows = await house.rows(job.id)
    assert [row.result and row.result.answer for row in rows] == [
        f"re: Rate: {text}" for text in TEXTS
    ]
    assert sorted(house.model.asked) == sorted(f"Rate: {text}" for text in TEXTS)
    assert (done.done_count, done.failed_count) == (30, 0)
    assert (done.tokens.input_tokens, done.tokens.output_tokens) == (90, 60)


async def test_no_more_rows_are_asked_at_once_than_is_set(tmp_path: Path) -> None:
    async with batch_house(tmp_path, settings=BatchSettings(rows_at_once=3)) as house:
        house.model.held.clear()
        job = await house.a_job(*TEXTS)
        await house.runner.look()
        await house.model.until_asked(3)
        await asyncio.sleep(0.05)
        asked_while_held = len(house.model.asked)
        house.model.held.set()

        await house.until(job.id, "finished")

    assert asked_while_held == house.model.most_at_once == 3


async def test_rows_are_asked_behind_everybody_else(house: BatchHouse) -> None:
    job = await house.a_job("one")

    now = house.clock.now()
    asker = await house.database.read(lambda c: LeaseRepository(c, "any").asker(job, now=now))

    call = call_for(
        job,
        Instructions("scripted", "{{ text }}"),
        WaitingRow(1, {"text": "one"}),
        asker=asker,
    )

    assert (call.priority, call.user_id) == ("batch", house.person)


async def test_a_paused_job_finishes_what_it_began_and_goes_on_when_told(
    house: BatchHouse,
) -> None:
    house.model.held.clear()
    job = await house.a_job(*TEXTS)
    await house.runner.look()
    await house.model.until_asked(8)

    await house.move(job.id, "paused", "running")
    await house.runner.look()
    house.model.held.set()
    paused = await house.until_counted(job.id, 8)
    await asyncio.sleep(0.05)

    assert (paused.state, len(house.model.asked)) == ("paused", 8)
    await house.move(job.id, "running", "paused")
    done = await house.until(job.id, "finished")
    assert done.done_count == 30
    assert len(house.model.asked) == 30


async def test_a_cancelled_job_calls_off_what_runs_and_keeps_what_is_there(
    house: BatchHouse,
) -> None:
    job = await house.a_job(*TEXTS)
    house.model.held.clear()
    await house.runner.look()
    await house.model.until_asked(8)

    await house.move(job.id, "cancelled", "running")
    await house.runner.look()
    async with asyncio.timeout(5):
        while house.model.running:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    house.model.held.set()
    await house.runner.look()

    rows = await house.rows(job.id)
    assert (await house.one(job.id)).state == "cancelled"
    assert all(row.result is None for row in rows)
    assert len(house.model.asked) == 8
    with pytest.raises(BatchStateError, match="was cancelled"):
        await house.move(job.id, "running", "paused")


async def test_being_asked_to_slow_down_fails_no_row_and_asks_fewer_at_once(
    house: BatchHouse,
) -> None:
    busy = ProviderOverloadedError("Slow down.", retry_after=timedelta(seconds=20))
    house.model.errors = {text: [busy] * 12 for text in TEXTS[:4]}

    job = await house.a_job(*TEXTS)
    done = await house.until(job.id, "finished")

    assert (done.done_count, done.failed_count) == (30, 0)
    assert sum(house.waited) >= 20


async def test_being_asked_to_slow_down_is_no_failed_attempt(house: BatchHouse) -> None:
    """Each call asks three times by itself: thrice it is told to slow down, then the provider breaks once."""
    busy, broken = ProviderOverloadedError("Slow down."), ProviderError("It broke.")
    house.model.errors = {"only one": [*([busy] * 9), *([broken] * 3)]}

    job = await house.a_job("only one")

    assert (await house.until(job.id, "finished", "paused")).done_count == 1


async def test_a_limit_is_waited_for_and_fails_no_row(tmp_path: Path) -> None:
    one_at_once = LimitSettings(person=LimitAmounts(concurrent=1))
    async with batch_house(tmp_path, limits=one_at_once) as house:
        chat = await house.gate.limiter.enter(Caller(house.person), "scripted", tokens=0)
        job = await house.a_job(*TEXTS)
        while_chatting = await house.until_waited(job.id, 300)
        await house.gate.limiter.leave(chat, tokens=0)
        done = await house.until(job.id, "finished", "paused")

    assert (while_chatting.state, while_chatting.failed_count) == ("running", 0)
    assert (done.done_count, done.failed_count) == (30, 0)


async def test_a_budget_without_room_for_a_row_pauses_the_job_and_burns_no_rows(
    house: BatchHouse,
) -> None:
    house.gate.purse.put(a_budget(house, tokens=100), used=0)

    job = await house.a_job(*TEXTS)
    paused = await house.until(job.id, "paused")
    house.gate.purse.put(a_budget(house, tokens=1_000_000), used=0)

    assert paused.trouble is not None
    assert paused.trouble.code == "budget-spent"
    assert (paused.done_count, paused.failed_count, house.model.asked) == (0, 0, [])
    assert sum(house.waited) < 600, "at once, and not after trying for half an hour"
    await house.move(job.id, "running", "paused")
    assert (await house.until(job.id, "finished")).done_count == 30


async def test_a_budget_with_room_for_a_few_rows_is_used_by_a_few_at_once(
    house: BatchHouse,
) -> None:
    """What is set aside for each row is much more than it uses."""
    house.gate.purse.put(a_budget(house, tokens=3 * USUAL_OUTPUT), used=0)
    house.model.held.clear()

    job = await house.a_job(*TEXTS)
    await house.until_waited(job.id, 1)
    house.model.held.set()
    done = await house.until(job.id, "finished", "paused")

    assert (done.state, done.done_count, done.failed_count) == ("finished", 30, 0)
    assert sum(house.waited) < 600, "not until the budget begins anew"


async def test_a_row_that_the_provider_refuses_fails_alone_with_its_reason(
    house: BatchHouse,
) -> None:
    house.model.errors = {"row 3": [ContextTooLongError("Too long.")]}

    job = await house.a_job(*TEXTS)
    done = await house.until(job.id, "finished")

    rows = await house.rows(job.id)
    failed = rows[2].result
    assert failed is not None
    assert failed.trouble is not None
    assert (failed.status, failed.trouble.code) == ("failed", "context-too-long")
    assert (done.done_count, done.failed_count) == (29, 1)


async def test_rows_that_failed_can_be_asked_again(house: BatchHouse) -> None:
    house.model.errors = {"row 3": [ContextTooLongError("Too long.")]}
    job = await house.a_job(*TEXTS)
    await house.until(job.id, "finished")

    await house.move(job.id, "running", "finished")
    await house.database.write(lambda c: BatchRepository(c, house.person).wait_again(job.id))
    done = await house.until(job.id, "finished")

    assert (done.done_count, done.failed_count) == (30, 0)
    assert len(house.model.asked) == 31


async def test_a_row_that_failed_three_times_while_others_were_answered_is_at_fault(
    house: BatchHouse,
) -> None:
    house.model.errors = {"row 1": [ProviderError("It broke.")] * 99}

    job = await house.a_job(*TEXTS)
    done = await house.until(job.id, "finished")

    assert (done.done_count, done.failed_count) == (29, 1)
    first = (await house.rows(job.id))[0].result
    assert first is not None
    assert first.attempts == 3


async def test_the_jobs_of_somebody_who_is_disabled_stop_and_can_be_resumed(
    house: BatchHouse,
) -> None:
    house.model.held.clear()
    job = await house.a_job(*TEXTS)
    await house.runner.look()
    await house.model.until_asked(8)

    await house.runner.pause_all_of(house.person)

    paused = await house.one(job.id)
    assert house.model.running == 0
    assert paused.state == "paused"
    assert paused.trouble is not None
    assert paused.trouble.code == "account-disabled"
    house.model.held.set()
    await house.move(job.id, "running", "paused")
    assert (await house.until(job.id, "finished")).done_count == 30


async def test_a_provider_that_is_gone_pauses_the_job_and_burns_no_rows(house: BatchHouse) -> None:
    house.model.always = ProviderUnreachableError("Nobody is there.")

    job = await house.a_job(*TEXTS)
    paused = await house.until(job.id, "paused")
    house.model.always = None
    await house.until_counted(job.id, 0)

    assert paused.trouble is not None
    assert paused.trouble.code == "provider-unreachable"
    assert paused.failed_count == 0
    await house.move(job.id, "running", "paused")
    assert (await house.until(job.id, "finished")).done_count == 30


async def test_a_refused_key_pauses_the_job_at_once(house: BatchHouse) -> None:
    house.model.always = ProviderRefusedKeyError("The key is not accepted.")

    job = await house.a_job(*TEXTS)
    paused = await house.until(job.id, "paused")

    assert paused.trouble is not None
    assert paused.trouble.message == "The key is not accepted."
    assert (paused.done_count, paused.failed_count) == (0, 0)
    assert len(house.model.asked) <= 8


async def test_rows_that_all_fail_alike_pause_the_job_before_the_rest_is_spent(
    house: BatchHouse,
) -> None:
    house.model.always = ProviderRejectedRequestError("temperature is not supported.")

    job = await house.a_job(*(f"row {number}" for number in range(200)))
    paused = await house.until(job.id, "paused")
    await house.until_counted(job.id, 20)

    assert paused.trouble is not None
    assert paused.trouble.code == "provider-rejected-request"
    assert len(house.model.asked) <= 30


async def test_a_row_that_is_being_asked_is_not_asked_again_meanwhile(house: BatchHouse) -> None:
    """Every row fails twice, so that the job is at its end again and again while some are on their way."""
    texts = TEXTS[:12]
    house.model.errors = {text: [ProviderError("It broke.")] * 2 for text in texts}

    job = await house.a_job(*texts)
    done = await house.until(job.id, "finished", "paused")

    assert done.state == "finished"
    assert sorted(house.model.asked) == sorted(texts * 3)


async def test_a_single_row_whose_provider_fails_is_failed_and_the_job_ends(
    house: BatchHouse,
) -> None:
    house.model.always = ProviderError("It broke.")

    job = await house.a_job("only one")

    assert (await house.until(job.id, "finished")).failed_count == 1


async def test_two_runners_never_have_the_same_job(house: BatchHouse) -> None:
    house.model.held.clear()
    job = await house.a_job(*TEXTS)
    other = BatchRunner(replace(house.around, runner_id="another"), tasks=house.tasks)

    await house.runner.look()
    await house.model.until_asked(8)
    await other.look()
    await asyncio.sleep(0.05)
    house.model.held.set()
    await house.until(job.id, "finished")

    assert sorted(house.model.asked) == sorted(TEXTS)


async def test_a_runner_that_was_dead_for_longer_than_its_lease_stores_nothing_more(
    house: BatchHouse,
) -> None:
    job = await house.a_job("one", "two")
    dead, alive = "dead", "alive"
    now = house.clock.now()
    await house.database.write(lambda c: LeaseRepository(c, dead).take(now=now, until=now + LEASE))
    house.clock.pass_by(LEASE + timedelta(seconds=1))
    later = house.clock.now()
    taken = await house.database.write(
        lambda c: LeaseRepository(c, alive).take(now=later, until=later + LEASE)
    )

    await house.database.write(
        lambda c: LeaseRepository(c, alive).store(job.id, RowResult(1, "done", "new"))
    )
    with pytest.raises(LeaseLostError):
        await house.database.write(
            lambda c: LeaseRepository(c, dead).store(job.id, RowResult(1, "done", "old"))
        )

    assert [batch.id for batch in taken] == [job.id]
    first = (await house.rows(job.id))[0].result
    assert first is not None
    assert first.answer == "new"


async def test_what_comes_after_a_job_was_cancelled_is_not_stored(house: BatchHouse) -> None:
    job = await house.a_job("one", "two")
    now = house.clock.now()
    await house.database.write(lambda c: LeaseRepository(c, "me").take(now=now, until=now + LEASE))
    await house.move(job.id, "cancelled", "running")

    with pytest.raises(LeaseLostError):
        await house.database.write(
            lambda c: LeaseRepository(c, "me").store(job.id, RowResult(1, "done", "late"))
        )

    assert (await house.rows(job.id))[0].result is None


async def test_a_result_that_comes_twice_is_stored_and_counted_once(house: BatchHouse) -> None:
    job = await house.a_job("one", "two")
    now = house.clock.now()
    await house.database.write(lambda c: LeaseRepository(c, "me").take(now=now, until=now + LEASE))

    for answer in ("first", "second"):
        await house.database.write(
            lambda c, answer=answer: LeaseRepository(c, "me").store(
                job.id, RowResult(1, "done", answer)
            )
        )

    assert (await house.one(job.id)).done_count == 1
    first = (await house.rows(job.id))[0].result
    assert first is not None
    assert first.answer == "first"


async def test_after_a_restart_the_job_goes_on_and_asks_only_what_has_no_result(
    tmp_path: Path,
) -> None:
    async with batch_house(tmp_path) as house:
        house.model.errors = {}
        job = await house.a_job(*TEXTS)
        await house.runner.look()
        await house.until_counted(job.id, 5)
        house.model.held.clear()
        await house.runner.drain(0)
        person = house.person
        before = len([row for row in await house.rows(job.id) if row.result])

    async with batch_house(tmp_path, person=person) as house:
        await house.runner.begin(alone=True)
        done = await house.until(job.id, "finished")

    assert done.done_count == 30
    assert len(house.model.asked) == 30 - before


async def test_a_stranger_finds_no_job(house: BatchHouse) -> None:
    job = await house.a_job("one")
    stranger = await add_person(house.database, house.clock, "stranger")

    units: list[Callable[[Connection], object]] = [
        lambda c: BatchRepository(c, stranger).one(job.id),
        lambda c: BatchRepository(c, stranger).rows(job.id, after=0, limit=1),
        lambda c: BatchRepository(c, stranger).rename(job.id, "mine"),
        lambda c: BatchRepository(c, stranger).wait_again(job.id),
        lambda c: BatchRepository(c, stranger).move(
            job.id, to="cancelled", allowed=("running",), now=house.clock.now()
        ),
    ]
    for unit in units:
        with pytest.raises(BatchNotFoundError):
            await house.database.write(unit)
    assert (
        await house.database.read(
            lambda c: BatchRepository(c, stranger).newest(before=None, limit=9)
        )
        == []
    )


async def test_a_job_without_instructions_does_not_start(house: BatchHouse) -> None:
    draft = await house.receive(b"text\nhello\n")

    with pytest.raises(BatchNotReadyError):
        await house.move(draft.id, "running", "draft")


async def test_a_file_that_breaks_in_the_middle_leaves_nothing_behind(house: BatchHouse) -> None:
    good = "".join(f"{number},text\n" for number in range(2000))

    with pytest.raises(BadBatchFileError):
        await house.receive(f"id,text\n{good}1,2,3\n".encode())
    while await house.database.write(lambda c: LeaseRepository(c, "me").purge_some()):
        pass

    assert (
        await house.database.read(
            lambda c: BatchRepository(c, house.person).newest(before=None, limit=9)
        )
        == []
    )
    counted = await house.database.read(
        lambda c: c.exec_driver_sql("SELECT count(*) FROM batch_rows").scalar()
    )
    assert counted == 0
