"""The catalogue as data: what ships with Arcano, and what an owner adds in a file of their own."""

from pathlib import Path

import pytest

from arcano.compute import knows_architecture
from arcano.modelstore.catalogue import parse_catalogue, read_catalogue, shipped_catalogue
from arcano.modelstore.place_order import safe_name
from arcano.modelstore.quantisations import estimated_bytes, quality_rank

MODELS = shipped_catalogue()
OWN = """
[[models]]
id = "ours"
family = "Ours"
name = "Our own"
description = "Made at home."
licence = "MIT"
licence_url = "https://licence.invalid"
repo = "us/ours-GGUF"
file = "ours-{}.gguf"
parameters = 1_000_000
layers = 2
kv_heads = 2
head_width = 32
context_tokens = 2048
variants = ["Q4_K_M", { quantisation = "Q8_0", size_bytes = 9, files = ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf"] }]
"""


def test_every_family_that_people_ask_for_is_there() -> None:
    families = {model.family for model in MODELS}

    assert {"Llama", "Qwen", "Gemma", "Phi", "Mistral", "SmolLM", "Qwen Coder"} <= families
    assert {model.purpose for model in MODELS} == {"chat", "code", "embedding"}


def test_ids_are_unique_and_the_smallest_comes_first() -> None:
    ids = [model.id for model in MODELS]

    assert len(set(ids)) == len(ids)
    assert [model.parameters for model in MODELS] == sorted(model.parameters for model in MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_an_entry_of_the_catalogue_makes_sense(model: object) -> None:
    (entry,) = [each for each in MODELS if each is model]

    for variant in entry.variants:
        assert quality_rank(variant.quantisation) >= 0, variant.quantisation
        assert [safe_name(file) for file in variant.files]
        assert variant.sha256 is None or len(variant.sha256) == 64
        if variant.size_bytes is not None:
            # They differ most where a model is small: what all share is kept at more bits.
            estimate = estimated_bytes(entry.parameters, variant.quantisation)
            assert 0.67 < variant.size_bytes / estimate < 1.7
    assert entry.licence_url.startswith("https://")


def test_sizes_with_hashes_are_pinned_to_a_revision() -> None:
    known = [model for model in MODELS if any(each.sha256 for each in model.variants)]

    assert len(known) >= 10
    assert all(len(model.revision) == 40 for model in known)


def test_an_owner_adds_models_and_replaces_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_text(OWN + OWN.replace('"ours"', '"qwen3-4b"'))

    catalogue = read_catalogue(path)

    assert catalogue.problem is None
    by_id = {model.id: model for model in catalogue.models}
    assert by_id["qwen3-4b"].name == "Our own"
    assert len(by_id) == len(MODELS) + 1
    four, eight = by_id["ours"].variants
    assert (four.files, four.size_bytes) == (("ours-Q4_K_M.gguf",), None)
    assert (len(eight.files), eight.size_bytes) == (2, 9)


def test_without_a_file_of_the_owner_there_is_what_ships(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "catalogue.toml").models == MODELS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[models", "catalogue.toml is left out"),
        (OWN.replace("layers = 2\n", ""), "layers"),
        (OWN.replace("layers = 2", "layers = 2\nlayer = 3"), "layer"),
        (OWN.replace('"Q4_K_M"', "4"), "variants.0"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_left_out_and_says_why(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_text(content)

    catalogue = read_catalogue(path)

    assert catalogue.models == MODELS
    assert catalogue.problem is not None
    assert said in catalogue.problem


def test_a_catalogue_without_models_is_empty() -> None:
    assert parse_catalogue("") == ()


@pytest.mark.parametrize("name", ["llama", "qwen2", "qwen3", "gemma3", "phi3", "bert"])
def test_the_engine_knows_the_kinds_of_models_that_the_catalogue_holds(name: str) -> None:
    assert knows_architecture(name)


def test_the_engine_does_not_know_a_kind_that_nobody_made() -> None:
    assert not knows_architecture("arcano-invented-this")
