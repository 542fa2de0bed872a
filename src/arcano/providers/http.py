"""The doors of providers: which models there are, and the connections they come from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from arcano.identity import OwnerOnlyError, SignedIn, UserId, Viewer
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import InvalidInputError
from arcano.platform.ids import new_id
from arcano.platform.json_route import JsonRoute
from arcano.platform.secrets import SecretBox
from arcano.providers.connections import Connection, ConnectionId
from arcano.providers.errors import ConnectionIsConfiguredError, ConnectionNotFoundError
from arcano.providers.kinds import KINDS
from arcano.providers.model_list import ModelList, OfferedNames
from arcano.providers.own_keys import OwnKeyRules
from arcano.providers.private_addresses import expect_guarded, may_reach_private
from arcano.providers.repository import ConnectionRepository
from arcano.providers.schemas import (
    ConnectionChange,
    ConnectionDraft,
    ConnectionKindPage,
    ConnectionKindView,
    ConnectionPage,
    ConnectionTestView,
    ConnectionView,
    ModelPage,
    name_of,
)

router = APIRouter(prefix="/api", tags=["models"], route_class=JsonRoute)


@dataclass(frozen=True, slots=True)
class Providers:
    """What the doors of providers work with. Put at `app.state.providers` by the wiring."""

    database: Database
    clock: Clock
    box: SecretBox
    models: ModelList
    models_changed: Callable[[], None]
    names: OfferedNames
    own_keys: OwnKeyRules
    own_models_changed: Callable[[UserId], None]


async def _providers(request: Request) -> Providers:
    return request.app.state.providers


_Providers = Annotated[Providers, Depends(_providers)]


@router.get("/models")
async def list_models(
    viewer: SignedIn, providers: _Providers, *, refresh: bool = False
) -> ModelPage:
    models, problems = await providers.models.all(viewer.user_id, refresh=refresh)
    return ModelPage.of(await providers.names.among(models), problems)


@router.get("/connection-kinds")
async def list_connection_kinds(_viewer: SignedIn) -> ConnectionKindPage:
    items = [ConnectionKindView.of(kind) for kind in KINDS.values() if kind.installed]
    return ConnectionKindPage(items=items, next_cursor=None)


@router.get("/connections")
async def list_connections(viewer: SignedIn, providers: _Providers) -> ConnectionPage:
    there = providers.models.connections()
    is_owner = viewer.role == "owner"
    if not is_owner and not providers.own_keys.allowed:
        raise OwnerOnlyError("Only the owner of the workspace may do this.")
    of_others = sum(not connection.is_for(viewer.user_id) for connection in there)
    return ConnectionPage(
        items=[ConnectionView.of(one) for one in there if _may_change(viewer, one)],
        next_cursor=None,
        own_allowed=providers.own_keys.allowed,
        own_of_others=of_others if is_owner else None,
    )


@router.post("/connections", status_code=status.HTTP_201_CREATED)
async def add_connection(
    draft: ConnectionDraft, viewer: SignedIn, providers: _Providers
) -> ConnectionView:
    key = draft.key.get_secret_value() if draft.key else None
    base_url = draft.base_url or KINDS[draft.kind].base_url
    if not KINDS[draft.kind].installed:
        raise InvalidInputError(f"kind: {KINDS[draft.kind].label} is not installed on this server.")
    if base_url is None:
        raise InvalidInputError("base_url: Say where the server is, like https://host/v1.")
    if draft.own:
        providers.own_keys.check(viewer, base_url)
    elif viewer.role != "owner":
        raise OwnerOnlyError("Only the owner of the workspace connects a provider for everybody.")
    connection = Connection(
        id=ConnectionId(new_id()),
        kind=draft.kind,
        name=draft.name or name_of(draft.kind, base_url),
        base_url=base_url,
        source="person",
        created_at=providers.clock.now(),
        key=key or None,
        models=tuple(draft.models) if draft.models else None,
        owner_id=viewer.user_id if draft.own else None,
        private_addresses=may_reach_private(viewer, wanted=draft.private_addresses),
    )
    expect_guarded(connection)
    await providers.database.write(lambda c: ConnectionRepository(c, providers.box).add(connection))
    providers.models.put(connection)
    _tell(providers, connection)
    return ConnectionView.of(connection)


@router.patch("/connections/{connection_id}")
async def change_connection(
    connection_id: str, change: ConnectionChange, viewer: SignedIn, providers: _Providers
) -> ConnectionView:
    connection = _made_by_a_person(providers, viewer, connection_id)

    def changed_by_viewer(stored: Connection) -> Connection:
        changed = change.made_to(stored)
        if changed.owner_id is not None:
            providers.own_keys.check(viewer, changed.base_url)
        if "private_addresses" in change.model_fields_set:
            allowed = may_reach_private(viewer, wanted=change.private_addresses)
            changed = replace(changed, private_addresses=allowed)
        expect_guarded(changed)
        return changed

    changed = await providers.database.write(
        lambda c: ConnectionRepository(c, providers.box).change(connection.id, changed_by_viewer)
    )
    providers.models.put(changed)
    _tell(providers, changed)
    return ConnectionView.of(changed)


@router.delete("/connections/{connection_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_connection(connection_id: str, viewer: SignedIn, providers: _Providers) -> None:
    connection = _made_by_a_person(providers, viewer, connection_id)
    await providers.database.write(
        lambda c: ConnectionRepository(c, providers.box).remove(connection.id)
    )
    providers.models.drop(connection.id)
    _tell(providers, connection)


@router.post("/connections/{connection_id}/test")
async def test_connection(
    connection_id: str, viewer: SignedIn, providers: _Providers
) -> ConnectionTestView:
    connection = _existing(providers, viewer, connection_id)
    result = await providers.models.test(connection.id)
    _tell(providers, connection)
    return ConnectionTestView.of(connection, result)


def _may_change(viewer: Viewer, connection: Connection) -> bool:
    """The organisation's connections are its owner's to see and change, a person's own are theirs alone."""
    if connection.owner_id is None:
        return viewer.role == "owner"
    return connection.owner_id == viewer.user_id


def _tell(providers: Providers, connection: Connection) -> None:
    """Whoever may see the connection looks again."""
    if connection.owner_id is None:
        providers.models_changed()
    else:
        providers.own_models_changed(connection.owner_id)


def _made_by_a_person(providers: Providers, viewer: Viewer, connection_id: str) -> Connection:
    connection = _existing(providers, viewer, connection_id)
    if connection.source != "person":
        raise ConnectionIsConfiguredError(
            f"{connection.name} comes from the settings of the server. Change it there."
        )
    return connection


def _existing(providers: Providers, viewer: Viewer, connection_id: str) -> Connection:
    connection = providers.models.connection(ConnectionId(connection_id))
    if connection is not None and connection.owner_id is None and viewer.role != "owner":
        raise OwnerOnlyError("Only the owner of the workspace may do this.")
    if connection is None or not _may_change(viewer, connection):
        raise ConnectionNotFoundError("There is no such connection.")
    return connection
