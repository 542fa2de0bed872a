"""Ordering a model: by variant, from any repository, in several files, and kept over a restart."""

import asyncio
import hashlib
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.support.fake_hub import MOVED, a_hub
from tests.support.model_store import a_catalogue_model, a_store, a_variant, ended

from arcano.modelstore import (
    HubRefusedError,
    ModelFileInUseError,
    ModelFileNotFoundError,
    ModelStore,
    UnknownRepositoryError,
    UnknownVariantError,
    UnsafeRedirectError,
    Variant,
)
from arcano.modelstore.hub_listing import HubFile, models_of
from arcano.modelstore.order import Order, OrderedFile
from arcano.modelstore.order_book import KeptOrder, OrderBook
from arcano.modelstore.place_order import safe_name, stored_as

PARTS = ("big-00001-of-00003.gguf", "big-00002-of-00003.gguf", "big-00003-of-00003.gguf")


def a_split_model() -> Variant:
    return Variant("Q4_K_M", PARTS)


async def until_a_part_came(store: ModelStore, download_id: str) -> None:
    async with asyncio.timeout(10), aclosing(store.downloads.follow(download_id)) as states:
        async for state in states:
            if state and state.parts_done:
                return


async def test_what_the_catalogue_does_not_know_of_a_file_the_hub_is_asked(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub:
        model = a_catalogue_model(Variant("Q8_0", ("model.gguf",)), parameters=10**9)
        async with a_store(tmp_path, hub, catalogue=(model,)) as store:
            begun = await store.start_download("model")
            done = await ended(store, begun.id)

    assert (begun.total_bytes, begun.total_known) == (len(tiny_bytes), True)
    assert (done.status, done.model_id) == ("done", "model")


async def test_a_mirror_without_an_api_is_known_by_its_files_alone(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub:
        hub.lists = False
        model = a_catalogue_model(Variant("Q8_0", ("model.gguf",)), parameters=10**6)
        async with a_store(tmp_path, hub, catalogue=(model,)) as store:
            begun = await store.start_download("model")
            done = await ended(store, begun.id)

    # A million weights of eight and a half bits, until the file itself says.
    assert (begun.total_bytes, begun.total_known) == (1_062_500, False)
    assert (done.total_bytes, done.total_known) == (len(tiny_bytes), True)


async def test_a_variant_that_the_hub_has_no_more_is_refused_at_once(tmp_path: Path) -> None:
    async with a_hub(b"x") as hub:
        model = a_catalogue_model(Variant("Q8_0", ("gone.gguf",)))
        async with a_store(tmp_path, hub, catalogue=(model,)) as store:
            with pytest.raises(HubRefusedError, match=r"does not hold gone\.gguf"):
                await store.start_download("model")


async def test_without_a_variant_the_one_that_suits_the_machine_is_taken(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub:
        too_large = a_variant(hub, quantisation="Q8_0", files=("q8.gguf",), size_bytes=10**12)
        model = a_catalogue_model(too_large, a_variant(hub, quantisation="Q4_K_M"))
        async with a_store(tmp_path, hub, catalogue=(model,)) as store:
            begun = await store.start_download("model")

    assert begun.variant == "Q4_K_M"


async def test_a_variant_is_chosen_by_its_name(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub, a_store(tmp_path, hub) as store:
        assert (await store.start_download("model", "F32")).variant == "F32"
        with pytest.raises(UnknownVariantError, match="Q5_K_M"):
            await store.start_download("model", "Q5_K_M")


async def test_a_model_in_several_files_comes_whole_each_part_checked(tmp_path: Path) -> None:
    async with a_hub(b"") as hub:
        hub.files = {name: name.encode() * 1000 for name in PARTS}
        model = a_catalogue_model(a_split_model())
        async with a_store(tmp_path, hub, catalogue=(model,)) as store:
            done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, done.parts, done.parts_done) == ("done", 3, 3)
    assert done.done_bytes == done.total_bytes == sum(map(len, hub.files.values()))
    assert {name: (tmp_path / name).read_bytes() for name in PARTS} == hub.files


async def test_a_part_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    async with a_hub(b"") as hub:
        hub.files = {name: name.encode() * 1000 for name in PARTS}
        model = a_catalogue_model(a_split_model())
        async with a_store(tmp_path, hub, catalogue=(model,), tries=1) as store:
            hub.cut_after = [10**9, 10**9, 100, 0]
            first = await ended(store, (await store.start_download("model")).id)
            asked = len(hub.ranges_asked)

            await store.downloads.resume(first.id)
            done = await ended(store, first.id)

    assert (first.status, first.parts_done) == ("failed", 2)
    assert done.status == "done"
    assert hub.ranges_asked[asked:] == ["bytes=100-"]


async def test_a_split_model_that_is_given_up_leaves_no_part_of_it(tmp_path: Path) -> None:
    async with a_hub(b"") as hub:
        hub.files = {name: name.encode() * 20_000 for name in PARTS}
        model = a_catalogue_model(a_split_model())
        async with a_store(tmp_path, hub, catalogue=(model,)) as store:
            hub.pace = 0.02
            begun = await store.start_download("model")
            async with asyncio.timeout(10), aclosing(store.downloads.follow(begun.id)) as states:
                async for state in states:
                    if state and state.parts_done:
                        break
            await store.downloads.discard(begun.id)
            left = await asyncio.to_thread(lambda: list(tmp_path.rglob("*.gguf*")))

    assert left == []


@pytest.mark.parametrize("times", [1000, 2000], ids=["the same", "a newer one"])
async def test_a_split_model_that_is_whole_stays_where_it_is_ordered_again_and_given_up(
    tmp_path: Path, times: int
) -> None:
    whole = {name: name.encode() * 1000 for name in PARTS}
    async with a_hub(bytes(500_000)) as hub:
        hub.files = whole
        models = (a_catalogue_model(a_variant(hub)), a_catalogue_model(a_split_model(), id="big"))
        async with a_store(tmp_path, hub, catalogue=models, downloads_at_once=1) as store:
            await ended(store, (await store.start_download("big")).id)
            hub.files = {name: name.encode() * times for name in PARTS}
            hub.slow = True
            await store.start_download("model")
            again = await store.start_download("big")

            await store.downloads.discard(again.id)

    assert again.status == "waiting"
    assert {name: (tmp_path / name).read_bytes() for name in PARTS} == whole


async def test_any_model_of_the_hub_is_ordered_by_its_repository_and_name(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(b"other") as hub, a_store(tmp_path, hub) as store:
        hub.files = {"tiny-Q8_0.gguf": tiny_bytes, **dict.fromkeys(PARTS[:2], b"x")}

        found = await store.look_up(" maker/model-gguf ")
        begun = await store.start_hub_download("maker/model-gguf", "tiny-Q8_0")
        done = await ended(store, begun.id)
        (file,) = await store.found()

    # The model in parts is not whole there: it is not offered.
    assert [model.name for model in found.models] == ["model", "tiny-Q8_0"]
    assert (begun.repo, begun.catalogue_id, begun.variant) == ("maker/model-gguf", None, "Q8_0")
    assert (done.status, done.model_id) == ("done", file.id)
    assert file.path == tmp_path / "maker--model-gguf/tiny-Q8_0.gguf"
    assert hashlib.sha256(file.path.read_bytes()).digest() == hashlib.sha256(tiny_bytes).digest()


@pytest.mark.parametrize("name", ["", "nobody", "a/b/c", "../x", "a/..", "a b/c", "/a", "a/b?c"])
async def test_what_is_no_name_of_a_repository_is_not_asked_for(tmp_path: Path, name: str) -> None:
    async with a_hub(b"x") as hub, a_store(tmp_path, hub) as store:
        with pytest.raises(UnknownRepositoryError, match="maker/model"):
            await store.look_up(name)


@pytest.mark.parametrize(
    "path", ["../x.gguf/..", "a/.hidden.gguf", "x.gguf\0", "con\nx.gguf", "x.exe"]
)
def test_a_file_with_a_harmful_name_is_not_stored_under_it(path: str) -> None:
    with pytest.raises(HubRefusedError):
        safe_name(path)


async def test_downloads_beyond_the_limit_wait_for_a_place(tmp_path: Path) -> None:
    async with a_hub(bytes(500_000)) as hub:
        hub.files = {"second.gguf": bytes(1000)}
        models = (
            a_catalogue_model(a_variant(hub)),
            a_catalogue_model(a_variant(hub, files=("second.gguf",), size_bytes=1000), id="second"),
        )
        async with a_store(tmp_path, hub, catalogue=models, downloads_at_once=1) as store:
            hub.slow = True
            first = await store.start_download("model")
            await asyncio.sleep(0.1)
            second = await store.start_download("second")
            await asyncio.sleep(0.1)
            waiting = store.downloads.get(second.id).status
            hub.slow = False
            await ended(store, first.id)
            done = await ended(store, second.id)

    assert (waiting, done.status) == ("waiting", "done")


async def test_a_paused_download_is_still_paused_after_a_restart_and_goes_on_when_told(
    tmp_path: Path,
) -> None:
    content = bytes(range(250)) * 8000
    async with a_hub(content) as hub:
        hub.slow = True
        async with a_store(tmp_path, hub) as store:
            begun = await store.start_download("model")
            await asyncio.sleep(0.4)
            paused = await store.downloads.pause(begun.id)
        hub.slow = False

        async with a_store(tmp_path, hub) as store:
            await asyncio.sleep(0.1)
            (kept,) = store.downloads.all()
            await store.downloads.resume(begun.id)
            done = await ended(store, begun.id)

        async with a_store(tmp_path, hub) as store:
            after = store.downloads.all()

    assert (kept.id, kept.status, kept.done_bytes) == (begun.id, "paused", paused.done_bytes)
    assert (kept.name, kept.variant, kept.total_bytes) == ("A model", "F32", len(content))
    assert done.status == "done"
    assert hub.ranges_asked[-1] == f"bytes={paused.done_bytes}-"
    assert after == []


async def test_a_download_that_was_under_way_goes_on_by_itself_after_a_restart(
    tmp_path: Path,
) -> None:
    content = bytes(range(250)) * 8000
    async with a_hub(content) as hub:
        hub.slow = True
        async with a_store(tmp_path, hub) as store:
            begun = await store.start_download("model")
            await asyncio.sleep(0.4)
        hub.slow = False

        async with a_store(tmp_path, hub) as store:
            done = await ended(store, begun.id)

    assert done.status == "done"


async def test_who_follows_a_quiet_download_hears_that_it_lives(tmp_path: Path) -> None:
    async with a_hub(bytes(300_000)) as hub, a_store(tmp_path, hub) as store:
        hub.pace = 0.4
        begun = await store.start_download("model")

        async with aclosing(store.downloads.follow(begun.id, silence=0.02)) as states:
            heard = [state async for state in states]

    assert heard.count(None) > 3
    assert heard[-1] is not None
    assert heard[-1].status == "done"


def test_an_order_that_leads_out_of_the_folder_is_left_out(tmp_path: Path) -> None:
    book = OrderBook(tmp_path)
    good = Order("Good", (OrderedFile("https://hub.invalid/a", "a.gguf"),), "a/b")
    evil = Order("Evil", (OrderedFile("https://hub.invalid/a", "../a.gguf"),), "a/b")
    book.keep(KeptOrder("1", good, paused=True))
    book.keep(KeptOrder("2", evil, paused=False))
    (tmp_path / ".downloads/3.json").write_text("half")

    assert book.all() == [KeptOrder("1", good, paused=True)]


async def test_a_list_that_goes_on_elsewhere_is_not_followed(tmp_path: Path) -> None:
    async with a_hub(b"x") as hub, a_store(tmp_path, hub) as store:
        hub.files = {f"{number}.gguf": b"x" for number in range(5)}
        hub.address = "http://elsewhere.invalid"

        with pytest.raises((HubRefusedError, UnsafeRedirectError), match="not the hub's"):
            await store.look_up("maker/model-gguf")


async def test_a_model_on_its_way_is_not_listed_as_one_with_a_part_missing(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(b"") as hub:
        hub.files = dict.fromkeys(PARTS, tiny_bytes)
        model = a_catalogue_model(a_split_model())
        async with a_store(tmp_path, hub, catalogue=(model,)) as store:
            hub.pace = 0.1
            begun = await store.start_download("model")
            await until_a_part_came(store, begun.id)

            meanwhile = await store.found()
            with pytest.raises(ModelFileNotFoundError):
                await store.delete("big")
            hub.pace = 0.0
            done = await ended(store, begun.id)
            after = await store.found()

    assert meanwhile == ()
    assert (done.status, done.model_id) == ("done", "big")
    assert [(each.id, each.problem) for each in after] == [("big", None)]


async def test_a_model_that_is_being_downloaded_anew_is_not_deleted_under_it(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    (tmp_path / "model.gguf").write_bytes(tiny_bytes)
    async with a_hub(bytes(2_000_000)) as hub, a_store(tmp_path, hub) as store:
        hub.slow = True
        begun = await store.start_download("model")

        with pytest.raises(ModelFileInUseError, match="on its way"):
            await store.delete("model")
        await store.downloads.pause(begun.id)
        freed = await store.delete("model")

    assert freed == len(tiny_bytes)


async def test_a_mirror_that_answers_its_api_with_a_page_is_known_by_its_files_alone(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        hub.shows_pages = True

        done = await ended(store, (await store.start_download("model")).id)
        with pytest.raises(HubRefusedError, match="cannot be understood"):
            await store.look_up("maker/model-gguf")

    assert done.status == "done"


def test_models_of_one_name_in_a_repository_are_told_apart_and_stored_apart() -> None:
    found = models_of(
        [
            HubFile("q4/model.gguf", 4, "4" * 64),
            HubFile("q8/model.gguf", 8, "8" * 64),
            HubFile("other.gguf", 9, None),
        ]
    )

    stored = [stored_as(file, found) for model in found for file in model.files]

    assert [model.name for model in found] == ["q4/model", "q8/model", "other"]
    assert stored == ["q4--model.gguf", "q8--model.gguf", "other.gguf"]


def test_a_whole_file_beside_its_parts_in_a_repository_hides_neither() -> None:
    found = models_of(
        [
            HubFile("m-00001-of-00002.gguf", 1, None),
            HubFile("m-00002-of-00002.gguf", 2, None),
            HubFile("m.gguf", 4, None),
        ]
    )

    assert [(model.name, len(model.files)) for model in found] == [
        ("m-00001-of-00002", 2),
        ("m", 1),
    ]


async def test_a_file_that_its_maker_renewed_meanwhile_comes_when_it_is_tried_again(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(b"old" * 100_000) as hub:
        model = a_catalogue_model(Variant("F32", ("model.gguf",)))
        async with a_store(tmp_path, hub, catalogue=(model,), tries=1) as store:
            hub.cut_after = [50_000, 0]
            first = await ended(store, (await store.start_download("model")).id)
            hub.content, hub.etag = tiny_bytes, '"content-2"'

            await store.resume_download(first.id)
            refused = await ended(store, first.id)
            await store.resume_download(first.id)
            done = await ended(store, first.id)

    assert refused.error is not None
    assert refused.error.code == "wrong-hash"
    assert (done.status, done.id) == ("done", first.id)
    assert (tmp_path / "model.gguf").read_bytes() == tiny_bytes


@pytest.mark.parametrize("address", ["http://hub:99999/", "http://[::1", "mailto:a@b"])
async def test_a_list_that_goes_on_at_no_address_is_refused(tmp_path: Path, address: str) -> None:
    async with a_hub(b"x") as hub, a_store(tmp_path, hub) as store:
        hub.files = {f"{number}.gguf": b"x" for number in range(5)}
        hub.next_page = address

        with pytest.raises(HubRefusedError, match=r"no address|not the hub's"):
            await store.look_up("maker/model-gguf")


async def test_a_repository_that_was_renamed_is_found_by_its_old_name(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        found = await store.look_up(MOVED)
        done = await ended(store, (await store.start_hub_download(MOVED, "model")).id)

    assert [model.name for model in found.models] == ["model"]
    assert done.status == "done"


async def test_a_list_that_is_led_to_another_host_is_not_followed(tmp_path: Path) -> None:
    async with a_hub(b"x") as hub, a_hub(b"x") as elsewhere, a_store(tmp_path, hub) as store:
        hub.lists_at = f"{elsewhere.address}/api/models/maker/model-gguf"

        with pytest.raises(HubRefusedError, match="not the hub's"):
            await store.look_up("maker/model-gguf")
