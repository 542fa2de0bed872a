"""Downloading one file over several connections: in stretches that are kept, and put together true."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.fake_hub import a_hub
from tests.support.model_store import a_store, ended

from arcano.modelstore import Download
from arcano.modelstore.part_file import PartFile, Promise, part_size

CONTENT = bytes(range(251)) * 16_000  # four megabytes in which every place looks different
STRETCH = 128 * 1024


async def some(told: AsyncGenerator[Download | None], *, above: int = 0) -> int:
    """Wait until more than so many bytes have come; how many these are."""
    async with asyncio.timeout(10), aclosing(told) as states:
        async for state in states:
            if state and state.done_bytes > above:
                return state.done_bytes
    raise AssertionError("it ended before")


async def test_a_large_file_comes_over_several_connections_at_once(tmp_path: Path) -> None:
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH, connections=4) as store,
    ):
        hub.pace = 0.005

        done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"
    assert hub.most_at_once == 4
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


async def test_a_small_file_is_not_worth_a_second_connection(tmp_path: Path) -> None:
    async with a_hub(CONTENT) as hub, a_store(tmp_path, hub, connections=4) as store:
        await ended(store, (await store.start_download("model")).id)

    assert hub.ranges_asked == [None]


async def test_one_connection_is_enough_where_the_settings_say_so(tmp_path: Path) -> None:
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH, connections=1) as store,
    ):
        done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, hub.ranges_asked) == ("done", [None])


async def test_a_hub_that_knows_no_ranges_is_asked_once(tmp_path: Path) -> None:
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH) as store,
    ):
        hub.knows_ranges = False

        done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, hub.ranges_asked) == ("done", [None])
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


async def test_a_hub_that_forgets_ranges_on_the_way_is_read_from_the_front(tmp_path: Path) -> None:
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH) as store,
    ):
        hub.pace = 0.04
        begun = await store.start_download("model")
        await some(store.downloads.follow(begun.id))
        await store.downloads.pause(begun.id)
        hub.knows_ranges, hub.pace = False, 0.0

        await store.downloads.resume(begun.id)
        done = await ended(store, begun.id)

    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


async def test_stretches_that_break_are_taken_up_each_where_it_broke(tmp_path: Path) -> None:
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH) as store,
    ):
        hub.cut_after = [10_000, 70_000, 1, 50_000, 33_333, 9]

        done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


async def test_a_refusal_of_one_connection_ends_all_of_them_with_the_reason(tmp_path: Path) -> None:
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH) as store,
    ):
        hub.pace = 0.04
        begun = await store.start_download("model")
        await some(store.downloads.follow(begun.id))
        hub.statuses = [403]

        done = await ended(store, begun.id)

    assert (done.status, done.error and done.error.code) == ("failed", "hub-refused")
    assert done.done_bytes > 0


async def test_a_paused_download_has_fetched_nothing_twice_when_it_ends(tmp_path: Path) -> None:
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH) as store,
    ):
        hub.pace = 0.04
        begun = await store.start_download("model")
        came = await some(store.downloads.follow(begun.id), above=len(CONTENT) * 2 // 5)

        paused = await store.downloads.pause(begun.id)
        hub.pace = 0.0
        asked_before = len(hub.ranges_asked)
        await store.downloads.resume(begun.id)
        done = await ended(store, begun.id)

    fetched_again = sum(
        int(end) + 1 - int(start)
        for asked in hub.ranges_asked[asked_before:]
        for start, end in [(asked or "bytes=0-0").removeprefix("bytes=").split("-")]
    )
    assert paused.status == "paused"
    assert paused.done_bytes >= came
    assert fetched_again == len(CONTENT) - paused.done_bytes
    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


async def test_a_file_that_changes_on_the_way_is_not_mixed_with_the_old_one(tmp_path: Path) -> None:
    new = CONTENT[::-1]
    async with (
        a_hub(CONTENT) as hub,
        a_store(tmp_path, hub, least_stretch_bytes=STRETCH) as store,
    ):
        hub.lists = False
        hub.pace = 0.04
        begun = await store.start_download("model")
        await some(store.downloads.follow(begun.id))
        hub.content, hub.etag = new, '"content-2"'

        done = await ended(store, begun.id)

    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == new


async def test_bytes_that_come_from_another_host_without_encryption_are_not_taken(
    tmp_path: Path,
) -> None:
    async with a_hub(CONTENT) as hub, a_hub(CONTENT) as elsewhere, a_store(tmp_path, hub) as store:
        hub.bytes_from = elsewhere.address

        done = await ended(store, (await store.start_download("model")).id)

    assert done.error is not None
    assert done.error.code == "unsafe-redirect"
    assert elsewhere.ranges_asked == []


KILLED = """
import asyncio, sys
from contextlib import aclosing
from pathlib import Path
from tests.support.fake_hub import FakeHub
from tests.support.model_store import a_store

