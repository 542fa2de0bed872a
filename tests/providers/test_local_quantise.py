"""Storing a local model in a smaller type: what comes out is smaller, loads and answers, or nothing comes out."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import gguf
import numpy as np
import pytest
from tests.support.local_engine import (
    KnownFile,
    a_question,
    a_workbench,
    all_events,
    is_running,
    text_of,
    until,
)
from tests.support.tiny_gguf import SMALL, write_tiny_gguf

from arcano.providers.errors import (
    CannotQuantiseError,
    ModelFileError,
    QuantisationNotFoundError,
)
from arcano.providers.local import Quantisation, QuantisedType, Quantiser

pytestmark = pytest.mark.local_engine

GB = 10**9


@dataclass(slots=True)
class Shop:
    """A quantiser over a folder, and the files that it said have arrived."""

    folder: Path
    quantiser: Quantiser
    arrived: list[Path] = field(default_factory=list[Path])

    async def ended(self, job: Quantisation) -> Quantisation:
        async with asyncio.timeout(60):
            while (now := self.now(job)).under_way:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        return now

    def now(self, job: Quantisation) -> Quantisation:
        return next(each for each in self.quantiser.all() if each.id == job.id)

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@asynccontextmanager
async def a_shop(folder: Path, *, free_bytes: int = 100 * GB) -> AsyncGenerator[Shop]:
    arrived: list[Path] = []

    async def note(path: Path) -> str:
        arrived.append(path)
        return path.stem.lower()

    async with Quantiser(folder=folder, arrived=note, free_bytes=lambda _: free_bytes) as quantiser:
        yield Shop(folder, quantiser, arrived)


def a_file(source: Path, folder: Path, name: str = "small-F32.gguf") -> KnownFile:
    path = Path(shutil.copy(source, folder / name))
    return KnownFile(path.stem.lower(), path, size_bytes=path.stat().st_size)


def types_in(path: Path) -> dict[str, str]:
    return {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(path).tensors}


@pytest.mark.parametrize(("kind", "share"), [("Q8_0", 0.30), ("Q5_0", 0.26), ("Q4_0", 0.24)])
async def test_a_model_becomes_smaller_and_still_loads_and_answers(
    slow_gguf: Path, tmp_path: Path, kind: QuantisedType, share: float
) -> None:
    file = a_file(slow_gguf, tmp_path)
    async with a_shop(tmp_path) as shop:
        job = await shop.ended(shop.quantiser.start(file, as_type=kind))

    made = tmp_path / f"small-{kind}.gguf"
    assert (job.status, job.result_id, job.problem) == ("finished", f"small-{kind.lower()}", None)
    assert job.done_bytes == job.total_bytes
    assert shop.arrived == [made]
    assert made.stat().st_size < file.size_bytes * share
    kinds = types_in(made)
    assert kinds["blk.0.attn_q.weight"] == kind
    assert kinds["output.weight"] == "Q8_0"
    assert kinds["output_norm.weight"] == "F32"
    async with a_workbench() as bench:
        bench.files.add(KnownFile("made", made))
        answer = await all_events(bench.model, a_question("made", tokens=12))
    assert len(text_of(answer).split()) == 12


async def test_eight_bits_change_next_to_nothing_of_what_is_said(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    file = a_file(tiny_gguf, tmp_path, "tiny.gguf")
    async with a_shop(tmp_path) as shop:
        await shop.ended(shop.quantiser.start(file, as_type="Q8_0"))

    async with a_workbench() as bench:
        bench.files.add(file)
        bench.files.add(KnownFile("made", tmp_path / "tiny-Q8_0.gguf"))
        before = text_of(await all_events(bench.model, a_question("tiny", tokens=4)))
        after = text_of(await all_events(bench.model, a_question("made", tokens=4)))

    assert after == before


async def test_all_that_the_file_says_of_itself_is_kept_but_its_type(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    file = a_file(tiny_gguf, tmp_path, "tiny.gguf")
    async with a_shop(tmp_path) as shop:
        await shop.ended(shop.quantiser.start(file, as_type="Q8_0"))

    before = gguf.GGUFReader(file.path).fields
    after = gguf.GGUFReader(tmp_path / "tiny-Q8_0.gguf").fields
    changed = {"general.file_type", "general.quantization_version"}
    names = {name for name in before if not name.startswith("GGUF.")} - changed
    assert names == {name for name in after if not name.startswith("GGUF.")} - changed
    assert all(before[name].contents() == after[name].contents() for name in names)
    assert after["general.file_type"].contents() == 7


async def test_what_is_small_already_is_refused_and_nothing_is_left(
    slow_gguf: Path, tmp_path: Path
) -> None:
    file = a_file(slow_gguf, tmp_path)
    async with a_shop(tmp_path) as shop:
        await shop.ended(shop.quantiser.start(file, as_type="Q4_0"))
        four = KnownFile("four", tmp_path / "small-Q4_0.gguf", size_bytes=1_000_000)

        again = await shop.ended(shop.quantiser.start(four, as_type="Q5_0"))

    assert again.status == "failed"
    assert again.problem == (
        "The model is already stored in small numbers (Q4_0). Take the original."
    )
    assert shop.names == ["small-F32.gguf", "small-Q4_0.gguf"]


async def test_from_eight_bits_it_goes_down_to_four(slow_gguf: Path, tmp_path: Path) -> None:
    file = a_file(slow_gguf, tmp_path)
    async with a_shop(tmp_path) as shop:
        await shop.ended(shop.quantiser.start(file, as_type="Q8_0"))
        eight = KnownFile("eight", tmp_path / "small-Q8_0.gguf", size_bytes=1_000_000)

        down = await shop.ended(shop.quantiser.start(eight, as_type="Q4_0"))

    assert down.status == "finished"
    assert types_in(tmp_path / "small-Q4_0.gguf")["blk.1.ffn_up.weight"] == "Q4_0"


async def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "small-F32.gguf", shape=SMALL)
    path = tmp_path / "small-F32.gguf"
    file = KnownFile("small", path, size_bytes=path.stat().st_size)
    async with a_shop(tmp_path) as shop:
        job = shop.quantiser.start(file, as_type="Q4_0")
        await until(lambda: shop.now(job).total_bytes > 0)

        await shop.quantiser.stop(job.id)

        assert shop.now(job).status == "stopped"
        assert shop.names == ["small-F32.gguf"]
        await shop.quantiser.stop(job.id)
        assert shop.quantiser.all() == []
        with pytest.raises(QuantisationNotFoundError):
            await shop.quantiser.stop(job.id)


async def test_a_child_that_is_killed_fails_its_job_alone(slow_gguf: Path, tmp_path: Path) -> None:
    file = a_file(slow_gguf, tmp_path)
    async with a_shop(tmp_path) as shop:
        job = shop.quantiser.start(file, as_type="Q4_0")
        await until(lambda: shop.now(job).total_bytes > 0)
        (child,) = children_named("quantise_child.py")

        os.kill(child, signal.SIGKILL)
        failed = await shop.ended(job)
        again = await shop.ended(shop.quantiser.start(file, as_type="Q4_0"))

    assert (failed.status, failed.problem) == (
        "failed",
        "It stopped in the middle. Nothing was kept; start it again.",
    )
    assert again.status == "finished"


async def test_the_end_of_the_server_ends_the_child_and_the_next_run_finds_nothing_half_written(
    slow_gguf: Path, tmp_path: Path
) -> None:
    file = a_file(slow_gguf, tmp_path)
    (tmp_path / ".old-Q4_0.gguf.quantising").write_bytes(b"half")
    async with a_shop(tmp_path) as shop:
        cleared = shop.names
        job = shop.quantiser.start(file, as_type="Q4_0")
        await until(lambda: shop.now(job).total_bytes > 0)
        (child,) = children_named("quantise_child.py")

    assert cleared == ["small-F32.gguf"]
    assert not is_running(child)
    assert shop.names == ["small-F32.gguf"]


async def test_what_cannot_be_cleared_away_does_not_keep_the_server_from_starting(
    slow_gguf: Path, tmp_path: Path
) -> None:
    (
        tmp_path / ".old.quantising"
    ).mkdir()  # which the system deletes for nobody who asks for a file
    (tmp_path / ".other.quantising").write_bytes(b"half")
    file = a_file(slow_gguf, tmp_path)
    async with a_shop(tmp_path) as shop:
        job = await shop.ended(shop.quantiser.start(file, as_type="Q8_0"))

    assert job.status == "finished"
    assert not (tmp_path / ".other.quantising").exists()


async def test_a_disk_that_is_too_full_is_said_before_anything_is_written(
    slow_gguf: Path, tmp_path: Path
) -> None:
    file = a_file(slow_gguf, tmp_path)
    async with a_shop(tmp_path, free_bytes=1000) as shop:
        with pytest.raises(CannotQuantiseError, match="free space"):
            shop.quantiser.start(file, as_type="Q4_0")
    async with a_shop(tmp_path, free_bytes=file.size_bytes // 6) as shop:
        job = await shop.ended(shop.quantiser.start(file, as_type="Q4_0"))

    assert job.problem is not None
    assert "of free space" in job.problem
    assert shop.names == ["small-F32.gguf"]


async def test_the_same_wish_twice_is_one_job_and_other_wishes_wait_their_turn(
    slow_gguf: Path, tmp_path: Path
) -> None:
    file = a_file(slow_gguf, tmp_path)
    async with a_shop(tmp_path) as shop:
        first = shop.quantiser.start(file, as_type="Q8_0")
        same = shop.quantiser.start(file, as_type="Q8_0")
        other = shop.quantiser.start(file, as_type="Q4_0")
        await until(lambda: shop.now(first).status == "running")
        meanwhile = shop.now(other).status
        both = [await shop.ended(first), await shop.ended(other)]

    assert same.id == first.id
    assert meanwhile == "waiting"
    assert [job.status for job in both] == ["finished", "finished"]


async def test_what_cannot_be_stored_anew_is_refused_at_once(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    file = a_file(tiny_gguf, tmp_path, "tiny.gguf")
    a_file(tiny_gguf, tmp_path, "tiny-Q8_0.gguf")
    part = KnownFile("part", tmp_path / "big-00001-of-00002.gguf")
    bad = KnownFile("bad", tmp_path / "bad.gguf", problem="It is no GGUF.")
    async with a_shop(tmp_path) as shop:
        with pytest.raises(CannotQuantiseError, match=r"There is tiny-Q8_0\.gguf already"):
            shop.quantiser.start(file, as_type="Q8_0")
        with pytest.raises(CannotQuantiseError, match="in several files"):
            shop.quantiser.start(part, as_type="Q8_0")
        with pytest.raises(ModelFileError, match="no GGUF"):
            shop.quantiser.start(bad, as_type="Q8_0")


async def test_a_file_of_noise_fails_its_job_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "noise.gguf"
    await asyncio.to_thread(path.write_bytes, b"GGUF" + bytes(range(256)) * 100)
    async with a_shop(tmp_path) as shop:
        job = await shop.ended(shop.quantiser.start(KnownFile("noise", path), as_type="Q8_0"))

    assert job.status == "failed"
    assert job.problem is not None
    assert job.problem.startswith("The file could not be read or written")


async def test_a_model_that_no_engine_opens_is_not_put_in_place(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "martian.gguf", architecture="martian")
    file = KnownFile("martian", path, size_bytes=path.stat().st_size)
    async with a_shop(tmp_path) as shop:
        job = await shop.ended(shop.quantiser.start(file, as_type="Q8_0"))

    assert job.problem is not None
    assert "does not know models of the kind of martian" in job.problem
    assert shop.names == ["martian.gguf"]


async def test_a_job_that_waits_and_is_stopped_takes_nothing_from_the_one_at_work(
    tmp_path: Path,
) -> None:
    files: list[KnownFile] = []
    for name in ("small-F32.gguf", "small-F16.gguf"):
        path = write_tiny_gguf(tmp_path / name, shape=SMALL)
        files.append(KnownFile(path.stem.lower(), path, size_bytes=path.stat().st_size))
    async with a_shop(tmp_path) as shop:
        at_work, waiting = [shop.quantiser.start(file, as_type="Q4_0") for file in files]
        await until(lambda: shop.now(at_work).done_bytes > 0)

        await shop.quantiser.stop(waiting.id)
        done = await shop.ended(at_work)

    assert (done.status, done.problem) == ("finished", None)


async def test_a_second_job_for_the_same_new_file_does_not_write_it_in_vain(
    slow_gguf: Path, tmp_path: Path
) -> None:
    one, other = (a_file(slow_gguf, tmp_path, f"small-{kind}.gguf") for kind in ("F32", "F16"))
    async with a_shop(tmp_path) as shop:
        first = shop.quantiser.start(one, as_type="Q4_0")
        second = shop.quantiser.start(other, as_type="Q4_0")
        ended = [await shop.ended(first), await shop.ended(second)]

    assert [job.status for job in ended] == ["finished", "failed"]
    assert ended[1].problem == "There is small-Q4_0.gguf already. Remove it first."
    assert ended[1].total_bytes == 0


async def test_a_long_file_name_ends_nothing_but_its_own_job(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    long, longest = (a_file(tiny_gguf, tmp_path, f"{'x' * length}.gguf") for length in (240, 250))
    async with a_shop(tmp_path) as shop:
        with pytest.raises(CannotQuantiseError, match="The system refused: File name too long"):
            shop.quantiser.start(longest, as_type="Q8_0")

        job = await shop.ended(shop.quantiser.start(long, as_type="Q8_0"))

    assert job.status == "finished"


async def test_a_file_with_absurd_names_in_it_fails_its_job_with_a_short_sentence(
    tmp_path: Path,
) -> None:
    path = tmp_path / "odd.gguf"
    await asyncio.to_thread(write_twice_named, path, "\N{EURO SIGN}" * 20_000)
    async with a_shop(tmp_path) as shop:
        job = await shop.ended(shop.quantiser.start(KnownFile("odd", path), as_type="Q8_0"))

    assert job.status == "failed"
    assert job.problem is not None
    assert job.problem.startswith("The file could not be read or written")
    assert len(job.problem) < 500


async def test_what_nobody_foresaw_fails_its_job_and_leaves_the_others(
    slow_gguf: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_off(_: Path) -> str:
        raise ZeroDivisionError

    file = a_file(slow_gguf, tmp_path)
    async with Quantiser(folder=tmp_path, arrived=break_off) as quantiser:
        shop = Shop(tmp_path, quantiser)
        failed = await shop.ended(quantiser.start(file, as_type="Q4_0"))
        after_it = quantiser.start(file, as_type="Q8_0")

    assert failed.problem == "Something unexpected went wrong on the server. Start it again."
    assert "broke off" in caplog.text
    assert after_it.status == "waiting"


def write_twice_named(path: Path, name: str) -> None:
    """A file with two weights of the same name, which the library of the format refuses with that name."""
    length = len(f"{name}.weight".encode())
    writer = gguf.GGUFWriter(path, "llama")
    for each in (f"{name}.weight", "x" * length):
        writer.add_tensor(each, np.ones((32, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    path.write_bytes(path.read_bytes().replace(b"x" * length, f"{name}.weight".encode()))


def children_named(name: str) -> list[int]:
    """The processes of ours that run this program."""
    mine: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                ours = f"PPid:\t{os.getpid()}\n" in (entry / "status").read_text()
                if ours and name.encode() in (entry / "cmdline").read_bytes():
                    mine.append(int(entry.name))
            except OSError:
                continue
    return mine
