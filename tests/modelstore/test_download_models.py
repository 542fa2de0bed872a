"""Downloading a model: from a hub that redirects, breaks off, lies or is slow, to one whole true file."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.support.fake_hub import a_hub
from tests.support.model_store import GB, a_catalogue_model, a_store, a_variant, ended

from arcano.modelstore import (
    DiskFullError,
    Download,
    DownloadNotFoundError,
    UnknownCatalogueModelError,
)


async def some_progress(states: AsyncGenerator[Download | None]) -> None:
    """Wait for the first bytes."""
    async with aclosing(states) as told:
        async for state in told:
            if state and state.done_bytes:
                return


def names_in(folder: Path) -> list[str]:
    """What lies there, but for the notes on orders."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".downloads")


def code_of(download: Download) -> str | None:
    return download.error and download.error.code


async def test_a_model_comes_whole_and_is_found(tmp_path: Path, tiny_bytes: bytes) -> None:
    changes: list[str] = []
    async with (
        a_hub(tiny_bytes) as hub,
        a_store(tmp_path / "models", hub, models_changed=lambda: changes.append("yes")) as store,
    ):
        begun = await store.start_download("model")

        done = await ended(store, begun.id)
        found = await store.found()

    assert begun.status == "waiting"
    assert (done.status, done.model_id, done.error) == ("done", "model", None)
    assert done.done_bytes == done.total_bytes == len(tiny_bytes)
    assert (tmp_path / "models/model.gguf").read_bytes() == tiny_bytes
    assert [model.id for model in found] == ["model"]
    assert changes == ["yes"]
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["model.gguf"]


async def test_progress_is_told_on_the_way_but_not_for_every_piece(tmp_path: Path) -> None:
    async with a_hub(bytes(2_000_000)) as hub, a_store(tmp_path, hub) as store:
        hub.slow = True
        begun = await store.start_download("model")

        async with aclosing(store.downloads.follow(begun.id)) as states:
            seen = [state async for state in states if state]

    done = [state.done_bytes for state in seen]
    assert done == sorted(done)
    assert 4 <= len(seen) <= 14
    assert any(state.bytes_per_second and state.eta_seconds for state in seen)
    assert seen[-1].status == "done"


async def test_a_connection_that_breaks_is_taken_up_where_it_broke(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    cut = len(tiny_bytes) * 2 // 5
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        hub.cut_after = [cut, 1000]

        done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"
    assert hub.ranges_asked == [None, f"bytes={cut}-", f"bytes={cut + 1000}-"]
    assert (tmp_path / "model.gguf").read_bytes() == tiny_bytes


async def test_a_hub_without_ranges_begins_again_and_the_file_is_still_true(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        hub.cut_after = [100_000]
        hub.knows_ranges = False

        done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == tiny_bytes


async def test_a_connection_that_always_breaks_is_given_up_and_what_came_is_kept(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        hub.cut_after = [5000, 0, 0, 0, 0]

        done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, code_of(done)) == ("failed", "hub-unreachable")
    assert done.error is not None
    assert done.error.retryable
    assert (tmp_path / "model.gguf.part").stat().st_size == done.done_bytes == 5000


async def test_trouble_that_passes_is_waited_out(tmp_path: Path, tiny_bytes: bytes) -> None:
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        hub.statuses = [503, 429]

        done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "hub-refused"), (403, "hub-refused"), (429, "hub-busy"), (503, "hub-unreachable")],
)
async def test_a_hub_that_keeps_refusing_ends_the_download_with_a_reason(
    tmp_path: Path, status: int, code: str
) -> None:
    async with a_hub(b"x" * 1000) as hub, a_store(tmp_path, hub) as store:
        hub.statuses = [status] * 10

        done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, code_of(done)) == ("failed", code)


async def test_a_hub_that_is_not_there_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub, a_store(tmp_path, hub, hub="http://127.0.0.1:9") as store:
        done = await ended(store, (await store.start_download("model")).id)

    assert code_of(done) == "hub-unreachable"


