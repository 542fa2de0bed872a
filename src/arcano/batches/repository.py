"""Batch jobs as one person may see and change them.

Made for one viewer, so that forgetting to filter by owner is not possible.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from arcano.batches.domain import (
    Batch,
    BatchId,
    BatchRow,
    BatchState,
    InputFormat,
    Instructions,
    RowResult,
    RowStatus,
    Tokens,
    Trouble,
)
from arcano.batches.errors import (
    BatchNotFoundError,
    BatchNotReadyError,
    BatchStateError,
    TooManyBatchesError,
)
from arcano.batches.sealed import (
    ANSWER,
    COLUMNS,
    INPUT,
    INSTRUCTIONS,
    JOB_TROUBLE,
    NAME,
    ROW_TROUBLE,
)
from arcano.batches.tables import BATCH_ROWS, BATCHES
from arcano.identity import KeyId, UserId
from arcano.platform.secrets.texts import Texts, texts_of
from arcano.providers import Parameters, TokenUsage

_BATCH = tuple(BATCHES.c)
_ROW = tuple(BATCH_ROWS.c)
_HIDDEN = ("receiving", "deleted")
_ENDED = ("finished", "cancelled", "deleted")
_STATE_WORDS: dict[BatchState, str] = {
    "draft": "has not been started yet",
    "running": "is running",
    "paused": "is paused",
    "finished": "is finished",
    "cancelled": "was cancelled",
}


class BatchRepository:
    """The jobs of one viewer, inside one unit of work."""

    def __init__(self, connection: Connection, viewer: UserId) -> None:
        self._connection = connection
        self._viewer = viewer
        self._texts = texts_of(connection)

    def one(self, batch_id: BatchId) -> Batch:
        """The job.

        Raises:
            BatchNotFoundError: There is none for this viewer.
        """
        found = self._connection.execute(self._visible().where(BATCHES.c.id == batch_id))
        row = found.mappings().one_or_none()
        if row is None:
            raise BatchNotFoundError
        return batch_of(row, self._texts)

    def newest(self, *, before: BatchId | None, limit: int) -> list[Batch]:
        """The newest jobs, or those made before a given one; newest first."""
        wanted = self._visible().order_by(BATCHES.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(BATCHES.c.id < before)
        return [batch_of(row, self._texts) for row in self._connection.execute(wanted).mappings()]

    def expect_room(self, most: int) -> None:
        """Make sure that one more job would be within `most` unfinished ones.

        Raises:
            TooManyBatchesError: It would not; files on their way in count, too.
        """
        unfinished = self._connection.execute(
            select(func.count())
            .select_from(BATCHES)
            .where(BATCHES.c.owner_id == self._viewer, BATCHES.c.state.not_in(_ENDED))
        ).scalar_one()
        if unfinished >= most:
            raise TooManyBatchesError(most)

    def receive(self, batch_id: BatchId, *, name: str, kind: InputFormat, now: datetime) -> None:
        """A place for rows that come; nobody sees it before `received`."""
        numbers = ("row_count", "done_count", "failed_count", *Tokens.__slots__)
        self._connection.execute(
            insert(BATCHES).values(
                id=batch_id,
                owner_id=self._viewer,
                name=self._texts.kept(name, NAME, batch_id),
                state="receiving",
                input_format=kind,
                columns="[]",
                created_at=now,
                **dict.fromkeys(numbers, 0),
            )
        )

    def add_rows(self, batch_id: BatchId, first: int, rows: Sequence[dict[str, Any]]) -> None:
        """More rows of a job that is being received, numbered on from `first`."""
        self._connection.execute(
            insert(BATCH_ROWS),
            [
                {
                    "batch_id": batch_id,
                    "number": number,
                    "input": self._texts.kept(
                        json.dumps(row, ensure_ascii=False), INPUT, batch_id, number
                    ),
                    "status": "waiting",
                    "attempts": 0,
                }
                for number, row in enumerate(rows, start=first)
            ],
        )

    def received(self, batch_id: BatchId, *, columns: Sequence[str], row_count: int) -> Batch:
        """All rows are there: from now on it is a draft."""
        names = self._texts.kept(json.dumps(columns), COLUMNS, batch_id)
        self._set(batch_id, state="draft", columns=names, row_count=row_count)
        return self.one(batch_id)

    def rename(self, batch_id: BatchId, name: str) -> None:
        self.one(batch_id)
        self._set(batch_id, name=self._texts.kept(name, NAME, batch_id))

    def instruct(self, batch_id: BatchId, instructions: Instructions) -> None:
        """Say what is asked of every row; only before it was started.

        Raises:
            BatchStateError: It was started: rows already asked would differ from those to come.
        """
        self._expect(batch_id, "draft")
        told = self._texts.kept(_instructions_json(instructions), INSTRUCTIONS, batch_id)
        self._set(batch_id, instructions=told)

    def move(
        self,
        batch_id: BatchId,
        *,
        to: BatchState,
        allowed: Sequence[BatchState],
        now: datetime,
        key_id: KeyId | None = None,
    ) -> Batch:
        """Bring the job into another state. Whoever runs it notices.

        Where it is to run, its rows are asked with the key `key_id` from now on; None: in its owner's own right.

        Raises:
            BatchNotFoundError: There is none for this viewer.
            BatchStateError: Its state is none of `allowed`.
            BatchNotReadyError: It is to run and nobody said what to ask.
        """
        batch = self._expect(batch_id, *allowed)
        if to == "running" and batch.instructions is None:
            raise BatchNotReadyError
        fields: dict[str, Any] = {"state": to, "trouble": None}
        if to == "running":
            fields |= {"started_at": batch.started_at or now, "ended_at": None, "key_id": key_id}
        elif to == "cancelled":
            fields["ended_at"] = now
        self._set(batch_id, **fields)
        return self.one(batch_id)

    def wait_again(self, batch_id: BatchId) -> None:
        """Rows that failed are asked once more when the job runs. What they used stays counted."""
        self.one(batch_id)
        self._connection.execute(
            update(BATCH_ROWS)
            .where(BATCH_ROWS.c.batch_id == batch_id, BATCH_ROWS.c.status == "failed")
            .values(status="waiting", trouble=None, answer=None, finish_reason=None, model=None)
        )
        self._set(batch_id, failed_count=0)

    def remove(self, batch_id: BatchId) -> None:
        """Nobody sees it any more; its rows are taken away bit by bit."""
        self._set(batch_id, state="deleted")

    def rows(
        self, batch_id: BatchId, *, after: int, limit: int, status: RowStatus | None = None
    ) -> list[BatchRow]:
        """Rows with a number above `after`, in their order.

        Raises:
            BatchNotFoundError: There is no such job for this viewer.
        """
        self.one(batch_id)
        wanted = (
            select(*_ROW)
            .where(BATCH_ROWS.c.batch_id == batch_id, BATCH_ROWS.c.number > after)
            .order_by(BATCH_ROWS.c.number)
            .limit(limit)
        )
        if status is not None:
            wanted = wanted.where(BATCH_ROWS.c.status == status)
        return [_row_of(row, self._texts) for row in self._connection.execute(wanted).mappings()]

    def _visible(self) -> Any:  # noqa: ANN401 - a statement over all columns
        return select(*_BATCH).where(
            BATCHES.c.owner_id == self._viewer, BATCHES.c.state.not_in(_HIDDEN)
        )

    def _expect(self, batch_id: BatchId, *states: BatchState) -> Batch:
        batch = self.one(batch_id)
        if batch.state not in states:
            raise BatchStateError(f"This job {_STATE_WORDS[batch.state]}.")
        return batch

    def _set(self, batch_id: BatchId, **fields: object) -> None:
        self._connection.execute(
            update(BATCHES)
            .where(BATCHES.c.id == batch_id, BATCHES.c.owner_id == self._viewer)
            .values(**fields)
        )


def batch_of(row: RowMapping, texts: Texts) -> Batch:
    """The job that a row of the table `batches` is."""
    batch_id = row["id"]
    instructions = texts.read_or_none(row["instructions"], INSTRUCTIONS, batch_id)
    return Batch(
        id=BatchId(batch_id),
        owner_id=UserId(row["owner_id"]),
        name=texts.read(row["name"], NAME, batch_id),
        state=row["state"],
        input_format=row["input_format"],
        columns=tuple(json.loads(texts.read(row["columns"], COLUMNS, batch_id))),
        row_count=row["row_count"],
        done_count=row["done_count"],
        failed_count=row["failed_count"],
        tokens=Tokens(*(row[name] for name in Tokens.__slots__)),
        instructions=_instructions_of(json.loads(instructions)) if instructions else None,
        trouble=_trouble_of(texts.read_or_none(row["trouble"], JOB_TROUBLE, batch_id)),
        created_at=row["created_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


def _row_of(row: RowMapping, texts: Texts) -> BatchRow:
    result, place = None, (row["batch_id"], row["number"])
    if row["status"] != "waiting":
        result = RowResult(
            number=row["number"],
            status=row["status"],
            answer=texts.read_or_none(row["answer"], ANSWER, *place),
            trouble=_trouble_of(texts.read_or_none(row["trouble"], ROW_TROUBLE, *place)),
            finish_reason=row["finish_reason"],
            model=row["model"],
            usage=TokenUsage(**json.loads(row["usage"])) if row["usage"] else None,
            attempts=row["attempts"],
        )
    return BatchRow(row["number"], json.loads(texts.read(row["input"], INPUT, *place)), result)


def _trouble_of(text: str | None) -> Trouble | None:
    return Trouble(**json.loads(text)) if text else None


def _instructions_json(instructions: Instructions) -> str:
    return json.dumps(asdict(instructions), ensure_ascii=False)


def _instructions_of(stored: dict[str, Any]) -> Instructions:
    parameters = stored.pop("parameters")
    stop = tuple(parameters.pop("stop"))
    return Instructions(**stored, parameters=Parameters(**parameters, stop=stop))
