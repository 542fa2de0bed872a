"""The downloads of this run of the server: begun, watched, stopped.

What came stays on the disk when a download is stopped, fails, or the server goes down; the next start
of the same model takes it up. The list itself is not kept.
"""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from arcano.modelstore.catalogue import CatalogueModel
from arcano.modelstore.download import Download, DownloadFailure
from arcano.modelstore.errors import DownloadNotFoundError, ModelStoreError
from arcano.modelstore.fetch_file import FileFetcher, Progress, Wanted, disk_full
from arcano.modelstore.hub import Hub
from arcano.modelstore.part_file import discard_part, part_size
from arcano.modelstore.speed import Speed
from arcano.platform.ids import new_id

_REPORT_SECONDS = 0.25


@dataclass(slots=True, eq=False)
class _Job:
    """A download with its task. `changed` is set, and replaced, at every new state."""

    model: CatalogueModel
    state: Download
    task: asyncio.Task[None] | None = None
    speed: Speed = field(default_factory=Speed)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    told_at: float = 0.0


def free_bytes_of(folder: Path) -> int:
    """The room on the disk of `folder` for whoever runs this."""
    return shutil.disk_usage(folder).free


class Downloads:
    """All downloads into `folder`. `async with` it for the life of the server; leaving stops them.

    `installed` is awaited with the path of a file that has come, and answers with the model's id.
    """

    def __init__(
        self,
        *,
        folder: Path,
        hub: Hub,
        hub_address: str,
        tries: int,
        installed: Callable[[Path], Awaitable[str | None]],
        free_bytes: Callable[[Path], int] = free_bytes_of,
        hurry: float = 1.0,
    ) -> None:
        self._folder = folder
        self._hub_address = hub_address
        self._installed = installed
        self._free_bytes = free_bytes
        self._fetcher = FileFetcher(hub, free_bytes, tries, hurry)
        self._jobs: dict[str, _Job] = {}
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        for job in self._jobs.values():
            if job.task:
                job.task.cancel()
        await self._tasks.__aexit__(None, None, None)

    def all(self) -> list[Download]:
        """All of this run, the newest last."""
        return [job.state for job in self._jobs.values()]

    def get(self, download_id: str) -> Download:
        """The state now.

        Raises:
            DownloadNotFoundError: Not of this run of the server.
        """
        return self._job(download_id).state

    def start(self, model: CatalogueModel) -> Download:
        """Begin to fetch `model`, or find it already under way. Ended ones are begun again, same id.

        Raises:
            DiskFullError: There is not enough room for what is still missing.
        """
        job = next((job for job in self._jobs.values() if job.model.id == model.id), None)
        if job and job.state.under_way:
            return job.state
        self._check_room(model)
        state = Download(
            id=job.state.id if job else new_id(),
            catalogue_id=model.id,
            name=model.name,
            status="running",
            done_bytes=part_size(self._target(model)),
            total_bytes=model.size_bytes,
        )
        job = job or _Job(model, state)
        self._jobs[state.id] = job
        self._tell(job, state)
        job.speed = Speed()
        job.task = self._tasks.create_task(self._run(job))
        # A task that is stopped before its first step leaves no other trace.
        job.task.add_done_callback(lambda task: self._stopped(job, task))
        return state

    async def stop(self, download_id: str, *, discard: bool = False) -> None:
        """Stop it, and wait until it has. What came stays for the next start, unless `discard`.

        One that had ended already leaves the list; a file that is whole stays where it is.

        Raises:
            DownloadNotFoundError: Not of this run of the server.
        """
        job = self._job(download_id)
        had_ended = not job.state.under_way
        if job.task and not job.task.done():
            job.task.cancel()
            await asyncio.wait([job.task])
        if discard or had_ended:
            self._jobs.pop(download_id, None)
        if discard:
            await asyncio.to_thread(discard_part, self._target(job.model))

    async def follow(self, download_id: str) -> AsyncGenerator[Download]:
        """Its state now and after each change, about four times a second, up to the last one.

        Raises:
            DownloadNotFoundError: Not of this run of the server.
        """
        job = self._job(download_id)
        while True:
            changed = job.changed
            yield job.state
            if not job.state.under_way:
                return
            await changed.wait()

    async def _run(self, job: _Job) -> None:
        target = self._target(job.model)
        wanted = Wanted(
            job.model.url(self._hub_address), target, job.model.sha256, job.model.size_bytes or None
        )
        try:
            await self._fetcher.fetch(wanted, report=lambda progress: self._heed(job, progress))
            model_id = await self._installed(target)
        except ModelStoreError as problem:
            failure = DownloadFailure(problem.code, problem.detail, problem.retryable)
            self._tell(job, replace(self._at_rest(job), status="failed", error=failure))
        except OSError as refused:
            failure = DownloadFailure(
                "storage-unavailable", f"The disk refused: {refused.strerror}.", retryable=True
            )
            self._tell(job, replace(self._at_rest(job), status="failed", error=failure))
        else:
            done = replace(self._at_rest(job), done_bytes=job.state.total_bytes)
            self._tell(job, replace(done, status="finished", model_id=model_id))

    def _heed(self, job: _Job, progress: Progress) -> None:
        now = asyncio.get_running_loop().time()
        job.speed.note(progress.done_bytes, now)
        status = "verifying" if progress.verifying else "running"
        if now - job.told_at < _REPORT_SECONDS and status == job.state.status:
            return
        rate = job.speed.bytes_per_second
        missing = progress.total_bytes - progress.done_bytes
        self._tell(
            job,
            replace(
                job.state,
                status=status,
                done_bytes=progress.done_bytes,
                total_bytes=progress.total_bytes,
                bytes_per_second=rate,
                eta_seconds=missing / rate if rate else None,
            ),
        )
        job.told_at = now

    def _stopped(self, job: _Job, task: asyncio.Task[None]) -> None:
        # It may have ended and been begun again before we are told of the end.
        if task is job.task and job.state.under_way:
            self._tell(job, replace(self._at_rest(job), status="stopped"))

    def _at_rest(self, job: _Job) -> Download:
        """Its state with nothing on the way: what counts is what the next start would go on from."""
        kept = part_size(self._target(job.model))
        return replace(job.state, done_bytes=kept, bytes_per_second=None, eta_seconds=None)

    def _tell(self, job: _Job, state: Download) -> None:
        job.state = state
        job.changed.set()
        job.changed = asyncio.Event()

    def _job(self, download_id: str) -> _Job:
        job = self._jobs.get(download_id)
        if job is None:
            raise DownloadNotFoundError("There is no such download. Start it again.")
        return job

    def _target(self, model: CatalogueModel) -> Path:
        return self._folder / model.file_name

    def _check_room(self, model: CatalogueModel) -> None:
        """Refuse at once what cannot fit, counting what the other downloads still need."""
        others = sum(
            job.state.total_bytes - job.state.done_bytes
            for job in self._jobs.values()
            if job.state.under_way
        )
        missing = model.size_bytes - part_size(self._target(model))
        free = self._free_bytes(self._folder)
        if missing + others > free:
            raise disk_full(model.name, missing=missing + others, free=free)
