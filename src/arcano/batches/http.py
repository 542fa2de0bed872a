"""The doors of batch jobs."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, status
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from arcano.batches.batch_runner import BatchRunner
from arcano.batches.domain import Batch, BatchId, BatchState, InputFormat, RowStatus
from arcano.batches.errors import BadBatchFileError, BatchNotReadyError
from arcano.batches.receive_input import Reception, receive_input
from arcano.batches.repository import BatchRepository
from arcano.batches.schemas import (
    BatchChange,
    BatchPage,
    BatchRowPage,
    BatchRowView,
    BatchView,
    Name,
    PreviewView,
    PromptView,
)
from arcano.batches.settings import BatchSettings
from arcano.batches.template import check_template, fill_in
from arcano.batches.write_results import csv_head, csv_lines, json_lines
from arcano.identity import (
    KeyId,
    Permission,
    Sessions,
    StayingResponse,
    UserId,
    Viewer,
    may,
    sessions_of,
)
from arcano.inference import Inference
from arcano.platform.act_log import Acts
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/batches", tags=["batches"], route_class=JsonRoute)

FORMATS: dict[str, InputFormat] = {
    "text/csv": "csv",
    "application/csv": "csv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
}
PREVIEWED = 3
RESULTS_AT_ONCE = 50
"""Few, because an answer may be a million characters long."""

_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file as it is, UTF-8. CSV has a header; JSONL one object in each line.",
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/jsonl": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@dataclass(frozen=True, slots=True)
class Batches:
    """What the doors of batch jobs work with. Put at `app.state.batches` by the wiring."""

    database: Database
    clock: Clock
    inference: Inference
    runner: BatchRunner
    settings: BatchSettings

    async def one(self, viewer: UserId, batch_id: str) -> Batch:
        return await self.database.read(lambda c: BatchRepository(c, viewer).one(BatchId(batch_id)))

    async def move(
        self, viewer: Viewer, batch_id: str, to: BatchState, *allowed: BatchState
    ) -> BatchView:
        now = self.clock.now()
        batch = await self.database.write(
            lambda c: BatchRepository(c, viewer.user_id).move(
                BatchId(batch_id), to=to, allowed=allowed, now=now, key_id=_key_of(viewer)
            )
        )
        self.runner.nudge()
        return self.view(batch)

    def view(self, batch: Batch) -> BatchView:
        slowed = self.runner.slowed_by(batch.id) if batch.state == "running" else None
        return BatchView.of(batch, slowed_by=slowed)


async def _batches(request: Request) -> Batches:
    return request.app.state.batches


_Batches = Annotated[Batches, Depends(_batches)]
_Runner = Annotated[Viewer, may(Permission.BATCH_RUN)]
_Owner = Annotated[Viewer, may(Permission.BATCH_RUN, at_least="owner")]
_Limit = Annotated[int, Query(ge=1, le=200)]
_Id = Annotated[str | None, Query(max_length=100)]


@router.post("", status_code=status.HTTP_201_CREATED, openapi_extra=_FILE)
async def add_batch(
    request: Request, viewer: _Runner, batches: _Batches, name: Annotated[Name, Query()]
) -> BatchView:
    """A draft with the rows of the file that is sent as it is."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    kind = FORMATS.get(media_type)
    if kind is None:
        raise BadBatchFileError(
            "Send the file as it is, with `Content-Type: text/csv` or `application/jsonl`."
        )
    reception = Reception(batches.database, batches.clock, batches.settings, viewer.user_id)
    batch = await receive_input(request.stream(), name=name, kind=kind, reception=reception)
    return batches.view(batch)


@router.get("")
async def list_batches(
    viewer: _Runner, batches: _Batches, cursor: _Id = None, limit: _Limit = 50
) -> BatchPage:
    before = None if cursor is None else BatchId(cursor)
    items = await batches.database.read(
        lambda c: BatchRepository(c, viewer.user_id).newest(before=before, limit=limit + 1)
    )
    return BatchPage(
        items=[batches.view(item) for item in items[:limit]],
        next_cursor=items[limit - 1].id if len(items) > limit else None,
    )


@router.get("/{batch_id}")
async def get_batch(batch_id: str, viewer: _Owner, batches: _Batches) -> BatchView:
    return batches.view(await batches.one(viewer.user_id, batch_id))


@router.patch("/{batch_id}")
async def change_batch(
    batch_id: str, change: BatchChange, viewer: _Owner, batches: _Batches
) -> BatchView:
    identifier = BatchId(batch_id)
    batch = await batches.one(viewer.user_id, batch_id)
    instructions = None if change.instructions is None else change.instructions.value()
    if instructions is not None:
        check_template(instructions.template, batch.columns)
        viewer.expect_model(instructions.model)
        await batches.inference.look_up(instructions.model, viewer.user_id)

    def changed(repository: BatchRepository) -> Batch:
        if change.name is not None:
            repository.rename(identifier, change.name)
        if instructions is not None:
            repository.instruct(identifier, instructions)
        return repository.one(identifier)

    return batches.view(
        await batches.database.write(lambda c: changed(BatchRepository(c, viewer.user_id)))
    )


