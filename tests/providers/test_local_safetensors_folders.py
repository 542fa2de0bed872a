"""Models in folders of safetensors: found, described, refused where they must be; nothing of PyTorch is needed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.support.local_engine import KnownFile, a_question, all_events

from arcano.providers.errors import LocalEngineError
from arcano.providers.local import (
    Host,
    LocalEngine,
    LocalModel,
    LocalSettings,
    SafetensorsFolders,
)
from arcano.providers.local.host import HOW_TO_GET_TRANSFORMERS
from arcano.providers.local.plan import plan_load
from arcano.providers.local.transformers_child import Text, bits_for

GB = 10**9
CONFIG = {
    "model_type": "llama",
    "max_position_embeddings": 4096,
    "hidden_size": 1024,
    "num_attention_heads": 16,
    "num_key_value_heads": 4,
    "num_hidden_layers": 10,
}


def a_folder(place: Path, *, config: Any = CONFIG, weights: int = 1000) -> Path:
    place.mkdir(parents=True)
    (place / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    (place / "model.safetensors").write_bytes(b"\0" * weights)
    return place


async def test_a_folder_with_a_description_and_weights_is_a_model(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "maker" / "Tiny Model 1B")

    (model,) = await SafetensorsFolders(tmp_path).found()

    assert (model.id, model.name, model.path) == ("tiny-model-1b", "Tiny Model 1B", folder)
    assert (model.size_bytes, model.context_tokens) == (1000, 4096)
    assert model.context_bytes_per_token == 2 * 10 * 4 * 64 * 2
    assert model.problem is None
    assert await SafetensorsFolders(tmp_path).find("tiny-model-1b") == model
    assert await SafetensorsFolders(tmp_path).find("ghost") is None


async def test_a_folder_with_a_gguf_in_it_is_left_to_the_other_engine(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "both")
    (folder / "model.gguf").write_bytes(b"GGUF")
    (tmp_path / "empty").mkdir()

    assert await SafetensorsFolders(tmp_path).found() == []
    assert await SafetensorsFolders(tmp_path / "nowhere").found() == []


@pytest.mark.parametrize("config", ["not json", "[1]", '"x"', "\ud7ff" * 10, "[" * 200_000])
async def test_a_description_that_cannot_be_read_is_a_problem_and_not_a_crash(
    tmp_path: Path, config: str
) -> None:
    a_folder(tmp_path / "bad", config=config)

    (model,) = await SafetensorsFolders(tmp_path).found()

    assert model.problem is not None
    assert model.problem.startswith("Its description cannot be read")


async def test_a_missing_part_of_the_weights_is_named(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "parts")
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))

    (model,) = await SafetensorsFolders(tmp_path).found()

    assert model.problem == "model-2.safetensors is missing. Download the model again."


async def test_weights_that_are_only_a_link_to_nothing_are_missing_and_hide_no_other_model(
    tmp_path: Path,
) -> None:
    pruned = a_folder(tmp_path / "pruned") / "model.safetensors"
    pruned.unlink()
    pruned.symlink_to("../../blobs/0123")
    a_folder(tmp_path / "sound")

    models = await SafetensorsFolders(tmp_path).found()

    assert [(model.id, model.problem) for model in models] == [
        ("pruned", "model.safetensors is missing. Download the model again."),
        ("sound", None),
    ]


@pytest.mark.parametrize("weight_map", [["a"], "a", 1])
async def test_a_list_of_weights_that_is_none_is_a_problem_and_not_a_crash(
    tmp_path: Path, weight_map: object
) -> None:
    folder = a_folder(tmp_path / "odd")
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))

    (model,) = await SafetensorsFolders(tmp_path).found()

    assert model.problem is not None
    assert model.problem.startswith("Its description cannot be read")


async def test_a_folder_whose_name_is_no_text_is_shown_and_said_to_be_the_problem(
    tmp_path: Path,
) -> None:
    a_folder(tmp_path / os.fsdecode(b"mod\xe8le"))

    (model,) = await SafetensorsFolders(tmp_path).found()

    assert model.name == "mod\N{REPLACEMENT CHARACTER}le"
    assert model.problem == "Its name or that of its folder is not in UTF-8. Rename it."


async def test_absurd_numbers_in_a_description_are_not_believed(tmp_path: Path) -> None:
    a_folder(tmp_path / "odd", config={"max_position_embeddings": -5, "hidden_size": "many"})

    (model,) = await SafetensorsFolders(tmp_path).found()

    assert (model.context_tokens, model.context_bytes_per_token) == (None, 0)


async def test_without_the_extra_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    file = KnownFile("tiny", a_folder(tmp_path / "tiny"))

    class Files:
        async def found(self) -> list[KnownFile]:
            return [file]

        async def find(self, model_id: str) -> KnownFile | None:
            return file if model_id == file.id else None

    async with LocalEngine(
        settings=LocalSettings(), transformers_missing=lambda: HOW_TO_GET_TRANSFORMERS
    ) as engine:
        with pytest.raises(LocalEngineError, match=r"arcano\[transformers\]"):
            await all_events(LocalModel(engine=engine, files=Files()), a_question())

        assert engine.problem_with(file) == HOW_TO_GET_TRANSFORMERS


def test_it_is_planned_to_write_one_answer_at_a_time_and_makes_no_vectors(tmp_path: Path) -> None:
    file = KnownFile("tiny", a_folder(tmp_path / "tiny"))
    host = Host(cores=4, memory_bytes=16 * GB, free_memory_bytes=16 * GB)
    settings = LocalSettings(parallel=8)

    plan = plan_load(file, settings=settings, host=host, room_bytes=8 * GB)

    assert (plan.engine, plan.parallel) == ("transformers", 1)
    with pytest.raises(LocalEngineError, match="cannot make vectors"):
        plan_load(file, settings=settings, host=host, room_bytes=8 * GB, purpose="vectors")


@pytest.mark.parametrize(
    ("weights", "free", "wished", "bits"),
    [
        (8, 24, None, None),
        (30, 24, None, 8),
        (60, 24, None, 4),
        (8, 24, 4, 4),
        (60, 24, 8, 8),
    ],
)
def test_weights_are_kept_in_as_many_bits_as_fit(
    weights: int, free: int, wished: int | None, bits: int | None
) -> None:
    assert bits_for(weights * GB, free_bytes=free * GB, wished=wished) == bits


@pytest.mark.parametrize("cuts", [[1] * 11, [3, 3, 5], [11], [5, 1, 5]])
def test_a_stop_word_is_found_however_the_text_is_cut(cuts: list[int]) -> None:
    said: list[str] = []
    text = Text(said.append, stops=["STOP", "\n\n"])

    place = 0
    for length in cuts:
        text.add("SoSTsSTOPxy"[place : place + length], last=False)
        place += length
    text.add("", last=True)

    assert "".join(said) == "SoSTs"
    assert text.stopped


def test_what_only_began_like_a_stop_word_is_said_in_the_end() -> None:
    said: list[str] = []
    text = Text(said.append, stops=["STOP"])

    text.add("no STO", last=False)
    held_back = "".join(said)
    text.add("", last=True)

    assert held_back == "no "
    assert "".join(said) == "no STO"
    assert not text.stopped
