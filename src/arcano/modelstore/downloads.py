"""The downloads of this server: begun, watched, paused, gone on with, given up.

What came stays on the disk when a download pauses, fails, or the server goes down. The orders are kept
too: after a restart those that were under way go on by themselves, and paused ones wait.
"""

import asyncio
import logging
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Self

from arcano.modelstore.download import Download, DownloadFailure, DownloadStatus
from arcano.modelstore.errors import DiskFullError, DownloadNotFoundError, ModelStoreError
from arcano.modelstore.fetch_file import FileFetcher, Progress, Wanted, disk_full
from arcano.modelstore.order import Order, OrderedFile
from arcano.modelstore.order_book import KeptOrder, OrderBook
from arcano.modelstore.part_file import discard_part, part_size
from arcano.modelstore.speed import Speed
from arcano.platform.ids import new_id

logger = logging.getLogger(__name__)

_REPORT_SECONDS = 0.25
_UNFORESEEN = DownloadFailure(
    "internal-error",
    "Something unexpected went wrong on the server. What came is kept; try again.",
    retryable=True,
)


@dataclass(slots=True, eq=False)
class _Job:
    """A download with its task. `changed` is set, and replaced, at every new state."""

    order: Order
    state: Download
    task: asyncio.Task[None] | None = None
    speed: Speed = field(default_factory=Speed)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    told_at: float = 0.0
    came_before: int = 0
    """The bytes of the files that are whole already."""
    true: set[OrderedFile] = field(default_factory=set[OrderedFile])
    """The files that lie there with the right hash, so that none is read again after each pause."""


def free_bytes_of(folder: Path) -> int:
    """The room on the disk of `folder` for whoever runs this."""
    return shutil.disk_usage(folder).free


