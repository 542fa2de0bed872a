"""The doors of the status page: how the targets are doing, for the owner of the workspace alone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from arcano.identity import Permission, Viewer, may
from arcano.inference.status.look import Lookout
from arcano.inference.status.schemas import QueueView, StatusView, TargetStatusView
from arcano.platform.act_log import Acts
from arcano.platform.acts import Act, Subject
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/status", tags=["status"], route_class=JsonRoute)


async def _lookout(request: Request) -> Lookout:
    return request.app.state.lookout


_Lookout = Annotated[Lookout, Depends(_lookout)]


@router.get("")
async def show_status(
    _viewer: Annotated[Viewer, may(Permission.STATUS_READ)], lookout: _Lookout
) -> StatusView:
    targets = [TargetStatusView.of(target) for target in await lookout.targets()]
    return StatusView(queue=QueueView.of(await lookout.queue()), targets=targets)


# A path, because a target is often called like its model, and those have slashes in their names.
@router.post("/targets/{target_id:path}/reset", status_code=status.HTTP_204_NO_CONTENT)
async def reset_target(
    target_id: str,
    viewer: Annotated[Viewer, may(Permission.STATUS_RESET)],
    lookout: _Lookout,
    acts: Acts,
) -> None:
    async with acts.around(Act("target.reset", viewer.actor, Subject("target", target_id))):
        lookout.trust_again(target_id)
