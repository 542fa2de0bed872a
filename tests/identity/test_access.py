"""Doors say whom they let in; one that says nothing keeps the server from starting."""

from typing import Annotated, get_type_hints

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.routing import APIRoute
from tests.support.ask_app import ask_app
from tests.support.people import a_viewer

from arcano.entrypoints.web import ROUTERS
from arcano.identity import (
    Access,
    Permission,
    SignedIn,
    StayingResponse,
    UndeclaredDoorError,
    Viewer,
    declared,
    expect_declared,
    may,
    open_to_all,
    signed_in,
)
from arcano.platform.problems import answer_with_problems

router = APIRouter()


@router.get("/said")
async def said(_viewer: Annotated[Viewer, may(Permission.BATCH_RUN, at_least="owner")]) -> None:
    """A door for those with a permission."""


@router.get("/either")
async def either(
    _viewer: Annotated[Viewer, may(Permission.ROUTE_MANAGE, Permission.MODEL_USE)],
) -> None:
    """A door for those with one of two."""


@router.get("/mine")
async def mine(_viewer: SignedIn) -> None:
    """A door for whoever is signed in."""


@router.get("/open", dependencies=[open_to_all])
async def open_door() -> None:
    """A door for everybody."""


async def silent() -> None:
    """Says nothing."""


async def silent_socket(websocket: WebSocket) -> None:
    """Says nothing either."""


async def both(_one: SignedIn, _other: Annotated[Viewer, may(Permission.MODEL_USE)]) -> None:
    """Says two things."""


def test_what_a_door_asks_for_can_be_read_off_it() -> None:
    assert [declared(route) for route in router.routes] == [
        Access((Permission.BATCH_RUN,), "owner"),
        Access((Permission.ROUTE_MANAGE, Permission.MODEL_USE)),
        Access(),
        None,
    ]
    expect_declared([router])


def test_a_door_that_says_nothing_or_two_things_is_refused() -> None:
    quiet, loud, socket = APIRouter(), APIRouter(), APIRouter()
    quiet.add_api_route("/silent", silent)
    loud.add_api_route("/both", both)
    socket.add_api_websocket_route("/socket", silent_socket)

    for silence in (quiet, socket):
        with pytest.raises(UndeclaredDoorError, match="says nothing about who may pass"):
            expect_declared([silence])
    with pytest.raises(UndeclaredDoorError, match="several things"):
        expect_declared([loud])


@pytest.mark.parametrize(
    ("lacking", "path", "status"),
    [
        (Permission.BATCH_RUN, "/said", 403),
        (Permission.MODEL_USE, "/said", 200),
        (Permission.MODEL_USE, "/either", 200),
        (Permission.BATCH_RUN, "/mine", 200),
    ],
)
async def test_only_those_with_the_permission_pass(
    lacking: Permission, path: str, status: int
) -> None:
    app = FastAPI()
    app.include_router(router)
    answer_with_problems(app)
    owner = a_viewer()
    viewer = Viewer(owner.user_id, owner.session_id, "custom", owner.permissions - {lacking})

    async def asking() -> Viewer:
        return viewer

    app.dependency_overrides[signed_in] = asking

    answer = await ask_app(app, "GET", path)

    assert answer.status == status
    if status == 403:
        assert answer.json["code"] == "not-allowed"
        assert lacking in answer.json["detail"]


def test_every_door_that_takes_out_what_is_kept_ends_with_the_session() -> None:
    doors = [
        route
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path.endswith("/export")
    ]

    assert len(doors) == 3
    for door in doors:
        assert get_type_hints(door.endpoint)["return"] is StayingResponse, door.path
