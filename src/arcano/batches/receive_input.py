"""Taking a file in: first whole, aside, then as rows, a few hundred in each transaction.

Nobody sees the job before its last row is there. What breaks on the way leaves nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from arcano.batches.domain import Batch, BatchId, InputFormat
from arcano.batches.errors import BatchFileTooLargeError
from arcano.batches.read_rows import RowFile
from arcano.batches.repository import BatchRepository
from arcano.batches.settings import BatchSettings
from arcano.identity import UserId
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.platform.ids import new_id

ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reception:
    """Where files are taken in, for whom, and how large."""

    database: Database
    clock: Clock
    settings: BatchSettings
    viewer: UserId


async def receive_input(
    pieces: AsyncIterator[bytes], *, name: str, kind: InputFormat, reception: Reception
) -> Batch:
    """A draft with the rows of a file.

    Raises:
        BadBatchFileError: It cannot be read; says where.
        BatchFileTooLargeError: More bytes or rows than the settings allow.
        TooManyBatchesError: More unfinished jobs than the settings allow.
        StorageError: No room for it.
    """
    # Asked before the file comes, so that nobody waits for nothing; what counts is asked with `receive`.
    most = reception.settings.max_unfinished
    await reception.database.read(lambda c: BatchRepository(c, reception.viewer).expect_room(most))
    with TemporaryFile() as file:
        await _set_aside(pieces, file, limit=reception.settings.max_input_bytes)
        return await _store(
            RowFile(file, kind, max_rows=reception.settings.max_rows), name, kind, reception
        )


async def _set_aside(pieces: AsyncIterator[bytes], file: IO[bytes], *, limit: int) -> None:
    seen = 0
    waiting = bytearray()
    async for piece in pieces:
        seen += len(piece)
        if seen > limit:
            raise BatchFileTooLargeError(
                f"A file may have {limit / 2**20:.3g} MB at most. Send it in parts."
            )
        waiting += piece
        if len(waiting) >= BYTES_AT_ONCE:
            await asyncio.to_thread(_write, file, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(_write, file, bytes(waiting))


def _write(file: IO[bytes], content: bytes) -> None:
    try:
        file.write(content)
    except OSError as full:
        raise StorageError(
            "There is no room for this file. Free some space and try again."
        ) from full


async def _store(file: RowFile, name: str, kind: InputFormat, reception: Reception) -> Batch:
    database, viewer, now = reception.database, reception.viewer, reception.clock.now()
    batch_id = BatchId(new_id())

    def begin(repository: BatchRepository) -> None:
        repository.expect_room(reception.settings.max_unfinished)
        repository.receive(batch_id, name=name, kind=kind, now=now)

    await database.write(lambda c: begin(BatchRepository(c, viewer)))
    try:
        rows = file.rows()
        count = 0
        while some := await asyncio.to_thread(_take, rows):
            first = count + 1
            await database.write(
                lambda c, first=first, some=some: BatchRepository(c, viewer).add_rows(
                    batch_id, first, some
                )
            )
            count += len(some)
        return await database.write(
            lambda c: BatchRepository(c, viewer).received(
                batch_id, columns=file.columns, row_count=count
            )
        )
    except BaseException:
        # Also when the person leaves in the middle. Shielded, so that nothing half is left behind.
        await asyncio.shield(database.write(lambda c: BatchRepository(c, viewer).remove(batch_id)))
        raise


def _take(rows: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(islice(rows, ROWS_AT_ONCE))
