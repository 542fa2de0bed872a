"""The doors of identity, and the dependency by which every other door knows who asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response, status
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from arcano.identity.access import SignedIn, open_to_all
from arcano.identity.access_tokens import AccessTokens
from arcano.identity.callers import COOKIE, Callers
from arcano.identity.domain import Device, Person, UserId, Viewer
from arcano.identity.errors import NotSignedInError
from arcano.identity.keys.keys import Keys
from arcano.identity.mail import Post
from arcano.identity.passwords import Passwords
from arcano.identity.policies import Policies
from arcano.identity.programs import Programs
from arcano.identity.repository import IdentityRepository
from arcano.identity.schemas import MeView, SecondStepView, SetupDraft, SetupView, SignInDraft
from arcano.identity.second_factors import SecondFactors, Site
from arcano.identity.sessions import Sessions
from arcano.identity.set_up_owner import set_up_owner
from arcano.identity.settings import IdentitySettings
from arcano.identity.sign_in import sign_in
from arcano.identity.throttle import SignInThrottle
from arcano.platform.act_log import Acts
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.edge import expect_known_host, only_encrypted
from arcano.platform.json_route import JsonRoute

MAX_AGENT = 200
OR_ASKED: dict[int | str, dict[str, Any]] = {
    202: {"model": SecondStepView, "description": "A second factor is needed."}
}

router = APIRouter(prefix="/api", tags=["identity"], route_class=JsonRoute)


async def _nobody_remembers(_user_id: UserId) -> None:
    """Nothing is kept beside the database."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the doors of identity work with. Put at `app.state.identity` by the wiring."""

    settings: IdentitySettings
    database: Database
    clock: Clock
    passwords: Passwords
    throttle: SignInThrottle
    sessions: Sessions
    tokens: AccessTokens
    programs: Programs
    second: SecondFactors
    keys: Keys
    callers: Callers
    post: Post | None = None
    """Who sends mail, where the workspace has a mail server."""
    left: Callable[[UserId], Awaitable[None]] = _nobody_remembers
    """What is to be forgotten of somebody who was deleted, beside their rows."""


async def identity_of(connection: HTTPConnection) -> Identity:
    return connection.app.state.identity


async def sessions_of(connection: HTTPConnection) -> Sessions:
    """The sessions, for what stays open only as long as its viewer's."""
    return connection.app.state.identity.sessions


_Identity = Annotated[Identity, Depends(identity_of)]


@router.get("/setup", dependencies=[open_to_all])
async def ask_setup(identity: _Identity) -> SetupView:
    has_owner = await identity.database.read(lambda c: IdentityRepository(c).has_owner())
    return SetupView(needed=not has_owner)


@router.post("/setup", status_code=status.HTTP_201_CREATED, dependencies=[open_to_all])
async def do_setup(
    draft: SetupDraft, identity: _Identity, request: Request, response: Response
) -> MeView:
    # Whoever is first here owns everything, and needs nothing for it but to be asked by the browser of a person.
    expect_known_host(request.scope)
    person = await set_up_owner(
        email=draft.email,
        password=draft.password.get_secret_value(),
        name=draft.name,
        database=identity.database,
        passwords=identity.passwords,
        clock=identity.clock,
    )
    return await let_in(person, identity, request, response)


@router.post(
    "/session",
    status_code=status.HTTP_201_CREATED,
    dependencies=[open_to_all],
    responses=OR_ASKED,
)
async def open_session(
    draft: SignInDraft, identity: _Identity, request: Request, response: Response, acts: Acts
) -> MeView | SecondStepView:
    person = await sign_in(
        email=draft.email,
        password=draft.password.get_secret_value(),
        address=address_of(request),
        database=identity.database,
        passwords=identity.passwords,
        throttle=identity.throttle,
        acts=acts,
    )
    return await let_in_or_ask(person, identity, request, response)


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
async def end_session(
    viewer: SignedIn, identity: _Identity, response: Response, *, everywhere: bool = False
) -> None:
    if everywhere:
        await identity.sessions.end_everywhere(viewer.user_id, by=viewer.actor)
    else:
        await identity.sessions.end(viewer)
    forget_in_browser(response)


@router.get("/me")
async def me(viewer: SignedIn, identity: _Identity) -> MeView:
    return await view_of_me(viewer, identity)


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
        secure=only_encrypted(request.scope),
        httponly=True,
        samesite="lax",
    )
    return await view_of_me(await identity.sessions.viewer(token), identity)


def forget_in_browser(response: Response) -> None:
    """Have the browser let go of the session and of what it has kept of its person. See `docs/explanation/security.md`."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    # Not "cookies": that would be those of every other server at the same domain too.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


async def view_of_me(viewer: Viewer, identity: Identity) -> MeView:
    """Oneself, as the page wants to know it.

    Raises:
        NotSignedInError: The account was deleted just now.
    """

    def unit(connection: Connection) -> MeView:
        repository = IdentityRepository(connection)
        found = repository.person_with_hash(viewer.user_id)
        if found is None:
            raise NotSignedInError("This account no longer exists.")
        person, password_hash = found
        return MeView.of(
            person,
            viewer,
            role_name=repository.role_name(person.role),
            has_password=password_hash is not None,
            read_all_allowed=Policies.read(connection).read_all_allowed,
        )

    return await identity.database.read(unit)


def device_of(request: Request) -> Device:
    """What a request says about where it comes from; cut, because anybody can say anything."""
    agent = request.headers.get("user-agent", "")
    return Device(address_of(request), agent[:MAX_AGENT])


def address_of(request: Request) -> str:
    """The network address that asks; empty where there is none."""
    return request.client.host if request.client else ""


def site_of(request: Request) -> Site:
    """The address that the browser shows. That a foreign page cannot ask, the edge has seen to."""
    origin = request.headers.get("origin")
    return Site(origin or f"{request.url.scheme}://{request.headers.get('host', '')}")


async def let_in_or_ask(
    person: Person, identity: Identity, request: Request, response: Response
) -> MeView | SecondStepView:
    """Sign the person in, who has shown a password or could choose one; whoever has a second factor is asked for it."""
    methods = (await identity.second.of(person.id)).methods
    if not methods:
        return await let_in(person, identity, request, response)
    asked = await identity.second.ask(person.id, purpose="sign-in", site=site_of(request))
    response.status_code = status.HTTP_202_ACCEPTED
    return SecondStepView(methods=methods, token=asked.token, options=asked.options)
