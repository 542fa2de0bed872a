"""The deed of getting one file whole and true onto this disk, whatever happens on the way."""

import asyncio
import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arcano.modelstore.errors import (
    DiskFullError,
    HashUnknownError,
    HubBusyError,
    HubUnreachableError,
    ModelStoreError,
    WrongHashError,
)
from arcano.modelstore.hub import Hub, HubAnswer, sha256_in
from arcano.modelstore.part_file import PartFile, Promise, Stretch, digest_of

LEAST_STRETCH_BYTES = 16 * 1024 * 1024
"""Below this another connection costs more than it brings."""

_KEPT_FREE_BYTES = 64 * 1024 * 1024
_MAX_WAIT_SECONDS = 30.0
_FIRST_WAIT_SECONDS = 0.5
# More stretches than connections, so that none of them is left alone with a long rest at the end.
_STRETCHES_PER_CONNECTION = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file, where it comes from, and what is known of it beforehand."""

    url: str
    target: Path
    sha256: str | None
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. `checked_bytes` counts once everything has come and is read again for its hash.

    `stalled` says that a connection brings nothing any more, and is tried again.
    """

    done_bytes: int
    total_bytes: int
    checked_bytes: int | None = None
    stalled: bool = False


Report = Callable[[Progress], None]


class _ChangedError(Exception):
    """The hub has another content now than the one that came so far."""


class _NoRangesError(Exception):
    """The hub sends the whole file where a part was asked for."""


