"""Choosing the variant of a model that suits a machine: never too large, never worse with more memory."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.modelstore import CatalogueModel, Device, Machine, Variant, shipped_catalogue
from arcano.modelstore.quantisations import quality_rank, quantisation_in
from arcano.modelstore.recommend import calibrated, fit, merit, recommend

GB = 10**9
NAMES = ("Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0")


def an_8b_model(*names: str) -> CatalogueModel:
    return CatalogueModel(
        id="eight",
        family="F",
        name="Eight",
        description="For tests.",
        licence="MIT",
        licence_url="https://licence.invalid",
        repo="a/b",
        parameters=8 * GB,
        layers=32,
        kv_heads=8,
        head_width=128,
        context_tokens=8192,
        variants=tuple(Variant(name, (f"eight-{name}.gguf",)) for name in names or NAMES),
    )


def a_machine(memory: float, *, bandwidth: float | None = 20e9, gpu: float = 0) -> Machine:
    devices = (Device("Card", int(gpu * GB), int(gpu * GB), bandwidth=800e9),) if gpu else ()
    return Machine(int(memory * GB), 8, local_engine=True, devices=devices, bandwidth=bandwidth)


def chosen(machine: Machine, *names: str) -> tuple[str, str, str] | None:
    best = recommend(an_8b_model(*names), machine)
    return best and (best.variant.quantisation, best.fit.place, best.reason)


@pytest.mark.parametrize(
    ("machine", "answer"),
    [
        (a_machine(4), None),
        (a_machine(6.5), ("Q3_K_M", "cpu", "finest-that-fits")),
        (a_machine(32), ("Q4_K_M", "cpu", "quickest-good")),
        (a_machine(32, bandwidth=400e9), ("Q8_0", "cpu", "finest-quick")),
        (a_machine(32, bandwidth=200e9), ("Q8_0", "cpu", "finest-quick")),
        (a_machine(32, bandwidth=60e9), ("Q5_K_M", "cpu", "finest-quick")),
        (a_machine(32, bandwidth=None), ("Q4_K_M", "cpu", "quickest-good")),
        (a_machine(32, gpu=24), ("Q8_0", "gpu", "fits-gpu")),
        (a_machine(32, gpu=8), ("Q5_K_M", "gpu", "fits-gpu")),
        (a_machine(8, gpu=4), ("Q4_K_M", "partly", "partly")),
        (a_machine(8, gpu=4, bandwidth=40e9), ("Q6_K", "partly", "partly")),
        (a_machine(1.5, gpu=5), ("Q3_K_M", "partly", "partly")),
    ],
)
def test_the_choice_is_what_a_person_who_knows_would_take(
    machine: Machine, answer: tuple[str, str, str] | None
) -> None:
    assert chosen(machine) == answer


def test_memory_counts_the_weights_one_context_and_the_engine() -> None:
    model = an_8b_model()

    need = model.memory_bytes(model.variants[1])

    # 8192 tokens, of which each keeps keys and values of 8 heads, 128 wide, in 32 layers, at 2 bytes.
    assert need == int(8 * GB * 4.89 / 8) + 8192 * 32 * 8 * 2 * 128 * 2 + 256 * 1024**2


def test_speed_is_what_memory_allows() -> None:
    model = an_8b_model("Q4_K_M")
    alone = fit(model, model.variants[0], a_machine(32, bandwidth=50e9)).tokens_per_second
    experts = replace(model, active_parameters=GB)
    few = fit(experts, model.variants[0], a_machine(32, bandwidth=50e9)).tokens_per_second

    assert alone == pytest.approx(50e9 * 0.6 / 4.89e9)
    # A mixture of experts reads an eighth of its weights for each token.
    assert few == pytest.approx(8 * 50e9 * 0.6 / 4.89e9)


def test_speeds_that_were_measured_correct_the_estimates_of_all_other_models() -> None:
    model = an_8b_model("Q4_K_M", "Q8_0")
    machine = a_machine(32, bandwidth=50e9, gpu=24)
    estimates = [fit(model, each, machine).tokens_per_second or 0 for each in model.variants]

    slower = calibrated(machine, [model], {"eight-q4-k-m": estimates[0] / 2, "unknown": 1.0})

    assert fit(model, model.variants[1], slower).tokens_per_second == pytest.approx(
        estimates[1] / 2
    )
    assert slower.bandwidth == 25e9
    assert calibrated(machine, [model], {"unknown": 1.0}) == machine
    # One that stood still for a while does not make all others look frozen.
    assert calibrated(machine, [model], {"eight-q4-k-m": 1e-6}).bandwidth == 50e9 * 0.25


def test_what_is_split_over_two_memories_is_slower_than_in_the_fast_one() -> None:
    model = an_8b_model("Q4_K_M")

    split = fit(model, model.variants[0], a_machine(32, gpu=4))
    whole = fit(model, model.variants[0], a_machine(32, gpu=24))

    assert (split.place, whole.place) == ("partly", "gpu")
    assert split.tokens_per_second is not None
    assert whole.tokens_per_second is not None
    assert split.tokens_per_second < whole.tokens_per_second / 3


def test_what_models_may_take_of_the_memory_is_the_limit_where_it_is_less_than_there_is() -> None:
    model = an_8b_model("Q4_K_M")
    machine = a_machine(32)

    assert fit(model, model.variants[0], replace(machine, budget_bytes=7 * GB)).place == "cpu"
    assert fit(model, model.variants[0], replace(machine, budget_bytes=6 * GB)).place == "nowhere"


def test_graphics_that_share_the_memory_do_not_add_to_it() -> None:
    shared = Device("Apple", 16 * GB, 10 * GB, bandwidth=100e9, shares_memory=True)
    machine = Machine(16 * GB, 8, local_engine=True, devices=(shared,), bandwidth=60e9)
    model = replace(an_8b_model("Q8_0"), parameters=20 * GB)

    assert fit(model, model.variants[0], machine).place == "nowhere"


memories = st.floats(0.5, 200)
speeds = st.none() | st.floats(1e9, 2e12)


@given(memory=memories, gpu=st.just(0.0) | memories, bandwidth=speeds)
def test_nothing_is_ever_recommended_that_does_not_fit(
    memory: float, gpu: float, bandwidth: float | None
) -> None:
    machine = a_machine(memory, bandwidth=bandwidth, gpu=gpu)
    for model in (an_8b_model(), *shipped_catalogue()):
        best = recommend(model, machine)
        if best is not None:
            room = machine.memory_bytes + sum(device.memory_bytes for device in machine.devices)
            assert model.memory_bytes(best.variant) < room
            assert best.fit.place != "nowhere"
            assert best.fit.left_bytes > 0


@given(
    memory=memories,
    more=st.floats(0, 100),
    gpu=st.just(0.0) | memories,
    more_gpu=st.floats(0, 100),
    bandwidth=speeds,
)
def test_more_memory_never_makes_the_recommendation_worse(
    memory: float, more: float, gpu: float, more_gpu: float, bandwidth: float | None
) -> None:
    model = an_8b_model()
    less = recommend(model, a_machine(memory, bandwidth=bandwidth, gpu=gpu))
    larger = recommend(
        model,
        a_machine(memory + more, bandwidth=bandwidth, gpu=gpu + more_gpu if gpu else 0),
    )

    if less is not None:
        assert larger is not None
        assert merit(larger.variant, larger.fit) >= merit(less.variant, less.fit)


@given(st.permutations(NAMES), memories)
def test_the_order_of_the_variants_does_not_matter(names: list[str], memory: float) -> None:
    assert chosen(a_machine(memory), *names) == chosen(a_machine(memory))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Qwen3-0.6B-Q8_0.gguf", "Q8_0"),
        ("model-q4_k_m.gguf", "Q4_K_M"),
        ("model.IQ3_XXS.gguf", "IQ3_XXS"),
        ("model-F16-Q4_K_S.gguf", "Q4_K_S"),
        ("model.gguf", None),
        ("Q4-tips.gguf", None),
    ],
)
def test_a_file_name_tells_how_its_weights_are_stored(file: str, name: str | None) -> None:
    assert quantisation_in(file) == name


def test_more_bits_are_better() -> None:
    ranks = [quality_rank(name) for name in ("Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0")]

    assert ranks == sorted(ranks)
    assert quality_rank("unheard-of") == -1