async def test_a_silent_hub_is_not_waited_for_without_end(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub:
        hub.silent = True
        async with a_store(tmp_path, hub, silence_within=0.05, tries=2) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert code_of(done) == "hub-unreachable"


async def test_a_file_that_is_not_what_the_catalogue_promises_is_not_taken(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub:
        promised = (a_catalogue_model(a_variant(hub, sha256="0" * 64)),)
        async with a_store(tmp_path, hub, catalogue=promised) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert code_of(done) == "wrong-hash"
    assert not (tmp_path / "model.gguf").exists()


async def test_a_file_that_came_wrong_is_deleted_and_comes_right_when_tried_again(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(b"\0" * len(tiny_bytes)) as hub:
        hub.linked_sha256 = "0" * 64
        async with a_store(tmp_path, hub) as store:
            wrong = await ended(store, (await store.start_download("model")).id)
            left = names_in(tmp_path)
            hub.content, hub.linked_sha256 = tiny_bytes, None

            again = await store.start_download("model")
            right = await ended(store, again.id)

    assert code_of(wrong) == "wrong-hash"
    assert (wrong.status, wrong.done_bytes) == ("failed", 0)
    assert left == []
    assert again.id == wrong.id
    assert right.status == "done"


async def test_a_hub_that_sends_more_than_it_promised_leaves_nothing_to_count(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub:
        promised = (
            a_catalogue_model(a_variant(hub, sha256="0" * 64, size_bytes=len(tiny_bytes) - 1)),
        )
        hub.announces = False
        async with a_store(tmp_path, hub, catalogue=promised) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, code_of(done), done.done_bytes) == ("failed", "wrong-hash", 0)


async def test_a_file_whose_hash_nobody_knows_is_not_taken(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub, a_store(tmp_path, hub) as store:
        hub.announces = False

        done = await ended(store, (await store.start_download("model")).id)

    assert code_of(done) == "hash-unknown"


async def test_a_mirror_that_announces_nothing_will_do_where_the_catalogue_knows_the_hash(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub:
        hub.announces = False
        promised = (a_catalogue_model(a_variant(hub, sha256=hub.sha256)),)
        async with a_store(tmp_path, hub, catalogue=promised) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"


async def test_no_redirect_to_a_foreign_address_without_encryption_is_followed(
    tmp_path: Path,
) -> None:
    async with a_hub(b"x" * 1000) as hub, a_store(tmp_path, hub) as store:
        hub.redirect_to = "http://elsewhere.invalid/model.gguf"

        done = await ended(store, (await store.start_download("model")).id)

    assert code_of(done) == "unsafe-redirect"


async def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub, a_store(tmp_path, hub) as store:
        hub.redirect_to = "/maker/model-gguf/resolve/main/model.gguf"

        done = await ended(store, (await store.start_download("model")).id)

    assert code_of(done) == "hub-refused"


async def test_what_cannot_fit_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub:
        large = (a_catalogue_model(a_variant(hub, size_bytes=5 * GB)),)
        async with a_store(tmp_path, hub, catalogue=large, free_bytes=lambda _: 2 * GB) as store:
            with pytest.raises(DiskFullError, match=r"needs 5\.00 GB .* 2\.00 GB are free"):
                await store.start_download("model")

    assert hub.ranges_asked == []


FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from tests.support.fake_hub import a_hub
from tests.support.model_store import a_store, ended

async def main() -> None:
    async with a_hub(bytes(1_000_000)) as hub, a_store(Path(sys.argv[1]), hub) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        done = await ended(store, (await store.start_download("model")).id)
        print(done.status, done.error and done.error.code)

asyncio.run(main())
"""


async def test_a_disk_that_becomes_full_on_the_way_ends_the_download_and_keeps_what_came(
    tmp_path: Path,
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FULL_DISK, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )

    output, _ = await process.communicate()

    assert output.decode().split() == ["paused", "disk-full"]
    assert (tmp_path / "model.gguf.part").stat().st_size == 300_000


async def test_a_second_wish_for_the_same_model_is_the_same_download(tmp_path: Path) -> None:
    async with a_hub(bytes(2_000_000)) as hub, a_store(tmp_path, hub) as store:
        hub.slow = True
        first = await store.start_download("model")

        second = await store.start_download("model")

    assert second.id == first.id
    assert [download.id for download in store.downloads.all()] == [first.id]


async def test_a_stopped_download_keeps_what_came_and_goes_on_from_there(
    tmp_path: Path,
) -> None:
    content = bytes(range(250)) * 8000
    async with a_hub(content) as hub, a_store(tmp_path, hub) as store:
        hub.slow = True
        begun = await store.start_download("model")
        await some_progress(store.downloads.follow(begun.id))

        await store.downloads.pause(begun.id)
        stopped = store.downloads.get(begun.id)
        hub.slow = False
        again = await store.start_download("model")
        done = await ended(store, again.id)

    assert stopped.status == "paused"
    assert again.done_bytes == stopped.done_bytes > 0
    assert hub.ranges_asked == [None, f"bytes={stopped.done_bytes}-"]
    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == content


async def test_a_discarded_download_leaves_nothing(tmp_path: Path) -> None:
    async with a_hub(bytes(2_000_000)) as hub, a_store(tmp_path, hub) as store:
        hub.slow = True
        begun = await store.start_download("model")
        await some_progress(store.downloads.follow(begun.id))

        await store.downloads.discard(begun.id)

        with pytest.raises(DownloadNotFoundError):
            store.downloads.get(begun.id)
    assert names_in(tmp_path) == []


KILLED = """
import asyncio, sys
from contextlib import aclosing
from pathlib import Path
from tests.support.fake_hub import FakeHub
from tests.support.model_store import a_store

async def main() -> None:
    hub = FakeHub(bytes(range(250)) * 8000, address=sys.argv[2])
    async with a_store(Path(sys.argv[1]), hub) as store:
        async with aclosing(store.downloads.follow((await store.start_download("model")).id)) as states:
            async for state in states:
                print(state.done_bytes if state else 0, flush=True)

asyncio.run(main())
"""


async def test_a_server_killed_in_the_middle_takes_the_download_up_after_its_restart(
    tmp_path: Path,
) -> None:
    content = bytes(range(250)) * 8000
    async with a_hub(content) as hub:
        hub.slow = True
        first = await asyncio.create_subprocess_exec(
            sys.executable, "-c", KILLED, str(tmp_path), hub.address, stdout=asyncio.subprocess.PIPE
        )
        assert first.stdout is not None
        while int(await first.stdout.readline()) == 0:
            pass
        first.kill()
        await first.communicate()
        hub.slow = False

        async with a_store(tmp_path, hub) as store:
            begun = await store.start_download("model")
            done = await ended(store, begun.id)

    assert begun.done_bytes > 0
    assert hub.ranges_asked == [None, f"bytes={begun.done_bytes}-"]
    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == content


async def test_a_file_that_had_come_whole_before_the_crash_is_only_checked(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub:
        hub.cut_after = [len(tiny_bytes) - 1]
        async with a_store(tmp_path, hub, tries=1) as store:
            hub.statuses = []
            hub.cut_after.append(0)
            await ended(store, (await store.start_download("model")).id)
        with (tmp_path / "model.gguf.part").open("ab") as part:
            part.write(tiny_bytes[-1:])
        asked = list(hub.ranges_asked)

        async with a_store(tmp_path, hub) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"
    assert hub.ranges_asked == asked


async def test_a_part_that_had_come_whole_is_thrown_away_where_another_content_is_wanted_now(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    old = b"\0" * len(tiny_bytes)
    async with a_hub(old) as hub:
        hub.cut_after = [len(old) - 1, 0]
        async with a_store(tmp_path, hub, tries=1) as store:
            await ended(store, (await store.start_download("model")).id)
        with (tmp_path / "model.gguf.part").open("ab") as part:
            part.write(old[-1:])
        hub.content, hub.etag = tiny_bytes, '"content-2"'
        promised = (a_catalogue_model(a_variant(hub, sha256=hub.sha256)),)

        async with a_store(tmp_path, hub, catalogue=promised) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == tiny_bytes


async def test_a_part_of_another_content_is_thrown_away(tmp_path: Path, tiny_bytes: bytes) -> None:
    async with a_hub(b"old" * 100_000) as hub:
        hub.cut_after = [50_000, 0]
        async with a_store(tmp_path, hub, tries=1) as store:
            await ended(store, (await store.start_download("model")).id)
        hub.content, hub.etag = tiny_bytes, '"content-2"'

        async with a_store(tmp_path, hub) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == tiny_bytes


async def test_a_server_that_goes_down_stops_its_downloads_and_keeps_what_came(
    tmp_path: Path,
) -> None:
    async with a_hub(bytes(2_000_000)) as hub:
        hub.slow = True
        async with a_store(tmp_path, hub) as store:
            begun = await store.start_download("model")
            await some_progress(store.downloads.follow(begun.id))

    assert store.downloads.get(begun.id).status == "paused"
    assert (tmp_path / "model.gguf.part").stat().st_size > 0


async def test_a_model_that_the_catalogue_does_not_have_is_not_found(tmp_path: Path) -> None:
    async with a_hub(b"x") as hub, a_store(tmp_path, hub) as store:
        with pytest.raises(UnknownCatalogueModelError, match="'ghost'"):
            await store.start_download("ghost")