async def main() -> None:
    hub = FakeHub(bytes(range(251)) * 16_000, address=sys.argv[2])
    async with a_store(Path(sys.argv[1]), hub, least_stretch_bytes=128 * 1024) as store:
        begun = await store.start_download("model")
        async with aclosing(store.downloads.follow(begun.id)) as states:
            async for state in states:
                print(state.done_bytes if state else 0, flush=True)

asyncio.run(main())
"""


async def test_a_server_killed_at_40_percent_goes_on_there_by_itself_after_its_restart(
    tmp_path: Path,
) -> None:
    async with a_hub(CONTENT) as hub:
        hub.pace = 0.12
        first = await asyncio.create_subprocess_exec(
            sys.executable, "-c", KILLED, str(tmp_path), hub.address, stdout=asyncio.subprocess.PIPE
        )
        assert first.stdout is not None
        while int(await first.stdout.readline()) < len(CONTENT) * 2 // 5:
            pass
        first.kill()
        await first.communicate()
        hub.pace = 0.0

        async with a_store(tmp_path, hub, least_stretch_bytes=STRETCH) as store:
            (again,) = store.downloads.all()
            kept = again.done_bytes
            done = await ended(store, again.id)

    # A note is made each second: what came since the last one comes again.
    assert kept > 0
    assert done.status == "done"
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    size=st.integers(1, 5000),
    stretch=st.integers(1, 700),
    writes=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 400)), max_size=60),
    closes=st.integers(0, 3),
)
def test_whatever_order_stretches_come_in_what_is_kept_is_where_it_belongs(
    tmp_path: Path, size: int, stretch: int, writes: list[tuple[int, int]], closes: int
) -> None:
    target = tmp_path / "any.gguf"
    content = bytes(number % 251 for number in range(size))
    promise = Promise("0" * 64, size, '"x"')
    part = PartFile(target)
    part.take_up()
    part.restart()
    part.expect(promise, stretch_bytes=stretch)

    for at, (which, count) in enumerate(writes):
        one = part.stretches[which % len(part.stretches)]
        part.write(one, content[one.at : min(one.at + count, one.end)])
        if closes and at % (closes * 7) == 3:
            part.close()
            part = PartFile(target)
            part.take_up()

    came = (tmp_path / "any.gguf.part").read_bytes()
    for one in part.stretches:
        assert came[one.start : one.at] == content[one.start : one.at]
    assert [(one.start, one.end) for one in part.stretches] == [
        (at, min(size, at + stretch)) for at in range(0, size, stretch)
    ]
    part.close()


@pytest.mark.parametrize(
    "notes", ["", "[]", '{"sha256": "x", "size": 9, "stretches": [[0, 5, 5], [6, 9, 0]]}']
)
def test_notes_that_make_no_sense_are_worth_nothing(tmp_path: Path, notes: str) -> None:
    (tmp_path / "m.gguf.part").write_bytes(b"123456789")
    (tmp_path / "m.gguf.part.json").write_text(notes)

    part = PartFile(tmp_path / "m.gguf")
    part.take_up()

    assert (part.size_bytes, part.promise) == (0, None)
    part.close()


def test_what_came_without_a_gap_is_all_that_a_new_start_finds_of_it(tmp_path: Path) -> None:
    part = PartFile(tmp_path / "m.gguf")
    part.take_up()
    part.expect(Promise("0" * 64, 100), stretch_bytes=25)
    part.write(part.stretches[0], b"a" * 10)
    part.write(part.stretches[3], b"d" * 25)

    part.keep_front()
    part.close()
    again = PartFile(tmp_path / "m.gguf")
    again.take_up()

    assert again.size_bytes == 10
    assert part_size(tmp_path / "m.gguf") == 10
    again.close()
