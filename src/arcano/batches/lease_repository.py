"""Batch jobs as those who run them see them: taken under a lease, rows stored once, given back.

For runners only: they act for whoever owns a job. What a person asks for goes through `BatchRepository`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select, update

from arcano.batches.domain import Batch, BatchId, RowResult, Trouble, WaitingRow
from arcano.batches.errors import LeaseLostError
from arcano.batches.repository import batch_of
from arcano.batches.sealed import ANSWER, INPUT, JOB_TROUBLE, ROW_TROUBLE
from arcano.batches.tables import BATCH_ROWS, BATCHES
from arcano.identity import KeyId, UserId, Viewer, standing_viewer
from arcano.platform.secrets.texts import texts_of

ROWS_PURGED_AT_ONCE = 2000


class LeaseRepository:
    """What one runner holds, inside one unit of work."""

    def __init__(self, connection: Connection, runner_id: str) -> None:
        self._connection = connection
        self._runner_id = runner_id
        self._texts = texts_of(connection)

    def forget_the_dead(self) -> None:
        """Every other process is known to be gone: its leases end, and what it was receiving."""
        self._connection.execute(update(BATCHES).values(runner_id=None, lease_until=None))
        self._connection.execute(
            update(BATCHES).where(BATCHES.c.state == "receiving").values(state="deleted")
        )

    def take(self, *, now: datetime, until: datetime) -> list[Batch]:
        """Jobs that are to run and that nobody holds: this runner's from now on."""
        free = or_(BATCHES.c.runner_id.is_(None), BATCHES.c.lease_until < now)
        found = self._connection.execute(
            select(*BATCHES.c).where(BATCHES.c.state == "running", free).order_by(BATCHES.c.id)
        )
        batches = [batch_of(row, self._texts) for row in found.mappings()]
        self._connection.execute(
            update(BATCHES)
            .where(BATCHES.c.id.in_([batch.id for batch in batches]))
            .values(runner_id=self._runner_id, lease_until=until)
        )
        return batches

    def renew(self, *, until: datetime) -> Mapping[BatchId, str]:
        """Hold what is held for longer. Returns the state of each: a person may have changed it."""
        held = BATCHES.c.runner_id == self._runner_id
        self._connection.execute(update(BATCHES).where(held).values(lease_until=until))
        found = self._connection.execute(select(BATCHES.c.id, BATCHES.c.state).where(held))
        return {BatchId(batch_id): state for batch_id, state in found}

    def release(self, batch_id: BatchId) -> None:
        self._connection.execute(self._held(batch_id).values(runner_id=None, lease_until=None))

    def release_all(self) -> None:
        """This runner goes: others may take what it held."""
        self._connection.execute(
            update(BATCHES)
            .where(BATCHES.c.runner_id == self._runner_id)
            .values(runner_id=None, lease_until=None)
        )

    def asker(self, batch: Batch, *, now: datetime) -> Viewer:
        """Who asks the job's rows, as they are now: its owner, with the key with which it was set running.

        Raises:
            NotSignedInError: They may not come in any more; or, as `KeyRefusedError`, the key is good no more.
        """
        found = select(BATCHES.c.key_id).where(BATCHES.c.id == batch.id)
        key_id = self._connection.scalar(found)
        known = None if key_id is None else KeyId(key_id)
        return standing_viewer(self._connection, batch.owner_id, known, now=now)

    def waiting_rows(self, batch_id: BatchId, *, after: int, limit: int) -> list[WaitingRow]:
        """The next rows to be asked."""
        found = self._connection.execute(
            select(BATCH_ROWS.c.number, BATCH_ROWS.c.input)
            .where(
                BATCH_ROWS.c.batch_id == batch_id,
                BATCH_ROWS.c.status == "waiting",
                BATCH_ROWS.c.number > after,
            )
            .order_by(BATCH_ROWS.c.number)
            .limit(limit)
        )
        return [
            WaitingRow(number, json.loads(self._texts.read(values, INPUT, batch_id, number)))
            for number, values in found
        ]

    def store(self, batch_id: BatchId, result: RowResult) -> None:
        """A row's result, and that the row is done, in one: once, whoever asked it how often.

        Raises:
            LeaseLostError: The job is no longer this runner's, or was cancelled; nothing was stored.
        """
        held = self._connection.execute(
            self._held(batch_id)
            .where(BATCHES.c.state.in_(("running", "paused")))
            .values(runner_id=self._runner_id)
        )
        if held.rowcount == 0:
            raise LeaseLostError("Another process has this job, or it was cancelled.")
        usage, texts, place = result.usage, self._texts, (batch_id, result.number)
        changed = self._connection.execute(
            update(BATCH_ROWS)
            .where(
                BATCH_ROWS.c.batch_id == batch_id,
                BATCH_ROWS.c.number == result.number,
                BATCH_ROWS.c.status == "waiting",
            )
            .values(
                status=result.status,
                answer=texts.kept_or_none(result.answer, ANSWER, *place),
                trouble=texts.kept_or_none(_trouble_json(result.trouble), ROW_TROUBLE, *place),
                finish_reason=result.finish_reason,
                model=result.model,
                usage=None if usage is None else json.dumps(asdict(usage)),
                attempts=BATCH_ROWS.c.attempts + result.attempts,
            )
        )
        if changed.rowcount:
            self._count(batch_id, result)

    def pause(self, batch_id: BatchId, trouble: Trouble) -> None:
        """The job stops by itself: going on would fail row after row."""
        told = self._texts.kept_or_none(_trouble_json(trouble), JOB_TROUBLE, batch_id)
        self._connection.execute(
            self._held(batch_id)
            .where(BATCHES.c.state == "running")
            .values(state="paused", trouble=told)
        )

    def pause_all_of(self, owner_id: UserId, trouble: Trouble) -> None:
        """Every running job of somebody waits, whoever holds it; nobody holds it from here on."""
        running = self._connection.scalars(
            select(BATCHES.c.id).where(BATCHES.c.owner_id == owner_id, BATCHES.c.state == "running")
        ).all()
        for batch_id in running:
            told = self._texts.kept_or_none(_trouble_json(trouble), JOB_TROUBLE, batch_id)
            self._connection.execute(
                update(BATCHES)
                .where(BATCHES.c.id == batch_id, BATCHES.c.state == "running")
                .values(state="paused", trouble=told, runner_id=None, lease_until=None)
            )

    def finish(self, batch_id: BatchId, *, now: datetime) -> bool:
        """The job is finished, unless rows wait after all. Returns whether it is."""
        waiting = exists().where(
            BATCH_ROWS.c.batch_id == batch_id, BATCH_ROWS.c.status == "waiting"
        )
        finished = self._connection.execute(
            self._held(batch_id)
            .where(BATCHES.c.state == "running", ~waiting)
            .values(state="finished", ended_at=now, runner_id=None, lease_until=None)
        )
        return finished.rowcount > 0

    def purge_some(self) -> bool:
        """Take away some of what was deleted. Returns whether there may be more.

        A little at a time: everybody else's writes wait meanwhile.
        """
        batch_id = self._connection.scalar(
            select(BATCHES.c.id).where(BATCHES.c.state == "deleted").limit(1)
        )
        if batch_id is None:
            return False
        some = (
            select(BATCH_ROWS.c.number)
            .where(BATCH_ROWS.c.batch_id == batch_id)
            .limit(ROWS_PURGED_AT_ONCE)
        )
        gone = self._connection.execute(
            delete(BATCH_ROWS).where(
                BATCH_ROWS.c.batch_id == batch_id, BATCH_ROWS.c.number.in_(some)
            )
        )
        if gone.rowcount == 0:
            self._connection.execute(delete(BATCHES).where(BATCHES.c.id == batch_id))
        return True

    def _held(self, batch_id: BatchId):  # noqa: ANN202 - an update to be continued
        return update(BATCHES).where(
            BATCHES.c.id == batch_id, BATCHES.c.runner_id == self._runner_id
        )

    def _count(self, batch_id: BatchId, result: RowResult) -> None:
        usage = result.usage
        counted = {
            "input_tokens": usage.input_tokens if usage else None,
            "output_tokens": usage.output_tokens if usage else None,
            "cached_input_tokens": usage.cached_input_tokens if usage else None,
            "reasoning_tokens": usage.reasoning_tokens if usage else None,
            "rows_uncounted": int(usage is None and result.answer is not None),
            f"{result.status}_count": 1,
        }
        self._connection.execute(
            update(BATCHES)
            .where(BATCHES.c.id == batch_id)
            .values({name: BATCHES.c[name] + (n or 0) for name, n in counted.items()})
        )


def _trouble_json(trouble: Trouble | None) -> str | None:
    return None if trouble is None else json.dumps(asdict(trouble))
