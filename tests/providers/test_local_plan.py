"""How a model is loaded on a machine: answers at once, context and threads, by the memory there is."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.local_engine import KnownFile

from arcano.providers.errors import LocalEngineError
from arcano.providers.local import Host, LocalSettings
from arcano.providers.local.plan import LoadPlan, plan_load

GB = 1024**3
# As of a model of a billion weights in four bits.
ONE_BILLION = KnownFile(
    id="one-billion",
    path=Path("one-billion.gguf"),
    size_bytes=800_000_000,
    context_tokens=131_072,
    context_bytes_per_token=32 * 1024,
)


def planned(free: float, file: KnownFile = ONE_BILLION, **settings: object) -> LoadPlan:
    host = Host(cores=4, memory_bytes=int(free * GB), free_memory_bytes=int(free * GB))
    return plan_load(file, settings=LocalSettings.model_validate(settings), host=host)


@pytest.mark.parametrize(
    ("free", "parallel", "context"),
    [
        (64, 16, 8192),
        (16, 16, 8192),
        (8, 8, 8192),
        (4, 4, 8192),
        (2, 2, 8192),
        (1.25, 1, 4257),
    ],
)
def test_less_memory_means_fewer_answers_at_once_and_then_less_context(
    free: float, parallel: int, context: int
) -> None:
    plan = planned(free)

    assert plan.parallel == parallel
    assert plan.context_tokens == context


def test_too_little_memory_is_said_with_both_numbers() -> None:
    with pytest.raises(LocalEngineError, match=r"needs about 1\.1 GB .* has 1\.1 GB"):
        planned(1)


def test_a_chosen_number_of_answers_is_kept_and_the_context_gives_way() -> None:
    plan = planned(4, parallel=16)

    assert plan.parallel == 16
    assert 4096 < plan.context_tokens < 8192


def test_no_answer_gets_more_context_than_the_model_was_made_for() -> None:
    assert planned(64, replace(ONE_BILLION, context_tokens=2048)).context_tokens == 2048


def test_a_model_that_does_not_say_its_context_gets_a_careful_one() -> None:
    assert planned(64, replace(ONE_BILLION, context_tokens=None)).context_tokens == 4096


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (8, 7), (16, 8), (64, 32)])
def test_the_server_keeps_a_core_for_itself(cores: int, threads: int) -> None:
    assert Host(cores=cores, memory_bytes=GB, free_memory_bytes=GB).threads == threads