@router.delete("/{batch_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_batch(batch_id: str, viewer: _Owner, batches: _Batches) -> None:
    batch = await batches.one(viewer.user_id, batch_id)
    act, now = _act("batch.deleted", viewer, batch), batches.clock.now()

    def unit(connection: Connection) -> None:
        BatchRepository(connection, viewer.user_id).remove(batch.id)
        record(connection, act, now=now)

    await batches.database.write(unit)
    batches.runner.nudge()


@router.get("/{batch_id}/preview")
async def preview_batch(batch_id: str, viewer: _Owner, batches: _Batches) -> PreviewView:
    """The prompts of the first rows, as they will be asked."""
    batch = await batches.one(viewer.user_id, batch_id)
    if batch.instructions is None:
        raise BatchNotReadyError
    template = batch.instructions.template
    rows = await batches.database.read(
        lambda c: BatchRepository(c, viewer.user_id).rows(batch.id, after=0, limit=PREVIEWED)
    )
    prompts = [PromptView(number=row.number, prompt=fill_in(template, row.values)) for row in rows]
    return PreviewView(prompts=prompts)


@router.post("/{batch_id}/start")
async def start_batch(batch_id: str, viewer: _Owner, batches: _Batches) -> BatchView:
    await _expect_model_of(batch_id, viewer, batches)
    return await batches.move(viewer, batch_id, "running", "draft")


@router.post("/{batch_id}/pause")
async def pause_batch(batch_id: str, viewer: _Owner, batches: _Batches) -> BatchView:
    """No more rows are asked; those that are being asked are answered."""
    return await batches.move(viewer, batch_id, "paused", "running")


@router.post("/{batch_id}/resume")
async def resume_batch(batch_id: str, viewer: _Owner, batches: _Batches) -> BatchView:
    await _expect_model_of(batch_id, viewer, batches)
    return await batches.move(viewer, batch_id, "running", "paused")


@router.post("/{batch_id}/cancel")
async def cancel_batch(batch_id: str, viewer: _Owner, batches: _Batches) -> BatchView:
    """It ends now: rows that are being asked are called off. Results that are there stay."""
    return await batches.move(viewer, batch_id, "cancelled", "draft", "running", "paused")


@router.post("/{batch_id}/retry-failed")
async def retry_failed(batch_id: str, viewer: _Owner, batches: _Batches) -> BatchView:
    """Rows that failed are asked once more."""
    await _expect_model_of(batch_id, viewer, batches)
    identifier = BatchId(batch_id)
    now = batches.clock.now()

    def again(repository: BatchRepository) -> Batch:
        if repository.one(identifier).state == "finished":
            repository.expect_room(batches.settings.max_unfinished)
        batch = repository.move(
            identifier,
            to="running",
            allowed=("running", "paused", "finished"),
            now=now,
            key_id=_key_of(viewer),
        )
        repository.wait_again(identifier)
        return repository.one(batch.id)

    batch = await batches.database.write(lambda c: again(BatchRepository(c, viewer.user_id)))
    batches.runner.nudge()
    return batches.view(batch)


@router.get("/{batch_id}/rows")
async def list_rows(
    batch_id: str,
    viewer: _Owner,
    batches: _Batches,
    status: RowStatus | None = None,
    cursor: Annotated[int, Query(ge=0, le=10**9)] = 0,
    limit: _Limit = 50,
) -> BatchRowPage:
    items = await batches.database.read(
        lambda c: BatchRepository(c, viewer.user_id).rows(
            BatchId(batch_id), after=cursor, limit=limit + 1, status=status
        )
    )
    return BatchRowPage(
        items=[BatchRowView.of(item) for item in items[:limit]],
        next_cursor=items[limit - 1].number if len(items) > limit else None,
    )


@router.get(
    "/{batch_id}/results",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, "application/jsonl": {}}}},
)
async def download_results(
    batch_id: str,
    viewer: _Owner,
    batches: _Batches,
    acts: Acts,
    sessions: Annotated[Sessions, Depends(sessions_of)],
    format: Literal["csv", "jsonl"] = "csv",  # noqa: A002 - the name people expect in the address
) -> StayingResponse:
    """Every row as it was sent, and what came of it; rows that wait are among them."""
    batch = await batches.one(viewer.user_id, batch_id)
    # Before the first line goes out: nothing is exported that the audit trail does not know of.
    await acts.keep(_act("batch.exported", viewer, batch).noting(format=format))
    media_type = "text/csv; charset=utf-8" if format == "csv" else "application/jsonl"
    return StayingResponse(
        _results(batches, batch, format),
        viewer=viewer,
        sessions=sessions,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="batch-{batch.id}.{format}"',
        },
    )


def _key_of(viewer: Viewer) -> KeyId | None:
    return None if viewer.key is None else viewer.key.id


def _act(action: str, viewer: Viewer, batch: Batch) -> Act:
    return Act(action, viewer.actor, Subject("batch", batch.id), details={"rows": batch.row_count})


async def _results(batches: Batches, batch: Batch, kind: InputFormat) -> AsyncGenerator[bytes]:
    """A few rows at a time: no large job is ever whole in memory."""
    if kind == "csv":
        yield csv_head(batch.columns).encode()
    after = 0
    while rows := await batches.database.read(
        lambda c, after=after: BatchRepository(c, batch.owner_id).rows(
            batch.id, after=after, limit=RESULTS_AT_ONCE
        )
    ):
        write = csv_lines if kind == "csv" else json_lines
        yield write(batch.columns, rows).encode()
        after = rows[-1].number


async def _expect_model_of(batch_id: str, viewer: Viewer, batches: Batches) -> None:
    """Go on only if what the viewer asks with may ask the job's model.

    Raises:
        NotAllowedError: A key that was made for others.
    """
    instructions = (await batches.one(viewer.user_id, batch_id)).instructions
    if instructions is not None:
        viewer.expect_model(instructions.model)
