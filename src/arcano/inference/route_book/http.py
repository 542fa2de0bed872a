"""The doors of routes: who is signed in may read them, the owner of the workspace changes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from arcano.identity import Permission, Viewer, may
from arcano.inference.errors import RouteIsConfiguredError, RouteNotFoundError
from arcano.inference.route_book.book import KeptRoutes
from arcano.inference.route_book.edit_routes import add_route, change_route, remove_route
from arcano.inference.route_book.find_models import find_models
from arcano.inference.route_book.kept_route import KeptRoute
from arcano.inference.route_book.schemas import RouteChange, RouteDraft, RoutePage, RouteView
from arcano.inference.settings import RouteSettings
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.json_route import JsonRoute
from arcano.providers import ModelDirectory

router = APIRouter(prefix="/api/routes", tags=["routes"], route_class=JsonRoute)


@dataclass(frozen=True, slots=True)
class RouteDoors:
    """What the doors of routes work with. Put at `app.state.routes` by the wiring."""

    book: KeptRoutes
    database: Database
    clock: Clock
    models: ModelDirectory
    routes_changed: Callable[[], None]


async def _doors(request: Request) -> RouteDoors:
    return request.app.state.routes


_Doors = Annotated[RouteDoors, Depends(_doors)]


_User = Annotated[Viewer, may(Permission.MODEL_USE)]
_Manager = Annotated[Viewer, may(Permission.ROUTE_MANAGE)]


@router.get("")
async def list_routes(_viewer: _User, doors: _Doors) -> RoutePage:
    book = doors.book
    await book.look_again()
    settings = [*book.configured, *(route.settings for route in book.kept)]
    presence = await find_models(settings, doors.models)
    configured = [RouteView.configured(route, presence) for route in book.configured]
    kept = [
        RouteView.kept(route, presence, problem=book.problems.get(route.id)) for route in book.kept
    ]
    return RoutePage(items=[*configured, *kept], next_cursor=None)


@router.post("", status_code=status.HTTP_201_CREATED)
async def make_route(draft: RouteDraft, viewer: _Manager, doors: _Doors) -> RouteView:
    route = await add_route(
        RouteSettings.model_validate(draft.model_dump()),
        by=viewer.actor,
        book=doors.book,
        database=doors.database,
        at=doors.clock.now(),
    )
    doors.routes_changed()
    return await _view(route, doors)


# A path, because a name may have a slash in it, as names of models often do.
@router.get("/{name_or_id:path}")
async def show_route(name_or_id: str, _viewer: _User, doors: _Doors) -> RouteView:
    return await _view(await _existing(name_or_id, doors), doors)


@router.put("/{name_or_id:path}")
async def replace_route(
    name_or_id: str, change: RouteChange, viewer: _Manager, doors: _Doors
) -> RouteView:
    route = await _made_by_a_person(name_or_id, doors)
    changed = await change_route(
        route.id,
        change.settings,
        version=change.version,
        by=viewer.actor,
        book=doors.book,
        database=doors.database,
        at=doors.clock.now(),
    )
    doors.routes_changed()
    return await _view(changed, doors)


@router.delete("/{name_or_id:path}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_route(name_or_id: str, version: int, viewer: _Manager, doors: _Doors) -> None:
    route = await _made_by_a_person(name_or_id, doors)
    await remove_route(
        route,
        version=version,
        by=viewer.actor,
        book=doors.book,
        database=doors.database,
        at=doors.clock.now(),
    )
    doors.routes_changed()


async def _existing(name_or_id: str, doors: RouteDoors) -> RouteSettings | KeptRoute:
    """Under a name, what is asked when that name is chosen: a route of the settings comes first."""
    book = doors.book
    await book.look_again()
    for route in book.configured:
        if route.name == name_or_id:
            return route
    for kept in book.kept:
        if name_or_id in (kept.id, kept.name):
            return kept
    raise RouteNotFoundError("There is no such route.")


async def _made_by_a_person(name_or_id: str, doors: RouteDoors) -> KeptRoute:
    route = await _existing(name_or_id, doors)
    if isinstance(route, RouteSettings):
        raise RouteIsConfiguredError(
            f"The route {route.name!r} stands in arcano.toml. Change it there, under "
            "[[inference.routes]], and start the server again."
        )
    return route


async def _view(route: RouteSettings | KeptRoute, doors: RouteDoors) -> RouteView:
    if isinstance(route, RouteSettings):
        return RouteView.configured(route, await find_models([route], doors.models))
    presence = await find_models([route.settings], doors.models)
    return RouteView.kept(route, presence, problem=doors.book.problems.get(route.id))
