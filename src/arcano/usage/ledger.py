"""The book of all calls: what was used is written once, and read by whoever may.

Calls that end at about the same time are written in one unit of work, so that a row costs little even where hundreds
end in a second; each caller is told when its own is on disk.
"""

import asyncio
import logging
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from typing_extensions import override

from arcano.identity import UserId, names_of
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.usage.domain import CallRecord
from arcano.usage.roll_up import roll_up
from arcano.usage.tables import LEDGER

logger = logging.getLogger(__name__)

_KEEP = insert(LEDGER)
_FORGET = delete(LEDGER).where(LEDGER.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(slots=True, eq=False)
class _Gathered:
    """Records that are written together, and when that is done."""

    records: list[CallRecord] = field(default_factory=list[CallRecord])
    written: asyncio.Task[None] | None = None


class Ledger(Protocol):
    """Where the records of calls are kept."""

    async def keep(self, record: CallRecord) -> None:
        """Returns when the record is kept, or cannot be now: then it is tried again (`write_rest`).

        A record of a call that is kept as `running` is replaced.
        """
        ...

    async def keep_all(self, records: Sequence[CallRecord]) -> None:
        """As `keep`, for several."""
        ...

    async def write_rest(self) -> None:
        """Try again what could not be kept."""
        ...

    async def close_abandoned(self) -> int:
        """The calls of a process that is gone get their end. Returns how many there were.

        Only for a process that holds the data folder alone, before it makes calls of its own.
        """
        ...


class DatabaseLedger(Ledger):
    """Writes records into `database`, in tasks of `tasks`."""

    def __init__(self, database: Database, *, tasks: asyncio.TaskGroup) -> None:
        self._database = database
        self._tasks = tasks
        self._gathered = _Gathered()
        self._one_at_a_time = asyncio.Lock()
        self._unwritten: list[CallRecord] = []

    @override
    async def keep(self, record: CallRecord) -> None:
        gathered = self._gathered
        gathered.records.append(record)
        if gathered.written is None:
            gathered.written = self._tasks.create_task(self._write(gathered))
        # Whoever leaves meanwhile takes nobody's record along.
        await asyncio.shield(gathered.written)

    @override
    async def keep_all(self, records: Sequence[CallRecord]) -> None:
        if records:
            self._gathered.records.extend(records[1:])
            await self.keep(records[0])

    @override
    async def write_rest(self) -> None:
        rest, self._unwritten = self._unwritten, []
        await self.keep_all(rest)

    @override
    async def close_abandoned(self) -> int:

        def unit(connection: Connection) -> int:
            running = LEDGER.c.outcome == "running"
            found = connection.execute(select(LEDGER).where(running)).mappings()
            rows = [{**row, "outcome": "interrupted"} for row in found]
            connection.execute(update(LEDGER).where(running).values(outcome="interrupted"))
            roll_up(connection, rows)
            return len(rows)

        return await self._database.write(unit)

    async def _write(self, gathered: _Gathered) -> None:
        async with self._one_at_a_time:
            # Whoever comes from now on is of the next unit.
            self._gathered = _Gathered()
            try:
                await self._database.write(lambda c: _write(c, gathered.records))
            except StorageError as refused:
                # How far a call was is told again soon; told late, it could take the place of its end.
                ended = [one for one in gathered.records if one.outcome != "running"]
                self._unwritten += ended
                logger.warning(
                    "%d calls that ended are not in the ledger yet: %s", len(ended), refused.detail
                )


def _write(connection: Connection, records: Iterable[CallRecord]) -> None:
    latest = {record.id: record for record in records}
    user_ids = {UserId(record.caller.user_id) for record in latest.values()}
    # Whoever was deleted while a model still spoke leaves what was used, and no name.
    there = names_of(connection, user_ids)
    rows = [_row(record, there) for record in latest.values()]
    connection.execute(_FORGET, {"ids": list(latest)})
    connection.execute(_KEEP, rows)
    roll_up(connection, rows)


def _row(record: CallRecord, there: Container[str]) -> dict[str, Any]:
    user_id = UserId(record.caller.user_id)
    caller, tokens = record.caller, record.tokens
    return {
        "id": record.id,
        "began_at": record.began_at,
        "ended_at": record.ended_at,
        "user_id": user_id if user_id in there else None,
        "key_id": caller.key_id,
        "group_ids": orjson.dumps(sorted(caller.group_ids or ())).decode(),
        "door": caller.door,
        "conversation_id": caller.conversation_id,
        "message_id": caller.message_id,
        "model": record.model,
        "target": record.target,
        "served_model": record.served_model,
        "variant": record.variant,
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cached_input_tokens": tokens.cached_input,
        "cache_write_tokens": tokens.cache_write,
        "reasoning_tokens": tokens.reasoning,
        "estimated": record.estimated,
        "estimated_input_tokens": record.estimated_input,
        "estimated_output_tokens": record.estimated_output,
        "cost_micros": record.cost_micros,
        "currency": record.currency,
        "price_version": record.price_version,
        "latency_ms": record.latency_ms,
        "first_token_ms": record.first_token_ms,
        "outcome": record.outcome,
        "error_code": record.error_code,
        "from_cache": record.from_cache,
    }
