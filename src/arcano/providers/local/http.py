"""The doors of the local engine: how it stands with each model; loading, unloading and quantising by hand.

Ids are made from file names (`qwen3-0.6b-q8-0`) and hold nothing that an address could not; any other
names nothing here.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from arcano.identity import Permission, Viewer, may
from arcano.platform.act_log import Acts
from arcano.platform.acts import Act, Subject
from arcano.platform.json_route import JsonRoute
from arcano.providers.errors import ModelFileError, ModelNotFoundError
from arcano.providers.local.engine import LocalEngine
from arcano.providers.local.files import LocalModelFile, LocalModelFiles
from arcano.providers.local.quantise import Quantiser
from arcano.providers.local.schemas import (
    EngineMemoryView,
    LocalModelPage,
    LocalModelView,
    QuantisationDraft,
    QuantisationPage,
    QuantisationView,
)

router = APIRouter(prefix="/api/models/local", tags=["models"], route_class=JsonRoute)


@dataclass(frozen=True, slots=True)
class LocalModelDoors:
    """What these doors work with. Put at `app.state.local_models` by the wiring."""

    engine: LocalEngine
    files: LocalModelFiles
    quantiser: Quantiser

    def view(self, file: LocalModelFile) -> LocalModelView:
        return LocalModelView.of(
            file, self.engine.state_of(file), problem=self.engine.problem_with(file)
        )

    async def file(self, model_id: str) -> LocalModelFile:
        """The file of that id.

        Raises:
            ModelNotFoundError: There is none.
        """
        file = await self.files.find(model_id)
        if file is None:
            raise ModelNotFoundError(
                f"There is no model {model_id[:100]!r} on this machine. Choose one from the list."
            )
        return file


async def _doors(request: Request) -> LocalModelDoors:
    return request.app.state.local_models


_Doors = Annotated[LocalModelDoors, Depends(_doors)]


_User = Annotated[Viewer, may(Permission.MODEL_USE)]
_Manager = Annotated[Viewer, may(Permission.MODEL_MANAGE)]


@router.get("")
async def list_local_models(_viewer: _User, doors: _Doors) -> LocalModelPage:
    return LocalModelPage(
        items=[doors.view(file) for file in await doors.files.found()],
        next_cursor=None,
        memory=EngineMemoryView.of(doors.engine.memory()),
        engine_problem=doors.engine.problem,
    )


@router.post("/{model_id}/load", status_code=status.HTTP_202_ACCEPTED)
async def load_local_model(
    model_id: str, viewer: _Manager, doors: _Doors, acts: Acts
) -> LocalModelView:
    file = await doors.file(model_id)
    if file.problem:
        raise ModelFileError(file.problem)
    async with acts.around(_of("model.loaded", viewer, file)):
        doors.engine.begin_loading(file)
    return doors.view(file)


@router.post("/{model_id}/unload")
async def unload_local_model(
    model_id: str, viewer: _Manager, doors: _Doors, acts: Acts, *, now: bool = False
) -> LocalModelView:
    file = await doors.file(model_id)
    async with acts.around(_of("model.unloaded", viewer, file).noting(now=now)):
        await doors.engine.unload(file.id, now=now)
    return doors.view(file)


@router.post("/{model_id}/quantise", status_code=status.HTTP_202_ACCEPTED)
async def quantise_local_model(
    model_id: str, draft: QuantisationDraft, viewer: _Manager, doors: _Doors, acts: Acts
) -> QuantisationView:
    file = await doors.file(model_id)
    async with acts.around(_of("model.quantised", viewer, file).noting(type=draft.type)):
        return QuantisationView.of(doors.quantiser.start(file, as_type=draft.type))


@router.get("/quantisations")
async def list_quantisations(_viewer: _User, doors: _Doors) -> QuantisationPage:
    items = [QuantisationView.of(job) for job in doors.quantiser.all()]
    return QuantisationPage(items=items, next_cursor=None)


@router.delete("/quantisations/{quantisation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def stop_quantisation(
    quantisation_id: str, viewer: _Manager, doors: _Doors, acts: Acts
) -> None:
    subject = Subject("quantisation", quantisation_id)
    async with acts.around(Act("quantisation.stopped", viewer.actor, subject)):
        await doors.quantiser.stop(quantisation_id)


def _of(action: str, viewer: Viewer, file: LocalModelFile) -> Act:
    return Act(action, viewer.actor, Subject("model", file.id))
