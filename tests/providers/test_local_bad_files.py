"""Model files that cannot be loaded: each ends in one sentence that says what to do."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.support.local_engine import KnownFile, a_question, a_workbench, all_events
from tests.support.tiny_gguf import write_tiny_gguf

from arcano.providers.errors import LocalEngineError, ModelFileError

pytestmark = pytest.mark.local_engine


async def failure_of(file: KnownFile, **settings: Any) -> LocalEngineError:
    async with a_workbench(**settings) as bench:
        bench.files.add(file)
        with pytest.raises(LocalEngineError) as failure:
            await all_events(bench.model, a_question(file.id))
        return failure.value


async def test_a_file_that_was_cut_short_is_to_be_downloaded_again(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    cut = Path(shutil.copy(tiny_gguf, tmp_path / "cut.gguf"))
    os.truncate(cut, 300_000)

    failure = await failure_of(KnownFile("cut", cut))

    assert isinstance(failure, ModelFileError)
    assert failure.detail == "The file of cut is damaged or not complete. Download it again."


async def test_a_file_of_noise_is_to_be_downloaded_again(tmp_path: Path) -> None:
    noise = tmp_path / "noise.gguf"
    noise.write_bytes(b"GGUF" + bytes(range(256)) * 100)

    failure = await failure_of(KnownFile("noise", noise))

    assert isinstance(failure, ModelFileError)
    assert not failure.retryable


async def test_a_model_of_an_unknown_kind_is_named_as_such(tmp_path: Path) -> None:
    martian = write_tiny_gguf(tmp_path / "martian.gguf", architecture="martian")

    failure = await failure_of(KnownFile("martian", martian))

    assert isinstance(failure, ModelFileError)
    assert "does not know models of the kind of martian" in failure.detail


async def test_a_file_that_was_deleted_is_gone(tmp_path: Path) -> None:
    failure = await failure_of(KnownFile("gone", tmp_path / "gone.gguf"))

    assert isinstance(failure, ModelFileError)
    assert failure.detail == "The file of gone is gone. Download it again."


async def test_a_file_known_to_be_bad_is_not_even_tried(tmp_path: Path) -> None:
    failure = await failure_of(KnownFile("bad", tmp_path / "bad.gguf", problem="It is not a GGUF."))

    assert isinstance(failure, ModelFileError)
    assert failure.detail == "It is not a GGUF."


async def test_a_model_larger_than_the_memory_is_refused_before_it_is_loaded(
    tiny_gguf: Path,
) -> None:
    failure = await failure_of(KnownFile("huge", tiny_gguf, size_bytes=10**15))

    assert "needs about 1000000" in failure.detail
    assert "Choose a smaller model" in failure.detail


async def test_a_model_that_is_not_ready_in_time_is_given_up(tiny_gguf: Path) -> None:
    failure = await failure_of(KnownFile("tiny", tiny_gguf), load_within=0.001)

    assert "was not ready" in failure.detail
    assert failure.retryable


async def test_after_a_bad_file_the_next_good_one_answers(tiny_gguf: Path, tmp_path: Path) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("gone", tmp_path / "gone.gguf"))
        bench.files.add(KnownFile("tiny", tiny_gguf))
        with pytest.raises(ModelFileError):
            await all_events(bench.model, a_question("gone"))

        assert await all_events(bench.model, a_question("tiny"))
