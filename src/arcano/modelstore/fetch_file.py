"""The deed of getting one file whole and true onto this disk, whatever happens on the way."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arcano.modelstore.errors import (
    DiskFullError,
    HashUnknownError,
    HubBusyError,
    HubUnreachableError,
    WrongHashError,
)
from arcano.modelstore.hub import Hub, HubAnswer, sha256_in
from arcano.modelstore.part_file import PartFile, Promise

_KEPT_FREE_BYTES = 64 * 1024 * 1024
_MAX_WAIT_SECONDS = 30.0
_FIRST_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file, where it comes from, and what is known of it beforehand."""

    url: str
    target: Path
    sha256: str | None
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. `verifying` once everything has come."""

    done_bytes: int
    total_bytes: int
    verifying: bool = False


@dataclass(frozen=True, slots=True)
class FileFetcher:
    """What is needed to fetch files. `free_bytes` tells the room on the disk of a folder.

    A connection that breaks is taken up again where it broke, `tries` times in a row without a
    single byte at most, each time after a longer wait. `hurry` shortens the waits, for tests.
    """

    hub: Hub
    free_bytes: Callable[[Path], int]
    tries: int
    hurry: float = 1.0

    async def fetch(self, wanted: Wanted, *, report: Callable[[Progress], None]) -> None:
        """Get `wanted`, taking up what an earlier try left. Cancelling keeps what came.

        Raises:
            DiskFullError: Free some space. What came is kept.
            WrongHashError: It was not what was promised, and was deleted.
            HubRefusedError: And its siblings in `errors`: see there what to do.
        """
        part = PartFile(wanted.target)
        try:
            await asyncio.to_thread(part.take_up)
            promise = await self._patiently(part, wanted, report)
            report(Progress(part.size_bytes, promise.size_bytes, verifying=True))
            await asyncio.to_thread(part.finish, promise)
        finally:
            await asyncio.to_thread(part.close)

    async def _patiently(
        self, part: PartFile, wanted: Wanted, report: Callable[[Progress], None]
    ) -> Promise:
        fruitless = 0
        while True:
            before = part.size_bytes
            try:
                return await self._once(part, wanted, report)
            except (HubUnreachableError, HubBusyError) as trouble:
                fruitless = 0 if part.size_bytes > before else fruitless + 1
                if fruitless >= self.tries:
                    raise
                await asyncio.sleep(self._wait(fruitless, trouble))

    async def _once(
        self, part: PartFile, wanted: Wanted, report: Callable[[Progress], None]
    ) -> Promise:
        """One connection. Returns when all bytes are there; what came before a break stays."""
        etag = part.promise.etag if part.promise else None
        async with self.hub.open(wanted.url, offset=part.size_bytes, etag=etag) as answer:
            promise = _promise(answer, wanted, known=part.promise)
            await asyncio.to_thread(part.expect, promise)
            if answer.offset != part.size_bytes or part.size_bytes > promise.size_bytes:
                part.restart()
                if answer.offset:
                    raise HubUnreachableError("The hub sent another part than was asked for.")
            self._check_room(wanted.target, promise.size_bytes - part.size_bytes)
            report(Progress(part.size_bytes, promise.size_bytes))
            async for piece in answer.pieces:
                if part.size_bytes + len(piece) > promise.size_bytes:
                    part.restart()
                    raise WrongHashError("The hub sent more than was promised. Try again.")
                await asyncio.to_thread(part.append, piece)
                report(Progress(part.size_bytes, promise.size_bytes))
        if part.size_bytes < promise.size_bytes:
            raise HubUnreachableError("The hub ended the file before its end. Try again.")
        return promise

    def _check_room(self, target: Path, missing: int) -> None:
        free = self.free_bytes(target.parent)
        if missing + _KEPT_FREE_BYTES > free:
            raise disk_full(target.name, missing=missing, free=free)

    def _wait(self, fruitless: int, trouble: HubUnreachableError | HubBusyError) -> float:
        longest = min(_MAX_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0**fruitless)
        # Spread, so that many servers cut off at once do not come back at once.
        wait = longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        if trouble.retry_after:
            wait = max(wait, min(trouble.retry_after.total_seconds(), 2 * _MAX_WAIT_SECONDS))
        return wait * self.hurry


def disk_full(name: str, *, missing: int, free: int) -> DiskFullError:
    """The error that says how much is missing."""
    return DiskFullError(
        f"{name} needs {missing / 1e9:.2f} GB more on the disk and {free / 1e9:.2f} GB are free. "
        "Free some space, then start the download again."
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
