"""Is it well? For supervisors and load balancers; says nothing about anybody's data."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text

from arcano import __version__
from arcano.chat import Chat
from arcano.identity import open_to_all
from arcano.inference import Lookout, QueueHealth
from arcano.platform.errors import StorageError

router = APIRouter(tags=["health"], dependencies=[open_to_all])


class HealthView(BaseModel):
    status: Literal["ok", "starting", "draining", "degraded", "broken"]
    version: str
    database: Literal["ok", "broken"]
    checks: dict[str, str]


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request, response: Response) -> dict[str, str]:
    """It can serve: 503 while it starts or drains."""
    status: str = request.app.state.readiness
    if status != "ok":
        response.status_code = 503
    return {"status": status}


@router.get("/health")
async def health(request: Request, response: Response) -> HealthView:
    """A summary, with the database really asked."""
    state = request.app.state
    chat: Chat = state.chat
    try:
        await chat.database.read(lambda c: c.execute(text("SELECT 1")).scalar())
    except StorageError as broken:
        response.status_code = 503
        return HealthView(
            status="broken",
            version=__version__,
            database="broken",
            checks={"database": broken.detail},
        )
    lookout: Lookout = state.lookout
    queue = await lookout.queue()
    # Ready all the same: with every server away, nobody could even read what is there.
    degraded = state.readiness == "ok" and not queue.reachable
    return HealthView(
        status="degraded" if degraded else state.readiness,
        version=__version__,
        database="ok",
        checks={"database": "ok", "queue": _queue_words(queue)},
    )


def _queue_words(queue: QueueHealth) -> str:
    if queue.reachable:
        return "ok"
    return "The Redis that the servers share cannot be reached: new calls are refused."
