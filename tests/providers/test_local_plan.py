"""How a model is loaded on a machine: answers at once, context and threads, by the memory there is."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError
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


def planned(
    room: float, file: KnownFile = ONE_BILLION, gpu: float = 0, **settings: object
) -> LoadPlan:
    host = Host(
        cores=4, memory_bytes=64 * GB, free_memory_bytes=64 * GB, gpu_memory_bytes=int(gpu * GB)
    )
    chosen = LocalSettings.model_validate(settings)
    return plan_load(file, settings=chosen, host=host, room_bytes=int(room * GB))


@pytest.mark.parametrize(
    ("room", "parallel", "context"),
    [
        (64, 16, 8192),
        (9, 16, 8192),
        (5, 8, 8192),
        (3, 4, 8192),
        (2.1, 4, 8192),
        (1.8, 3, 8192),
        (1.1, 1, 3438),
    ],
)
def test_less_memory_means_fewer_answers_at_once_and_then_less_context(
    room: float, parallel: int, context: int
) -> None:
    plan = planned(room)

    assert plan.parallel == parallel
    assert plan.context_tokens == context


def test_a_plan_never_takes_more_than_the_room_it_was_given() -> None:
    for tenths in range(12, 300):
        assert planned(tenths / 10).memory_bytes <= tenths / 10 * GB


def test_what_a_graphics_card_has_free_is_room_too_and_spares_the_main_memory() -> None:
    plan = planned(1, gpu=14)

    assert plan.parallel == 28
    assert plan.gpu_layers == -1
    assert plan.memory_bytes < 0.3 * GB


def test_a_graphics_card_that_is_not_to_be_used_gives_no_room() -> None:
    with pytest.raises(LocalEngineError):
        planned(1, gpu=24, gpu_layers=0)


def test_vectors_need_no_more_context_than_one_text() -> None:
    settings, host = LocalSettings(), Host(cores=4, memory_bytes=GB, free_memory_bytes=GB)

    plan = plan_load(
        ONE_BILLION, settings=settings, host=host, room_bytes=64 * GB, purpose="vectors"
    )

    assert plan.context_tokens == 2048
    assert plan.averages


def test_too_little_memory_is_said_with_both_numbers() -> None:
    with pytest.raises(LocalEngineError, match=r"needs about 1\.1 GB .* are 1\.1 GB for it"):
        planned(1)


def test_a_chosen_number_of_answers_is_kept_and_the_context_gives_way() -> None:
    plan = planned(3.6, parallel=16)

    assert plan.parallel == 16
    assert 4096 < plan.context_tokens < 8192


def test_no_answer_gets_more_context_than_the_model_was_made_for() -> None:
    assert planned(64, replace(ONE_BILLION, context_tokens=2048)).context_tokens == 2048


def test_a_model_that_does_not_say_its_context_gets_a_careful_one() -> None:
    assert planned(64, replace(ONE_BILLION, context_tokens=None)).context_tokens == 4096


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (8, 7), (16, 8), (64, 32)])
def test_the_server_keeps_a_core_for_itself(cores: int, threads: int) -> None:
    assert Host(cores=cores, memory_bytes=GB, free_memory_bytes=GB).threads == threads


@pytest.mark.parametrize(
    ("amount", "meant"),
    [
        ("12 GB", 12 * 10**9),
        ("8GiB", 8 * GB),
        ("1.5 gb", 1_500_000_000),
        ("60 %", 600),
        ("7.5%", 75),
        ("123456", 123_456),
        (5000, 5000),
    ],
)
def test_the_budget_is_an_amount_or_a_share(amount: object, meant: int) -> None:
    assert LocalSettings.model_validate({"memory": amount}).memory_bytes(1000) == meant


@pytest.mark.parametrize("amount", ["much", "120 %", "-1 GB", "12 G B", "", "1e9"])
def test_a_budget_that_means_nothing_is_refused(amount: str) -> None:
    with pytest.raises(ValidationError):
        LocalSettings.model_validate({"memory": amount})
