"""The door of the machine: what it has to answer with."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from arcano.compute.detect import MachineDetector
from arcano.compute.schemas import MachineReportView
from arcano.identity import Permission, Viewer, may
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/machine", tags=["machine"], route_class=JsonRoute)


async def _detector(request: Request) -> MachineDetector:
    return request.app.state.machine


@router.get("")
async def read_machine(
    _viewer: Annotated[Viewer, may(Permission.MODEL_USE)],
    detector: Annotated[MachineDetector, Depends(_detector)],
) -> MachineReportView:
    return MachineReportView.of(await detector.look())
