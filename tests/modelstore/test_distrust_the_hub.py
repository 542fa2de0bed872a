"""A hub that talks nonsense: its own download fails, or comes all the same, and nothing else is touched."""

from contextlib import aclosing
from pathlib import Path

import pytest
from tests.support.fake_hub import a_hub
from tests.support.model_store import a_store, ended

from arcano.modelstore import Download


def code_of(download: Download) -> str | None:
    return download.error and download.error.code


@pytest.mark.parametrize(
    "leads_to", ["mailto:somebody@hub.invalid", "file:///etc/passwd", "https://x:99999/"]
)
async def test_a_redirect_to_what_is_no_place_for_files_fails_its_download_alone(
    tmp_path: Path, leads_to: str
) -> None:
    async with a_hub(b"x" * 1000) as hub, a_store(tmp_path, hub) as store:
        hub.redirect_to = leads_to

        done = await ended(store, (await store.start_download("model")).id)

    assert (done.status, code_of(done)) == ("failed", "hub-refused")


@pytest.mark.parametrize("size", ["\N{SUPERSCRIPT TWO}", "1" * 5000, "-1", "many"])
async def test_a_size_that_is_no_number_counts_as_not_said(
    tmp_path: Path, tiny_bytes: bytes, size: str
) -> None:
    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub) as store:
        hub.linked_size = size

        done = await ended(store, (await store.start_download("model")).id)

    assert done.status == "done"


async def test_what_nobody_foresaw_fails_its_download_and_leaves_the_others(
    tmp_path: Path, tiny_bytes: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    def break_off() -> None:
        raise ZeroDivisionError

    async with a_hub(tiny_bytes) as hub, a_store(tmp_path, hub, models_changed=break_off) as store:
        done = await ended(store, (await store.start_download("model")).id)
        begun_after_it = await store.start_download("model")

    assert (done.status, code_of(done)) == ("failed", "internal-error")
    assert "The download of A model broke off" in caplog.text
    assert begun_after_it.status == "waiting"


async def test_while_nothing_comes_no_speed_is_told(tmp_path: Path) -> None:
    async with (
        a_hub(bytes(3_000_000)) as hub,
        a_store(tmp_path, hub, tries=2, silence_within=0.3) as store,
    ):
        hub.pace = 0.05
        begun = await store.start_download("model")
        told: list[Download] = []
        async with aclosing(store.downloads.follow(begun.id)) as states:
            async for state in states:
                if state:
                    told.append(state)
                    # From here on the hub is asked in vain.
                    hub.silent = hub.silent or state.bytes_per_second is not None
                    hub.pace = 5.0 if hub.silent else hub.pace

    on_the_way = [state for state in told if state.status == "downloading"]
    assert told[-1].status == "failed"
    assert any(state.bytes_per_second for state in on_the_way)
    assert (on_the_way[-1].bytes_per_second, on_the_way[-1].eta_seconds) == (None, None)
