"""The doors of providers: which models there are, and the connections they come from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, status
from sqlalchemy import Connection as DatabaseConnection

from arcano.identity import Permission, UserId, Viewer, may
from arcano.platform.act_log import Acts
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import InvalidInputError
from arcano.platform.ids import new_id
from arcano.platform.json_route import JsonRoute
from arcano.platform.secrets.box import SecretBox
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
_CONNECTS = (Permission.CONNECTION_OWN, Permission.CONNECTION_MANAGE)
_Connector = Annotated[Viewer, may(*_CONNECTS)]
_Owner = Annotated[Viewer, may(*_CONNECTS, at_least="owner")]


@router.get("/models")
async def list_models(
    viewer: Annotated[Viewer, may(Permission.MODEL_USE)],
    providers: _Providers,
    *,
    refresh: bool = False,
) -> ModelPage:
    models, problems = await providers.models.all(viewer.user_id, refresh=refresh)
    offered = await providers.names.among(models)
    return ModelPage.of([model for model in offered if viewer.allows_model(model.id)], problems)


@router.get("/connection-kinds")
async def list_connection_kinds(_viewer: _Connector) -> ConnectionKindPage:
    items = [ConnectionKindView.of(kind) for kind in KINDS.values() if kind.installed]
    return ConnectionKindPage(items=items, next_cursor=None)


@router.get("/connections")
async def list_connections(viewer: _Connector, providers: _Providers) -> ConnectionPage:
    there = providers.models.connections()
    manages = viewer.may(Permission.CONNECTION_MANAGE)
    if not providers.own_keys.allowed:
        viewer.expect(Permission.CONNECTION_MANAGE)
    of_others = sum(not connection.is_for(viewer.user_id) for connection in there)
    return ConnectionPage(
        items=[ConnectionView.of(one) for one in there if _may_change(viewer, one)],
        next_cursor=None,
        own_allowed=providers.own_keys.allowed,
        own_of_others=of_others if manages else None,
    )


@router.post("/connections", status_code=status.HTTP_201_CREATED)
async def add_connection(
    draft: ConnectionDraft, viewer: _Connector, providers: _Providers
) -> ConnectionView:
    key = draft.key.get_secret_value() if draft.key else None
    base_url = draft.base_url or KINDS[draft.kind].base_url
    if not KINDS[draft.kind].installed:
        raise InvalidInputError(f"kind: {KINDS[draft.kind].label} is not installed on this server.")
    if base_url is None:
        raise InvalidInputError("base_url: Say where the server is, like https://host/v1.")
    if draft.own:
        providers.own_keys.check(viewer, base_url)
    else:
        viewer.expect(Permission.CONNECTION_MANAGE)
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
        unmarked_end=draft.unmarked_end,
    )
    _expect_sensible_end(connection)
    expect_guarded(connection)
    act = _act("connection.added", viewer, connection).noting(key=connection.key is not None)

    def unit(database: DatabaseConnection) -> None:
        ConnectionRepository(database, providers.box).add(connection)
        record(database, act, now=connection.created_at)

    await providers.database.write(unit)
    providers.models.put(connection)
    _tell(providers, connection)
    return ConnectionView.of(connection)


@router.patch("/connections/{connection_id}")
async def change_connection(
    connection_id: str, change: ConnectionChange, viewer: _Owner, providers: _Providers
) -> ConnectionView:
    connection = _made_by_a_person(providers, viewer, connection_id)

    def changed_by_viewer(stored: Connection) -> Connection:
        changed = change.made_to(stored)
        if changed.owner_id is not None:
            providers.own_keys.check(viewer, changed.base_url)
        if "private_addresses" in change.model_fields_set:
            allowed = may_reach_private(viewer, wanted=change.private_addresses)
            changed = replace(changed, private_addresses=allowed)
        _expect_sensible_end(changed)
        expect_guarded(changed)
        return changed

    act = _act("connection.changed", viewer, connection)
    act = act.noting(changed=", ".join(sorted(change.model_fields_set)))
    now = providers.clock.now()

    def unit(database: DatabaseConnection) -> Connection:
        changed = ConnectionRepository(database, providers.box).change(
            connection.id, changed_by_viewer
        )
        record(database, act.noting(host=_host(changed)), now=now)
        return changed

    changed = await providers.database.write(unit)
    providers.models.put(changed)
    _tell(providers, changed)
    return ConnectionView.of(changed)


@router.delete("/connections/{connection_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_connection(connection_id: str, viewer: _Owner, providers: _Providers) -> None:
    connection = _made_by_a_person(providers, viewer, connection_id)
    act, now = _act("connection.removed", viewer, connection), providers.clock.now()

    def unit(database: DatabaseConnection) -> None:
        ConnectionRepository(database, providers.box).remove(connection.id)
        record(database, act, now=now)

    await providers.database.write(unit)
    providers.models.drop(connection.id)
    _tell(providers, connection)


@router.post("/connections/{connection_id}/test")
async def test_connection(
    connection_id: str, viewer: _Owner, providers: _Providers, acts: Acts
) -> ConnectionTestView:
    connection = _existing(providers, viewer, connection_id)
    async with acts.around(_act("connection.tested", viewer, connection)):
        result = await providers.models.test(connection.id)
    _tell(providers, connection)
    return ConnectionTestView.of(connection, result)


def _may_change(viewer: Viewer, connection: Connection) -> bool:
    """Everybody's connections are for whoever manages them, a person's own are theirs alone."""
    if connection.owner_id is None:
        return viewer.may(Permission.CONNECTION_MANAGE)
    return connection.owner_id == viewer.user_id


def _expect_sensible_end(connection: Connection) -> None:
    kind = KINDS[connection.kind]
    if connection.unmarked_end and kind.make_unmarked is None:
        raise InvalidInputError(f"unmarked_end: Every answer of {kind.label} has a marked end.")


def _act(action: str, viewer: Viewer, connection: Connection) -> Act:
    """Never its key, and of its address the host: that is where a key goes."""
    return Act(
        action,
        viewer.actor,
        Subject("connection", connection.id),
        details={
            "name": connection.name,
            "kind": connection.kind,
            "host": _host(connection),
            "own": connection.owner_id is not None,
        },
    )


def _host(connection: Connection) -> str:
    return urlsplit(connection.base_url).hostname or ""


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
    if connection is not None and connection.owner_id is None:
        viewer.expect(Permission.CONNECTION_MANAGE)
    if connection is None or not _may_change(viewer, connection):
        raise ConnectionNotFoundError("There is no such connection.")
    return connection
