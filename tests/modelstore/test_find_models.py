"""Finding the model files on this disk, whatever lies there beside them."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.fake_hub import a_hub
from tests.support.model_store import a_store
from tests.support.tiny_gguf import write_tiny_gguf

from arcano.modelstore import FoundModel, ModelFileInUseError
from arcano.modelstore.delete_model import delete_files
from arcano.modelstore.find_models import ModelFinder
from arcano.modelstore.found_model import model_id


def found_in(*folders: Path) -> list[FoundModel]:
    return list(ModelFinder(folders).find())


def test_a_model_is_described_by_its_own_head(tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "Tiny-Random_F32.gguf")

    (model,) = found_in(tmp_path)

    assert model == FoundModel(
        id="tiny-random-f32",
        name="Tiny random (F32)",
        path=tmp_path / "Tiny-Random_F32.gguf",
        size_bytes=(tmp_path / "Tiny-Random_F32.gguf").stat().st_size,
        context_tokens=2048,
        # Two layers, two heads, keys and values of 32 numbers in half precision.
        context_bytes_per_token=2 * 2 * (32 + 32) * 2,
        architecture="llama",
        quantisation="F32",
        parameters="1M",
        files=(tmp_path / "Tiny-Random_F32.gguf",),
    )


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("Qwen3-0.6B-Q8_0.gguf", "qwen3-0.6b-q8-0"),
        ("smollm2 360M (new).GGUF", "smollm2-360m-new"),
        ("..gguf", "model"),
        ("模型.gguf", "model"),
    ],
)
def test_an_id_is_readable_and_made_of_the_file_name(file_name: str, expected: str) -> None:
    assert model_id(file_name) == expected


def test_models_of_one_name_in_two_folders_have_two_ids(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_tiny_gguf(tmp_path / folder / "model.gguf")

    once = found_in(tmp_path / "first", tmp_path / "second")
    again = found_in(tmp_path / "first", tmp_path / "second")

    assert len({model.id for model in once}) == 2
    assert "model" in {model.id for model in once}
    assert once == again


def test_models_that_call_themselves_the_same_are_called_after_their_files(tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "First.gguf")
    write_tiny_gguf(tmp_path / "Second.gguf")

    assert [model.name for model in found_in(tmp_path)] == ["First", "Second"]


def test_folders_are_searched_but_not_hidden_ones_and_not_in_circles(tmp_path: Path) -> None:
    for place in ("deep/down/here", ".hidden"):
        (tmp_path / place).mkdir(parents=True)
        write_tiny_gguf(tmp_path / place / "model.gguf")
    (tmp_path / "deep/circle").symlink_to(tmp_path, target_is_directory=True)

    (model,) = found_in(tmp_path)

    assert model.path == tmp_path / "deep/down/here/model.gguf"


def test_a_link_to_a_file_that_was_found_already_is_not_a_second_model(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    model = Path(shutil.copy(tiny_gguf, tmp_path / "a-model.gguf"))
    (tmp_path / "b-link.gguf").symlink_to(model)

    assert [each.id for each in found_in(tmp_path)] == ["a-model"]


def test_a_folder_that_is_not_there_holds_no_models(tmp_path: Path) -> None:
    assert found_in(tmp_path / "nowhere") == []


def test_what_is_no_model_that_answers_is_left_out(tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "eyes.gguf", architecture="clip")
    (tmp_path / "model.gguf.part").write_bytes(b"GGUF")
    os.mkfifo(tmp_path / "pipe.gguf")
    (tmp_path / "broken-link.gguf").symlink_to(tmp_path / "nowhere.gguf")
    (tmp_path / "readme.txt").write_text("hello", encoding="utf-8")

    assert found_in(tmp_path) == []


def test_a_file_that_cannot_be_used_is_there_with_its_problem(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    (tmp_path / "page.gguf").write_text("<!doctype html>", encoding="utf-8")
    cut = Path(shutil.copy(tiny_gguf, tmp_path / "cut.gguf"))
    os.truncate(cut, 300_000)

    problems = {model.id: model.problem for model in found_in(tmp_path)}

    assert problems == {
        "cut": f"The file is not complete: 300000 of {tiny_gguf.stat().st_size} bytes are there.",
        "page": "The file is not a GGUF model file.",
    }


def test_the_parts_of_a_split_model_are_one_model(tmp_path: Path, tiny_gguf: Path) -> None:
    for number in (1, 2):
        shutil.copy(tiny_gguf, tmp_path / f"big-0000{number}-of-00002.gguf")

    (model,) = found_in(tmp_path)

    assert (model.id, model.problem) == ("big", None)
    assert model.path.name == "big-00001-of-00002.gguf"
    assert model.size_bytes == 2 * tiny_gguf.stat().st_size


def test_a_split_model_without_all_its_parts_says_which_is_missing(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    for number in (1, 3):
        shutil.copy(tiny_gguf, tmp_path / f"big-0000{number}-of-00003.gguf")

    (model,) = found_in(tmp_path)

    assert model.problem == "Part 2 of 3 of the model is missing. Download it again."


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path, tiny_gguf: Path) -> None:
    path = Path(shutil.copy(tiny_gguf, tmp_path / "model.gguf"))
    finder = ModelFinder((tmp_path,))
    (before,) = finder.find()
    os.truncate(path, 1000)

    (after,) = finder.find()

    assert before.problem is None
    assert after.problem is not None


async def test_a_turn_finds_a_model_that_was_laid_there_after_the_start(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    async with a_hub(b"") as hub, a_store(tmp_path, hub) as store:
        before = await store.find("new")
        shutil.copy(tiny_gguf, tmp_path / "new.gguf")
        there = await store.find("new")
        (tmp_path / "new.gguf").unlink()
        after = await store.find("new")

    assert before is None
    assert there is not None
    assert there.path == tmp_path / "new.gguf"
    assert after is None


def test_a_model_of_an_architecture_for_chat_that_was_made_for_vectors_says_so_itself(
    tmp_path: Path,
) -> None:
    write_tiny_gguf(tmp_path / "vectors.gguf", makes_vectors=True)

    (model,) = ModelFinder([tmp_path]).find()

    assert (model.architecture, model.purpose) == ("llama", "embedding")
    assert model.capabilities == frozenset({"embeddings"})


def test_a_model_that_makes_vectors_is_found_and_said_to_be_one(tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "embedder.gguf", architecture="bert")

    (model,) = found_in(tmp_path)

    assert (model.purpose, model.capabilities, model.problem) == (
        "embedding",
        frozenset({"embeddings"}),
        None,
    )


def test_a_kind_of_model_that_the_engine_does_not_know_is_shown_with_the_reason(
    tmp_path: Path,
) -> None:
    write_tiny_gguf(tmp_path / "new.gguf", architecture="llama9")

    (model,) = ModelFinder([tmp_path], lambda name: name != "llama9").find()

    assert model.architecture == "llama9"
    assert model.problem is not None
    assert "does not know this kind of model, llama9" in model.problem


def test_a_whole_file_beside_the_parts_it_was_made_of_is_a_model_of_its_own(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    for name in ("big-00001-of-00002", "big-00002-of-00002", "big"):
        shutil.copy(tiny_gguf, tmp_path / f"{name}.gguf")

    models = found_in(tmp_path)

    assert sorted(len(model.files) for model in models) == [1, 2]
    assert len({model.id for model in models}) == 2
    assert len({model.name for model in models}) == 2


async def test_deleting_a_model_in_parts_leaves_the_whole_file_beside_it(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    for name in ("big-00001-of-00002", "big-00002-of-00002", "big"):
        shutil.copy(tiny_gguf, tmp_path / f"{name}.gguf")
    async with a_hub(b"") as hub, a_store(tmp_path, hub) as store:
        in_parts = next(model for model in await store.found() if len(model.files) == 2)

        await store.delete(in_parts.id)
        left = await store.found()

    assert [model.files for model in left] == [(tmp_path / "big.gguf",)]


@pytest.mark.parametrize("looks_anew", [False, True])
def test_a_model_keeps_its_id_when_another_of_its_name_comes(
    tmp_path: Path, tiny_gguf: Path, looks_anew: bool
) -> None:
    finder = ModelFinder([tmp_path])
    (tmp_path / "second").mkdir()
    shutil.copy(tiny_gguf, tmp_path / "second/model.gguf")
    finder.find()
    time.sleep(0.02)  # as long as the clock of a disk may stand still

    (tmp_path / "first").mkdir()
    shutil.copy(tiny_gguf, tmp_path / "first/model.gguf")
    found = (ModelFinder([tmp_path]) if looks_anew else finder).find()

    kept = next(model for model in found if model.id == "model")
    assert kept.path == tmp_path / "second/model.gguf"
    assert {model.name for model in found} == {"first/model", "second/model"}


def test_a_model_keeps_its_id_when_the_other_of_its_name_goes(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    finder = ModelFinder([tmp_path])
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        shutil.copy(tiny_gguf, tmp_path / folder / "model.gguf")
    both = finder.find()
    other = next(model for model in both if model.id != "model")

    next(model for model in both if model.id == "model").path.unlink()
    (left,) = finder.find()

    assert left.id == other.id


def test_a_name_that_is_no_text_is_shown_and_said_to_be_the_problem(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    shutil.copy(os.fsencode(tiny_gguf), os.fsencode(tmp_path) + b"/mod\xe8le.gguf")

    (model,) = found_in(tmp_path)

    assert model.name == "mod\N{REPLACEMENT CHARACTER}le"
    assert model.problem == "Its name or that of its folder is not in UTF-8. Rename it."


UNREADABLE = """
import os, sys
from pathlib import Path
from arcano.modelstore.find_models import ModelFinder

# Where it lies may be closed to everybody else, so it is gone to before.
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(65534)
for model in ModelFinder([Path()]).find():
    print(model.id, model.problem)
"""


def test_a_folder_that_cannot_be_looked_into_hides_no_other_model(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    tmp_path.chmod(0o755)
    shutil.copy(tiny_gguf, tmp_path / "open.gguf")
    (tmp_path / "closed").mkdir()
    shutil.copy(tiny_gguf, tmp_path / "closed/model.gguf")
    (tmp_path / "closed").chmod(0o444)

    told = subprocess.run(
        [sys.executable, "-c", UNREADABLE, tmp_path], stdout=subprocess.PIPE, text=True, check=True
    )
    (tmp_path / "closed").chmod(0o755)

    assert told.stdout.splitlines() == [
        "model The file cannot be read: Permission denied.",
        "open None",
    ]


async def test_a_file_that_the_system_keeps_is_said_not_to_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "kept.gguf").mkdir()  # which the system deletes for nobody who asks for a file

    with pytest.raises(ModelFileInUseError, match=r"kept\.gguf could not be deleted: "):
        delete_files([tmp_path / "kept.gguf"], below=tmp_path)