class Downloads:
    """All downloads into `folder`. `async with` it for the life of the server; leaving stops them.

    `installed` is awaited with the first file of a model that has come, and answers with the model's id.
    At most `at_once` run; the others wait for them.
    """

    def __init__(
        self,
        *,
        folder: Path,
        fetcher: FileFetcher,
        installed: Callable[[Path], Awaitable[str | None]],
        at_once: int = 2,
    ) -> None:
        self._folder = folder
        self._fetcher = fetcher
        self._installed = installed
        self._book = OrderBook(folder)
        self._places = asyncio.Semaphore(at_once)
        self._jobs: dict[str, _Job] = {}
        # One deed at a time: each leaves the list, the disk and the tasks agreeing.
        self._deed = asyncio.Lock()
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        await self._tasks.__aenter__()
        for kept in await asyncio.to_thread(self._book.all):
            state = await asyncio.to_thread(self._described, kept.id, kept.order)
            job = self._jobs[kept.id] = _Job(kept.order, state)
            if not kept.paused:
                self._announce(job)
                self._begin(job)
        return self

    async def __aexit__(self, *exception: object) -> None:
        for job in self._jobs.values():
            if job.task:
                job.task.cancel()
        await self._tasks.__aexit__(None, None, None)

    def all(self) -> list[Download]:
        """All that are not forgotten, the newest last."""
        return [job.state for job in self._jobs.values()]

    def get(self, download_id: str) -> Download:
        """The state now.

        Raises:
            DownloadNotFoundError: There is none of that id.
        """
        return self._job(download_id).state

    def lack_of(self, paths: Sequence[Path]) -> bool:
        """Whether one of `paths` is of a model of which some files have not come yet. Looks at the disk."""
        return any(
            job.state.status != "done" and not all(map(Path.exists, targets))
            for job, targets in self._bringing(paths)
        )

    def fetches(self, paths: Sequence[Path]) -> bool:
        """Whether one of `paths` is of a download that is under way."""
        return any(job.state.under_way for job, _ in self._bringing(paths))

    def _bringing(self, paths: Sequence[Path]) -> Iterator[tuple[_Job, list[Path]]]:
        for job in list(self._jobs.values()):
            targets = [self._target(file) for file in job.order.files]
            if not set(targets).isdisjoint(paths):
                yield job, targets

    async def start(self, order: Order) -> Download:
        """Begin to fetch `order`, or find it already under way. One that rests goes on, with the same id.

        Raises:
            DiskFullError: There is not enough room for what is still missing.
        """
        async with self._deed:
            job = next((job for job in self._jobs.values() if job.order.key == order.key), None)
            if job and job.state.under_way:
                return job.state
            if job:
                await _stop(job)  # it has ended, or is about to
            download_id = job.state.id if job else new_id()
            state = await asyncio.to_thread(self._described, download_id, order)
            self._check_room(state)
            if job is None:
                job = self._jobs[state.id] = _Job(order, state)
            job.order, job.state = order, state
            self._announce(job)
            await self._keep(job, paused=False)
            self._begin(job)
            return job.state

    async def resume(self, download_id: str) -> Download:
        """Go on with one that rests or failed, from where it was.

        Raises:
            DownloadNotFoundError: There is none of that id.
            DiskFullError: There is not enough room for what is still missing.
        """
        return await self.start(self._job(download_id).order)

    async def pause(self, download_id: str) -> Download:
        """Let it rest, and wait until it does. One that has ended stays as it is.

        Raises:
            DownloadNotFoundError: There is none of that id.
        """
        async with self._deed:
            job = self._job(download_id)
            if job.state.under_way:
                await _stop(job)
                await self._keep(job, paused=True)
            return job.state

    async def discard(self, download_id: str) -> None:
        """Give it up: what came is deleted, and it leaves the list. A model that is whole stays.

        Raises:
            DownloadNotFoundError: There is none of that id.
        """
        async with self._deed:
            job = self._job(download_id)
            await _stop(job)
            self._jobs.pop(download_id, None)
            await asyncio.to_thread(self._clear, job)

    async def follow(
        self, download_id: str, *, silence: float | None = None
    ) -> AsyncGenerator[Download | None]:
        """Its state now and after each change, about four times a second, up to the last one.

        None for each `silence` seconds in which nothing changed.

        Raises:
            DownloadNotFoundError: There is none of that id.
        """
        job = self._job(download_id)
        while True:
            changed = job.changed
            yield job.state
            if not job.state.under_way:
                return
            while not changed.is_set():
                try:
                    async with asyncio.timeout(silence):
                        await changed.wait()
                except TimeoutError:
                    yield None

    def _announce(self, job: _Job) -> None:
        self._tell(job, replace(job.state, status="waiting", error=None, model_id=None))

    def _begin(self, job: _Job) -> None:
        job.speed = Speed()
        job.task = self._tasks.create_task(self._run(job))
        # A task that is stopped before its first step leaves no other trace.
        job.task.add_done_callback(lambda task: self._stopped(job, task))

    async def _run(self, job: _Job) -> None:
        try:
            async with self._places:
                self._tell(job, replace(job.state, status="downloading"))
                await self._fetch_all(job)
                model_id = await self._installed(self._target(job.order.files[0]))
        except ModelStoreError as problem:
            # Room can be made, and then it goes on where it was: that is a pause, not an end.
            status = "paused" if isinstance(problem, DiskFullError) else "failed"
            failure = DownloadFailure(problem.code, problem.detail, problem.retryable)
            await self._break_off(job, failure, status=status)
        except OSError as refused:
            failure = DownloadFailure(
                "storage-unavailable", f"The disk refused: {refused.strerror}.", retryable=True
            )
            await self._break_off(job, failure)
        except Exception:
            # It lives in one group of tasks with the others, and would end them and the server.
            logger.exception("The download of %s broke off", job.order.name)
            await self._break_off(job, _UNFORESEEN)
        else:
            await asyncio.to_thread(self._book.forget, job.state.id)
            job.true.clear()
            done = replace(self._at_rest(job), done_bytes=job.state.total_bytes)
            self._tell(job, replace(done, status="done", model_id=model_id))

    async def _break_off(
        self, job: _Job, failure: DownloadFailure, *, status: DownloadStatus = "failed"
    ) -> None:
        await self._keep(job, paused=True)
        self._tell(job, replace(self._at_rest(job), status=status, error=failure))

    async def _fetch_all(self, job: _Job) -> None:
        """One file after the other; those that lie here whole and true are not fetched again."""
        job.came_before = 0
        for number, file in enumerate(job.order.files):
            target = self._target(file)
            wanted = Wanted(file.url, target, file.sha256, file.size_bytes)
            report = partial(self._heed, job, number)
            if not (
                await asyncio.to_thread(_is_whole, target, file)
                and (file in job.true or await self._fetcher.is_true(wanted, report=report))
            ):
                await self._fetcher.fetch(wanted, report=report)
            job.true.add(file)
            job.came_before += (await asyncio.to_thread(target.stat)).st_size
            self._tell(job, replace(job.state, parts_done=number + 1, checked_bytes=None))

    def _heed(self, job: _Job, number: int, progress: Progress) -> None:
        if not job.state.under_way:
            return  # a thread's last word, after it was told to rest
        now = asyncio.get_running_loop().time()
        done = job.came_before + progress.done_bytes
        if progress.stalled:
            job.speed = Speed()  # what it was before says nothing of what is left
        job.speed.note(done, now)
        status = "downloading" if progress.checked_bytes is None else "checking"
        soon = now - job.told_at < _REPORT_SECONDS and status == job.state.status
        if soon and not progress.stalled:
            return
        after = job.order.files[number + 1 :]
        total = job.came_before + progress.total_bytes + sum(file.expected_bytes for file in after)
        rate = job.speed.bytes_per_second if status == "downloading" else None
        self._tell(
            job,
            replace(
                job.state,
                status=status,
                done_bytes=done,
                total_bytes=total,
                total_known=all(file.size_bytes is not None for file in after),
                checked_bytes=progress.checked_bytes,
                bytes_per_second=rate,
                eta_seconds=(total - done) / rate if rate else None,
            ),
        )
        job.told_at = now

    def _stopped(self, job: _Job, task: asyncio.Task[None]) -> None:
        # It may have ended and been begun again before we are told of the end.
        if task is job.task and job.state.under_way:
            self._tell(job, replace(self._at_rest(job), status="paused"))

    def _at_rest(self, job: _Job) -> Download:
        """Its state with nothing on the way: what counts is what it would go on from."""
        return replace(
            job.state,
            done_bytes=sum(self._come(file) for file in job.order.files),
            bytes_per_second=None,
            eta_seconds=None,
            checked_bytes=None,
        )

    def _described(self, download_id: str, order: Order) -> Download:
        """An order at rest, as the disk shows it."""
        return Download(
            id=download_id,
            name=order.name,
            repo=order.repo,
            catalogue_id=order.catalogue_id,
            variant=order.variant,
            status="paused",
            done_bytes=sum(self._come(file) for file in order.files),
            total_bytes=sum(file.expected_bytes for file in order.files),
            total_known=all(file.size_bytes is not None for file in order.files),
            parts=len(order.files),
            parts_done=sum(_is_whole(self._target(file), file) for file in order.files),
        )

    def _come(self, file: OrderedFile) -> int:
        target = self._target(file)
        # Where it comes anew, what lies there was not what it should be.
        return part_size(target) or (file.expected_bytes if _is_whole(target, file) else 0)

    def _tell(self, job: _Job, state: Download) -> None:
        job.state = state
        job.changed.set()
        job.changed = asyncio.Event()

    async def _keep(self, job: _Job, *, paused: bool) -> None:
        if job.state.status != "done":
            kept = KeptOrder(job.state.id, job.order, paused)
            await asyncio.to_thread(self._book.keep, kept)

    def _clear(self, job: _Job) -> None:
        self._book.forget(job.state.id)
        worthless = job.state.status != "done" and self._is_in_pieces(job.order)
        for file in job.order.files:
            discard_part(self._target(file))
            if worthless:
                self._target(file).unlink(missing_ok=True)

    def _is_in_pieces(self, order: Order) -> bool:
        """Whether only some files of a model in several lie there, or only some are of this order.

        Such are worth nothing. All of them are a model: one that this order brought, or the one from before it.
        """
        if len(order.files) == 1:
            return False
        if not all(self._target(file).exists() for file in order.files):
            return True
        sized = [file for file in order.files if file.size_bytes is not None]
        return len({_is_whole(self._target(file), file) for file in sized}) > 1

    def _job(self, download_id: str) -> _Job:
        job = self._jobs.get(download_id)
        if job is None:
            raise DownloadNotFoundError("There is no such download. Start it again.")
        return job

    def _target(self, file: OrderedFile) -> Path:
        return self._folder / file.path

    def _check_room(self, wanted: Download) -> None:
        """Refuse at once what cannot fit, counting what the other downloads still need."""
        others = sum(
            job.state.total_bytes - job.state.done_bytes
            for job in self._jobs.values()
            if job.state.under_way
        )
        missing = wanted.total_bytes - wanted.done_bytes
        free = self._fetcher.free_bytes(self._folder)
        if missing + others > free:
            raise disk_full(wanted.name, missing=missing + others, free=free)


async def _stop(job: _Job) -> None:
    if job.task and not job.task.done():
        job.task.cancel()
        await asyncio.wait([job.task])
    # The task's last word comes through a callback of the loop.
    await asyncio.sleep(0)


def _is_whole(target: Path, file: OrderedFile) -> bool:
    """Whether it lies there already, as far as its length tells."""
    try:
        return file.size_bytes is not None and target.stat().st_size == file.size_bytes
    except OSError:
        return False
