"""Downloading what lies there already: a true file is kept, a damaged one comes anew."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from tests.support.fake_hub import a_hub
from tests.support.model_store import a_store, ended


async def test_a_damaged_file_of_the_right_length_is_downloaded_again(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    (tmp_path / "model.gguf").write_bytes(bytes(len(tiny_bytes)))
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        done = await ended(store, (await store.start_download("model")).id)
        found = await store.find("model")

    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == tiny_bytes
    assert found is not None
    assert found.problem is None


async def test_a_true_file_that_lies_there_is_checked_and_not_fetched(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    (tmp_path / "model.gguf").write_bytes(tiny_bytes)
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, done.model_id) == ("done", "model")
    assert hub.ranges_asked == []


async def test_a_download_in_place_of_a_damaged_file_counts_only_what_came(tmp_path: Path) -> None:
    content = bytes(range(250)) * 8000
    (tmp_path / "model.gguf").write_bytes(bytes(len(content)))
    async with a_hub(content) as hub, a_store(tmp_path, hub) as store:
        hub.slow = True
        begun = await store.start_download("model")
        async with asyncio.timeout(10), aclosing(store.downloads.follow(begun.id)) as states:
            async for state in states:
                if state and state.status == "downloading" and 0 < state.done_bytes < len(content):
                    break

        paused = await store.downloads.pause(begun.id)

    assert 0 < paused.done_bytes < len(content)
