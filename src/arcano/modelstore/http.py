"""The doors of the model store: what could be downloaded, and what is on its way."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import StreamingResponse

from arcano.identity import OwnerOnly, Sessions, SignedIn, Viewer, sessions_of
from arcano.modelstore.download import Download
from arcano.modelstore.model_store import ModelStore
from arcano.modelstore.schemas import (
    CatalogueEntryView,
    CataloguePage,
    DownloadDraft,
    DownloadPage,
    DownloadView,
    MachineView,
)
from arcano.platform.json_route import JsonRoute
from arcano.platform.sse import sse_frame

router = APIRouter(prefix="/api/models", tags=["models"], route_class=JsonRoute)


async def _store(request: Request) -> ModelStore:
    return request.app.state.modelstore


_Store = Annotated[ModelStore, Depends(_store)]
_Sessions = Annotated[Sessions, Depends(sessions_of)]


@router.get("/catalogue")
async def read_catalogue(_viewer: SignedIn, store: _Store) -> CataloguePage:
    installed = await store.installed()
    machine = store.machine()
    items = [
        CatalogueEntryView.of(
            model, hub=store.hub_address, installed=model.id in installed, machine=machine
        )
        for model in store.catalogue
    ]
    free = await asyncio.to_thread(store.free_disk_bytes)
    view = MachineView.of(machine, free_disk_bytes=free)
    return CataloguePage(items=items, next_cursor=None, machine=view)


@router.post("/downloads", status_code=status.HTTP_202_ACCEPTED)
async def start_download(draft: DownloadDraft, _viewer: OwnerOnly, store: _Store) -> DownloadView:
    return DownloadView.of(store.start_download(draft.catalogue_id))


@router.get("/downloads")
async def list_downloads(_viewer: SignedIn, store: _Store) -> DownloadPage:
    items = [DownloadView.of(download) for download in store.downloads.all()]
    return DownloadPage(items=items, next_cursor=None)


@router.get("/downloads/{download_id}")
async def read_download(download_id: str, _viewer: SignedIn, store: _Store) -> DownloadView:
    return DownloadView.of(store.downloads.get(download_id))


@router.delete("/downloads/{download_id}", status_code=status.HTTP_204_NO_CONTENT)
async def stop_download(
    download_id: str, _viewer: OwnerOnly, store: _Store, *, discard: bool = False
) -> None:
    await store.downloads.stop(download_id, discard=discard)


@router.get(
    "/downloads/{download_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def follow_download(
    download_id: str, viewer: SignedIn, store: _Store, sessions: _Sessions
) -> StreamingResponse:
    store.downloads.get(download_id)
    return StreamingResponse(
        _frames(store.downloads.follow(download_id), viewer, sessions),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _frames(
    states: AsyncGenerator[Download], viewer: Viewer, sessions: Sessions
) -> AsyncGenerator[bytes]:
    """Each state as an event, up to the last one or the end of the viewer's session."""
    sequence = 0
    with sessions.staying(viewer) as stay:
        try:
            async with aclosing(states):
                async for state in states:
                    sequence += 1
                    body = DownloadView.of(state).model_dump_json().encode()
                    yield sse_frame(sequence, "download", body)
        except asyncio.CancelledError:
            if not stay.ended:
                raise
            stay.task.uncancel()
