"""The doors of identity, and the dependency by which every other door knows who asks."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status
from starlette.requests import HTTPConnection

from arcano.identity.access import COOKIE, SignedIn, open_to_all
from arcano.identity.domain import Device, Person
from arcano.identity.errors import NotSignedInError
from arcano.identity.passwords import Passwords
from arcano.identity.repository import IdentityRepository
from arcano.identity.schemas import MeView, SetupDraft, SetupView, SignInDraft
from arcano.identity.sessions import Sessions
from arcano.identity.set_up_owner import set_up_owner
from arcano.identity.settings import IdentitySettings
from arcano.identity.sign_in import sign_in
from arcano.identity.throttle import SignInThrottle
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.json_route import JsonRoute

MAX_AGENT = 200

router = APIRouter(prefix="/api", tags=["identity"], route_class=JsonRoute)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the doors of identity work with. Put at `app.state.identity` by the wiring."""

    settings: IdentitySettings
    database: Database
    clock: Clock
    passwords: Passwords
    throttle: SignInThrottle
    sessions: Sessions


async def _identity(connection: HTTPConnection) -> Identity:
    return connection.app.state.identity


async def sessions_of(connection: HTTPConnection) -> Sessions:
    """The sessions, for what stays open only as long as its viewer's."""
    return connection.app.state.identity.sessions


_Identity = Annotated[Identity, Depends(_identity)]


@router.get("/setup", dependencies=[open_to_all])
async def ask_setup(identity: _Identity) -> SetupView:
    has_owner = await identity.database.read(lambda c: IdentityRepository(c).has_owner())
    return SetupView(needed=not has_owner)


@router.post("/setup", status_code=status.HTTP_201_CREATED, dependencies=[open_to_all])
async def do_setup(
    draft: SetupDraft, identity: _Identity, request: Request, response: Response
) -> MeView:
    person = await set_up_owner(
        email=draft.email,
        password=draft.password.get_secret_value(),
        name=draft.name,
        database=identity.database,
        passwords=identity.passwords,
        clock=identity.clock,
    )
    return await let_in(person, identity, request, response)


@router.post("/session", status_code=status.HTTP_201_CREATED, dependencies=[open_to_all])
async def open_session(
    draft: SignInDraft, identity: _Identity, request: Request, response: Response
) -> MeView:
    person = await sign_in(
        email=draft.email,
        password=draft.password.get_secret_value(),
        address=request.client.host if request.client else "",
        database=identity.database,
        passwords=identity.passwords,
        throttle=identity.throttle,
    )
    return await let_in(person, identity, request, response)


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
async def end_session(
    viewer: SignedIn, identity: _Identity, response: Response, *, everywhere: bool = False
) -> None:
    if everywhere:
        await identity.sessions.end_everywhere(viewer.user_id)
    else:
        await identity.sessions.end(viewer)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


@router.get("/me")
async def me(viewer: SignedIn, identity: _Identity) -> MeView:
    person = await identity.database.read(lambda c: IdentityRepository(c).person(viewer.user_id))
    if person is None:
        raise NotSignedInError("This account no longer exists.")
    return MeView.of(person, viewer)


async def let_in(
    person: Person, identity: Identity, request: Request, response: Response
) -> MeView:
    """Sign the person in at this browser. A new token every time, so that nobody can plant one beforehand."""
    token = await identity.sessions.open(person, device_of(request))
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(identity.settings.session_lifetime.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return MeView.of(person, await identity.sessions.viewer(token))


def device_of(request: Request) -> Device:
    """What a request says about where it comes from; cut, because anybody can say anything."""
    agent = request.headers.get("user-agent", "")
    return Device(request.client.host if request.client else "", agent[:MAX_AGENT])
