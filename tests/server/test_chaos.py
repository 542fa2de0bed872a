"""While its providers fail in every way that a third party's stand-in knows, every turn still ends once, and truly.

`make chaos` asks for thousands of answers in the same way and prints what became of them.
"""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from tests.load.chaos import (
    ALONE,
    ASKED_ONCE,
    CALM_SECOND,
    WILD_SECOND,
    Outcome,
    Storm,
    a_storm,
    ask_all,
)

TURNS = 240


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def storm(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Storm]:
    async with a_storm(tmp_path_factory.mktemp("storm"), ASKED_ONCE) as storm:
        yield storm


def expect_every_promise_kept(outcome: Outcome) -> None:
    assert not outcome.broken
    assert outcome.finished + outcome.failed.total() == TURNS


async def test_alone_every_turn_ends_and_keeps_the_beginning_of_the_true_text(storm: Storm) -> None:
    outcome = await ask_all(storm, ALONE, turns=TURNS)

    expect_every_promise_kept(outcome)
    # So much of it goes wrong that a broken promise would have shown; and no failure is ours.
    assert outcome.failed.total() > TURNS / 8
    assert outcome.failed["stream-cut"] > TURNS / 20
    assert set(outcome.failed) <= {
        "provider-error",
        "provider-unreachable",
        "provider-overloaded",
        "stream-cut",
    }


async def test_with_a_second_target_that_is_well_everybody_is_answered(storm: Storm) -> None:
    outcome = await ask_all(storm, CALM_SECOND, turns=TURNS)

    expect_every_promise_kept(outcome)
    assert outcome.switched > TURNS / 8
    assert outcome.finished >= 0.99 * TURNS


async def test_a_second_target_that_fails_as_often_doubles_no_word(storm: Storm) -> None:
    outcome = await ask_all(storm, WILD_SECOND, turns=TURNS)

    expect_every_promise_kept(outcome)
    assert outcome.switched > TURNS / 8
