"""The doors of the model store: what could be downloaded, what is on its way, and what lies here."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, status
from fastapi.responses import StreamingResponse

from arcano.identity import Permission, Sessions, Viewer, may, sessions_of
from arcano.modelstore.catalogue_schemas import (
    CatalogueEntryView,
    CataloguePage,
    HubRepositoryView,
    MachineView,
)
from arcano.modelstore.download import Download
from arcano.modelstore.model_store import ModelStore
from arcano.modelstore.recommend import calibrated
from arcano.modelstore.schemas import (
    DeletedView,
    DownloadDraft,
    DownloadPage,
    DownloadView,
    ModelFilePage,
    ModelFileView,
)
from arcano.platform.act_log import Acts
from arcano.platform.acts import Act, Subject
from arcano.platform.json_route import JsonRoute
from arcano.platform.sse import SSE_COMMENT, sse_frame

HEARTBEAT_SECONDS = 15.0

router = APIRouter(prefix="/api/models", tags=["models"], route_class=JsonRoute)


async def _store(request: Request) -> ModelStore:
    return request.app.state.modelstore


_Store = Annotated[ModelStore, Depends(_store)]
_Sessions = Annotated[Sessions, Depends(sessions_of)]


_User = Annotated[Viewer, may(Permission.MODEL_USE)]
_Manager = Annotated[Viewer, may(Permission.MODEL_MANAGE)]


@router.get("/catalogue")
async def read_catalogue(_viewer: _User, store: _Store) -> CataloguePage:
    catalogue, installed, machine = await asyncio.gather(
        store.catalogue(), store.installed(), store.machine()
    )
    speeds = store.speeds()
    expected = calibrated(machine, catalogue.models, speeds)
    items = [
        CatalogueEntryView.of(
            model, hub=store.hub.home, installed=installed, machine=expected, speeds=speeds
        )
        for model in catalogue.models
    ]
    free, whole = await asyncio.to_thread(store.disk)
    view = MachineView.of(machine, free_disk_bytes=free, disk_bytes=whole)
    return CataloguePage(items=items, next_cursor=None, machine=view, problem=catalogue.problem)


@router.get("/hub")
async def read_repository(
    _viewer: _Manager, store: _Store, repo: Annotated[str, Query(max_length=200)]
) -> HubRepositoryView:
    found = await store.look_up(repo)
    return HubRepositoryView.of(found, hub=store.hub.home, machine=await store.machine())


@router.get("/files")
async def list_files(_viewer: _User, store: _Store) -> ModelFilePage:
    items = [
        ModelFileView.of(model, deletable=store.is_ours(model)) for model in await store.found()
    ]
    return ModelFilePage(items=items, next_cursor=None)


@router.delete("/files/{model_id}")
async def delete_file(model_id: str, viewer: _Manager, store: _Store, acts: Acts) -> DeletedView:
    async with acts.around(Act("model.deleted", viewer.actor, Subject("model", model_id))):
        return DeletedView(freed_bytes=await store.delete(model_id))


@router.post("/downloads", status_code=status.HTTP_202_ACCEPTED)
async def start_download(
    draft: DownloadDraft, viewer: _Manager, store: _Store, acts: Acts
) -> DownloadView:
    if draft.catalogue_id is not None:
        wanted = Subject("model", draft.catalogue_id)
        async with acts.around(_fetching(viewer, wanted, variant=draft.variant or "")):
            return DownloadView.of(await store.start_download(draft.catalogue_id, draft.variant))
    repository, name = draft.repo or "", draft.name or ""
    async with acts.around(_fetching(viewer, Subject("repository", repository), name=name)):
        return DownloadView.of(await store.start_hub_download(repository, name))


@router.get("/downloads")
async def list_downloads(_viewer: _User, store: _Store) -> DownloadPage:
    items = [DownloadView.of(download) for download in store.downloads.all()]
    return DownloadPage(items=items, next_cursor=None)


@router.get("/downloads/{download_id}")
async def read_download(download_id: str, _viewer: _User, store: _Store) -> DownloadView:
    return DownloadView.of(store.downloads.get(download_id))


@router.post("/downloads/{download_id}/pause")
async def pause_download(
    download_id: str, viewer: _Manager, store: _Store, acts: Acts
) -> DownloadView:
    async with acts.around(_of("download.paused", viewer, download_id)):
        return DownloadView.of(await store.downloads.pause(download_id))


@router.post("/downloads/{download_id}/resume", status_code=status.HTTP_202_ACCEPTED)
async def resume_download(
    download_id: str, viewer: _Manager, store: _Store, acts: Acts
) -> DownloadView:
    async with acts.around(_of("download.resumed", viewer, download_id)):
        return DownloadView.of(await store.resume_download(download_id))


@router.delete("/downloads/{download_id}", status_code=status.HTTP_204_NO_CONTENT)
async def stop_download(
    download_id: str, viewer: _Manager, store: _Store, acts: Acts, *, discard: bool = False
) -> None:
    """Stop it. What came stays unless `discard`; one that had ended leaves the list."""
    if discard or not store.downloads.get(download_id).under_way:
        async with acts.around(_of("download.discarded", viewer, download_id)):
            await store.downloads.discard(download_id)
    else:
        async with acts.around(_of("download.paused", viewer, download_id)):
            await store.downloads.pause(download_id)


@router.get(
    "/downloads/{download_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def follow_download(
    download_id: str, viewer: _User, store: _Store, sessions: _Sessions
) -> StreamingResponse:
    store.downloads.get(download_id)
    states = store.downloads.follow(download_id, silence=HEARTBEAT_SECONDS)
    return StreamingResponse(
        _frames(states, viewer, sessions),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _fetching(viewer: Viewer, subject: Subject, **details: str) -> Act:
    return Act("download.started", viewer.actor, subject, details=details)


def _of(action: str, viewer: Viewer, download_id: str) -> Act:
    return Act(action, viewer.actor, Subject("download", download_id))


async def _frames(
    states: AsyncGenerator[Download | None], viewer: Viewer, sessions: Sessions
) -> AsyncGenerator[bytes]:
    """Each state as an event, up to the last one or the end of the viewer's session."""
    sequence = 0
    with sessions.staying(viewer) as stay:
        try:
            async with aclosing(states):
                async for state in states:
                    if state is None:
                        yield SSE_COMMENT
                        continue
                    sequence += 1
                    body = DownloadView.of(state).model_dump_json().encode()
                    yield sse_frame(sequence, "download", body)
        except asyncio.CancelledError:
            if not stay.ended:
                raise
            stay.task.uncancel()
