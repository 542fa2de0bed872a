"""Rows for a completion model: gathered into few calls, and each of them still stored once, paused and called off."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.batch_house import BatchHouse, batch_house
from tests.support.completion_bench import BROKEN, GUILTY, ScriptedCompletions, written_after

from arcano.batches import BatchSettings
from arcano.batches.domain import Batch, Instructions
from arcano.batches.repository import BatchRepository
from arcano.providers import ProviderError, ProviderOverloadedError

TEXTS = [f"row {number}" for number in range(1, 31)]
TEN_AT_ONCE = BatchSettings(rows_at_once=10)


async def on_its_way(house: BatchHouse, model: ScriptedCompletions) -> Batch:
    """A job whose first rows are being asked."""
    job = await house.a_job(*TEXTS)
    await house.runner.look()
    async with asyncio.timeout(10):
        while not model.running:  # noqa: ASYNC110 - the fake tells nobody
            await asyncio.sleep(0.01)
    return job


async def test_the_rows_of_a_job_go_in_few_calls_and_each_has_its_own_text(tmp_path: Path) -> None:
    model = ScriptedCompletions()
    async with batch_house(tmp_path, settings=TEN_AT_ONCE, completes=model) as house:
        job = await house.a_job(*TEXTS)
        done = await house.until(job.id, "finished")
        rows = await house.rows(job.id)

    assert [row.result and row.result.answer for row in rows] == list(map(written_after, TEXTS))
    assert sorted(prompt for call in model.calls for prompt in call) == sorted(TEXTS)
    assert len(model.calls) < len(TEXTS) / 2
    assert (done.done_count, done.failed_count) == (30, 0)


async def test_what_a_job_used_is_the_sum_of_its_calls_and_a_row_has_a_share(
    tmp_path: Path,
) -> None:
    model = ScriptedCompletions()
    async with batch_house(tmp_path, settings=TEN_AT_ONCE, completes=model) as house:
        job = await house.a_job(*TEXTS)
        done = await house.until(job.id, "finished")
        rows = await house.rows(job.id)

    assert done.tokens.input_tokens == sum(map(len, TEXTS))
    assert done.tokens.output_tokens == sum(len(written_after(text)) for text in TEXTS)
    usages = [row.result.usage for row in rows if row.result and row.result.usage]
    assert len(usages) == len(TEXTS)
    assert any(usage.estimated for usage in usages)


@pytest.mark.parametrize("guilty", [BROKEN, GUILTY])
async def test_one_row_that_fails_takes_no_other_along(tmp_path: Path, guilty: str) -> None:
    model = ScriptedCompletions()
    texts = [*TEXTS[:4], guilty, *TEXTS[4:9]]
    async with batch_house(tmp_path, settings=TEN_AT_ONCE, completes=model) as house:
        job = await house.a_job(*texts)
        done = await house.until(job.id, "finished")
        rows = await house.rows(job.id)

    assert (done.done_count, done.failed_count) == (9, 1)
    (failed,) = (row for row in rows if row.result and row.result.status == "failed")
    assert failed.values == {"text": guilty}


async def test_a_call_that_fails_as_a_whole_is_asked_again_and_no_row_is_lost(
    tmp_path: Path,
) -> None:
    busy = ProviderOverloadedError("Busy.", retry_after=timedelta(seconds=3))
    model = ScriptedCompletions(failures=[busy, ProviderError("Broken.")])
    async with batch_house(tmp_path, settings=TEN_AT_ONCE, completes=model) as house:
        job = await house.a_job(*TEXTS)
        done = await house.until(job.id, "finished")

    assert (done.done_count, done.failed_count) == (30, 0)


async def test_a_cancelled_job_ends_the_call_that_its_rows_share(tmp_path: Path) -> None:
    model = ScriptedCompletions(seconds=60)
    async with batch_house(tmp_path, settings=TEN_AT_ONCE, completes=model) as house:
        job = await on_its_way(house, model)
        await house.move(job.id, "cancelled", "running")
        await house.runner.look()
        async with asyncio.timeout(10):
            while model.running:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.01)
        rows = await house.rows(job.id)

    assert all(row.result is None for row in rows)
    assert model.called_off == len(model.calls)


async def test_a_paused_job_keeps_what_its_last_calls_bring(tmp_path: Path) -> None:
    model = ScriptedCompletions(seconds=0.3)
    async with batch_house(tmp_path, settings=TEN_AT_ONCE, completes=model) as house:
        job = await on_its_way(house, model)
        await house.move(job.id, "paused", "running")
        await house.runner.look()
        await house.until_counted(job.id, 10)
        asked = sum(map(len, model.calls))
        await house.move(job.id, "running", "paused")
        done = await house.until(job.id, "finished")

    assert asked == 10
    assert done.done_count == 30
    assert sorted(prompt for call in model.calls for prompt in call) == sorted(TEXTS)


async def test_a_job_with_instructions_of_its_own_stays_a_chat(tmp_path: Path) -> None:
    model = ScriptedCompletions()
    async with batch_house(tmp_path, completes=model) as house:
        batch = await house.receive(b"text\r\none\r\n")
        instructions = Instructions("scripted", "{{ text }}", system="Be brief.")
        await house.database.write(
            lambda c: BatchRepository(c, house.person).instruct(batch.id, instructions)
        )
        await house.move(batch.id, "running", "draft")
        await house.until(batch.id, "finished")

    assert (model.calls, len(model.chats)) == ([], 1)