@dataclass(frozen=True, slots=True)
class FileFetcher:
    """What is needed to fetch files. `free_bytes` tells the room on the disk of a folder.

    A connection that breaks is taken up again where it broke, `tries` times in a row without a
    single byte at most, each time after a longer wait. `hurry` shortens the waits, for tests.
    """

    hub: Hub
    free_bytes: Callable[[Path], int]
    tries: int
    connections: int = 1
    least_stretch_bytes: int = LEAST_STRETCH_BYTES
    hurry: float = 1.0

    async def fetch(self, wanted: Wanted, *, report: Report) -> None:
        """Get `wanted`, taking up what an earlier try left. Cancelling keeps what came.

        Raises:
            DiskFullError: Free some space. What came is kept.
            WrongHashError: It was not what was promised, and was deleted.
            HubRefusedError: And its siblings in `errors`: see there what to do.
        """
        part = await asyncio.to_thread(PartFile, wanted.target)
        try:
            await asyncio.to_thread(part.take_up)
            if part.promise is not None and not _is_wanted(part.promise, wanted):
                # One that had come whole is not asked for again: nobody else would notice.
                part.restart()
            promise = await self._all(part, wanted, report)
            await self._check(part, promise, report)
        finally:
            await asyncio.to_thread(part.close)

    async def is_true(self, wanted: Wanted, *, report: Report) -> bool:
        """Whether what lies at the target of `wanted` has its hash. Yes where nobody knows one.

        Raises:
            OSError: It cannot be read.
        """
        if wanted.sha256 is None:
            return True
        size = wanted.size_bytes or 0
        loop, ended = asyncio.get_running_loop(), threading.Event()
        report(Progress(size, size, 0))

        def tell(checked: int) -> None:
            loop.call_soon_threadsafe(report, Progress(size, size, checked))

        try:
            sha256 = await asyncio.to_thread(digest_of, wanted.target, tell, ended=ended)
        finally:
            ended.set()
        return sha256 == wanted.sha256

    async def _all(self, part: PartFile, wanted: Wanted, report: Report) -> Promise:
        """Everything that is missing. Begins again when the file changes on the way."""
        for _ in range(self.tries + 1):
            try:
                if part.promise is None:
                    await self._patiently(part, wanted, None, report)
                await self._rest(part, wanted, report)
            except _ChangedError:
                part.restart()
            except _NoRangesError:
                await asyncio.to_thread(part.keep_front)
            else:
                if part.promise is not None:
                    return part.promise
        raise HubUnreachableError("The file keeps changing while it comes. Try again later.")

    async def _rest(self, part: PartFile, wanted: Wanted, report: Report) -> None:
        """All stretches that are not whole, over several connections at once."""
        missing = deque(each for each in part.stretches if not each.is_whole)
        if part.promise is not None:
            self._check_room(wanted.target, part.promise.size_bytes - part.size_bytes)

        async def work() -> None:
            while missing:
                await self._patiently(part, wanted, missing.popleft(), report)

        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(min(self.connections, len(missing))):
                    tasks.create_task(work())
        except ExceptionGroup as several:
            # The first one says why; the others were cut off by it.
            raise _first(several) from several

    async def _patiently(
        self, part: PartFile, wanted: Wanted, stretch: Stretch | None, report: Report
    ) -> None:
        fruitless = 0
        while True:
            before = part.size_bytes
            try:
                await self._once(part, wanted, stretch, report)
            except (HubUnreachableError, HubBusyError) as trouble:
                if stretch is None and part.promise is not None:
                    # It is known by now what comes, and what is missing of it.
                    return
                fruitless = 0 if part.size_bytes > before else fruitless + 1
                if fruitless >= self.tries:
                    raise
                if part.promise is not None:
                    report(Progress(part.size_bytes, part.promise.size_bytes, stalled=True))
                await asyncio.sleep(self._wait(fruitless, trouble))
            else:
                return

    async def _once(
        self, part: PartFile, wanted: Wanted, stretch: Stretch | None, report: Report
    ) -> None:
        """One connection: for `stretch`, or for whatever comes first where nothing is known yet."""
        known = part.promise
        async with self.hub.open(
            wanted.url,
            offset=stretch.at if stretch else 0,
            end=stretch.end if stretch and len(part.stretches) > 1 else None,
            etag=known.etag if known else None,
        ) as answer:
            promise = _promise(answer, wanted, known=known)
            each = self._stretch_bytes(promise, answer)
            renamed = known and known.etag != answer.etag and answer.sha256 is None
            if renamed and len(part.stretches) > 1:
                raise _ChangedError
            if not await asyncio.to_thread(part.expect, promise, stretch_bytes=each):
                raise _ChangedError
            if stretch is None and len(part.stretches) > 1:
                return  # known by now; each stretch is asked for by itself
            stretch = stretch or part.stretches[0]
            if answer.offset != stretch.at:
                self._begin_again(part, answer, stretch)
            self._check_room(wanted.target, promise.size_bytes - part.size_bytes)
            report(Progress(part.size_bytes, promise.size_bytes))
            await self._write(part, answer, stretch, promise, report)
        if not stretch.is_whole:
            raise HubUnreachableError("The hub ended the file before its end. Try again.")

    async def _write(
        self,
        part: PartFile,
        answer: HubAnswer,
        stretch: Stretch,
        promise: Promise,
        report: Report,
    ) -> None:
        async for piece in answer.pieces:
            room = stretch.end - stretch.at
            if len(piece) > room and stretch.end == promise.size_bytes:
                part.restart()
                raise WrongHashError("The hub sent more than was promised. Try again.")
            await asyncio.to_thread(part.write, stretch, piece[:room])
            report(Progress(part.size_bytes, promise.size_bytes))
            if len(piece) >= room and stretch.end < promise.size_bytes:
                # The rest of this answer belongs to other connections.
                return

    def _begin_again(self, part: PartFile, answer: HubAnswer, stretch: Stretch) -> None:
        """The answer begins elsewhere. One that is the whole file will do, if it is for one stretch."""
        if answer.offset:
            raise HubUnreachableError("The hub sent another part than was asked for.")
        if len(part.stretches) > 1:
            raise _NoRangesError
        part.begin_again(stretch)

    def _stretch_bytes(self, promise: Promise, answer: HubAnswer) -> int | None:
        """How long each stretch is; None where the file comes in one."""
        if self.connections == 1 or not answer.takes_ranges:
            return None
        if promise.size_bytes < 2 * self.least_stretch_bytes:
            return None
        share = -(-promise.size_bytes // (self.connections * _STRETCHES_PER_CONNECTION))
        return max(self.least_stretch_bytes, share)

    async def _check(self, part: PartFile, promise: Promise, report: Report) -> None:
        size = promise.size_bytes
        loop = asyncio.get_running_loop()
        report(Progress(size, size, 0))

        def tell(checked: int) -> None:
            loop.call_soon_threadsafe(report, Progress(size, size, checked))

        sha256 = await asyncio.to_thread(part.digest, tell)
        await asyncio.to_thread(part.finish, promise, sha256=sha256)

    def _check_room(self, target: Path, missing: int) -> None:
        free = self.free_bytes(target.parent)
        if missing + _KEPT_FREE_BYTES > free:
            raise disk_full(target.name, missing=missing, free=free)

    def _wait(self, fruitless: int, trouble: HubUnreachableError | HubBusyError) -> float:
        longest = min(_MAX_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0**fruitless)
        # Spread, so that many servers cut off at once do not come back at once.
        wait = longest * random.uniform(0.5, 1.0)  # noqa: S311  # nosec B311 - no secret
        if trouble.retry_after:
            wait = max(wait, min(trouble.retry_after.total_seconds(), 2 * _MAX_WAIT_SECONDS))
        return wait * self.hurry


def disk_full(name: str, *, missing: int, free: int) -> DiskFullError:
    """The error that says how much is missing."""
    return DiskFullError(
        f"{name} needs {missing / 1e9:.2f} GB more on the disk and {free / 1e9:.2f} GB are free. "
        "Free some space, then go on with the download; what came is kept."
    )


def _first(several: ExceptionGroup[Exception]) -> Exception:
    """The error that says most, out of several connections that failed together."""
    told = several.exceptions
    return next((each for each in told if isinstance(each, ModelStoreError)), told[0])


def _is_wanted(promise: Promise, wanted: Wanted) -> bool:
    """Whether what came so far is of the file that is wanted now, as far as that is known."""
    return wanted.sha256 in (None, promise.sha256) and wanted.size_bytes in (
        None,
        promise.size_bytes,
    )


def _promise(answer: HubAnswer, wanted: Wanted, *, known: Promise | None) -> Promise:
    """What the file is to be: by the catalogue, else by the hub; where both speak they must agree."""
    sha256 = wanted.sha256 or answer.sha256 or sha256_in(answer.etag)
    if sha256 is None and known:
        sha256 = known.sha256
    size = wanted.size_bytes or answer.total_bytes or (known.size_bytes if known else None)
    if sha256 is None or size is None:
        raise HashUnknownError(
            "The hub does not say what the file should be, so it cannot be checked and is not taken."
        )
    if answer.sha256 not in (None, sha256) or answer.total_bytes not in (None, size):
        raise WrongHashError(
            "The hub has another file under this name than the catalogue knows. It is not taken."
        )
    return Promise(sha256, size, answer.etag or (known.etag if known else None))
