"""The doors of providers: which models there are, and the connections they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from arcano.identity import OwnerOnly, SignedIn
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


async def _providers(request: Request) -> Providers:
    return request.app.state.providers


_Providers = Annotated[Providers, Depends(_providers)]


@router.get("/models")
async def list_models(
    _viewer: SignedIn, providers: _Providers, *, refresh: bool = False
) -> ModelPage:
    models, problems = await providers.models.all(refresh=refresh)
    return ModelPage.of(await providers.names.among(models), problems)


@router.get("/connection-kinds")
async def list_connection_kinds(_viewer: OwnerOnly) -> ConnectionKindPage:
    items = [ConnectionKindView.of(kind) for kind in KINDS.values()]
    return ConnectionKindPage(items=items, next_cursor=None)


@router.get("/connections")
async def list_connections(_viewer: OwnerOnly, providers: _Providers) -> ConnectionPage:
    items = [ConnectionView.of(connection) for connection in providers.models.connections()]
    return ConnectionPage(items=items, next_cursor=None)


@router.post("/connections", status_code=status.HTTP_201_CREATED)
async def add_connection(
    draft: ConnectionDraft, _viewer: OwnerOnly, providers: _Providers
) -> ConnectionView:
    key = draft.key.get_secret_value() if draft.key else None
    base_url = draft.base_url or KINDS[draft.kind].base_url
    if base_url is None:
        raise InvalidInputError("base_url: Say where the server is, like https://host/v1.")
    connection = Connection(
        id=ConnectionId(new_id()),
        kind=draft.kind,
        name=draft.name or name_of(draft.kind, base_url),
        base_url=base_url,
        source="person",
        created_at=providers.clock.now(),
        key=key or None,
        models=tuple(draft.models) if draft.models else None,
    )
    await providers.database.write(lambda c: ConnectionRepository(c, providers.box).add(connection))
    providers.models.put(connection)
    providers.models_changed()
    return ConnectionView.of(connection)


@router.patch("/connections/{connection_id}")
async def change_connection(
    connection_id: str, change: ConnectionChange, _viewer: OwnerOnly, providers: _Providers
) -> ConnectionView:
    connection = _made_by_a_person(providers, connection_id)
    changed = await providers.database.write(
        lambda c: ConnectionRepository(c, providers.box).change(connection.id, change.made_to)
    )
    providers.models.put(changed)
    providers.models_changed()
    return ConnectionView.of(changed)


@router.delete("/connections/{connection_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_connection(connection_id: str, _viewer: OwnerOnly, providers: _Providers) -> None:
    connection = _made_by_a_person(providers, connection_id)
    await providers.database.write(
        lambda c: ConnectionRepository(c, providers.box).remove(connection.id)
    )
    providers.models.drop(connection.id)
    providers.models_changed()


@router.post("/connections/{connection_id}/test")
async def test_connection(
    connection_id: str, _viewer: OwnerOnly, providers: _Providers
) -> ConnectionTestView:
    connection = _existing(providers, connection_id)
    result = await providers.models.test(connection.id)
    providers.models_changed()
    return ConnectionTestView.of(connection, result)


def _made_by_a_person(providers: Providers, connection_id: str) -> Connection:
    connection = _existing(providers, connection_id)
    if connection.source != "person":
        raise ConnectionIsConfiguredError(
            f"{connection.name} comes from the settings of the server. Change it there."
        )
    return connection


def _existing(providers: Providers, connection_id: str) -> Connection:
    connection = providers.models.connection(ConnectionId(connection_id))
    if connection is None:
        raise ConnectionNotFoundError("There is no such connection.")
    return connection
