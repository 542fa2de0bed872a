"""What each door asks of whoever comes, said where the door is declared.

    async def list_models(viewer: Annotated[Viewer, may(Permission.MODEL_USE)]) -> ModelPage: ...
    async def rename(conversation_id: str, viewer: Annotated[Viewer, may(Permission.X, at_least="editor")]) ...
    @router.get("/setup", dependencies=[open_to_all])

A server with a door that says nothing does not start (`expect_declared`), and the test of the authorization matrix
asks at every door as everybody, with what is declared here as the expected outcome.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from arcano.identity.domain import Viewer
from arcano.identity.errors import NotAllowedError
from arcano.identity.keys.scope import KeyDoor
from arcano.identity.permissions import FOR_KEYS, Level, Permission


async def signed_in(connection: HTTPConnection) -> Viewer:
    """Who asks at a door of Arcano's own: by the cookie, an access token, or a key that opens the door `api`.

    Raises:
        NotSignedInError: Nobody we know.
        NotAllowedError: A key for other doors.
    """
    return await connection.app.state.identity.callers.resolve(connection, "api")


_SignedIn = Annotated[Viewer, Depends(signed_in)]


@dataclass(frozen=True, slots=True)
class Access:
    """What a door asks for.

    `any_of`: one of these permissions is enough; none means that it is enough to be signed in. `at_least`: how much of
    the thing that the ids in the request name one must have; whoever has nothing of it is told that it is not there.
    None: the door opens on nothing that is anybody's own.
    """

    any_of: tuple[Permission, ...] = ()
    at_least: Level | None = None
    proof: bool = False
    """Dangerous: it must not be long since the person showed who they are."""
    opens_to_keys: bool | None = None
    """None: only where something is asked for that can be done with keys at all (`FOR_KEYS`). What is about oneself,
    dangerous or administrative is for people who have signed in."""
    door: KeyDoor = "api"
    """All but `api` are for programs, which bring a key or an access token: a browser's cookie opens none of them."""

    async def __call__(self, viewer: _SignedIn, connection: HTTPConnection) -> Viewer:
        """The viewer, let in as far as this door can tell; the thing itself is asked for where it is read.

        Raises:
            NotAllowedError: The permission is missing.
            ProofNeededError: See `proof`.
        """
        self.check(viewer)
        if self.proof:
            await connection.app.state.identity.sessions.expect_proof(viewer)
        return viewer

    async def before_body(self, connection: HTTPConnection) -> None:
        """The same, without the proof, before anything is read that they sent. See `AsksFirst`.

        Raises:
            NotSignedInError: Nobody we know.
            NotAllowedError: The permission is missing.
        """
        self.check(await signed_in(connection))

    def check(self, viewer: Viewer) -> None:
        """Go on only with one of the permissions.

        Raises:
            NotAllowedError: All of them are missing, or the door is not for keys.
        """
        if viewer.key is not None and not self._is_for_keys():
            raise NotAllowedError("A key does not open this door. It is for people who sign in.")
        if self.any_of and viewer.permissions.isdisjoint(self.any_of):
            viewer.expect(self.any_of[0])

    def _is_for_keys(self) -> bool:
        if self.opens_to_keys is not None:
            return self.opens_to_keys
        return not self.proof and not FOR_KEYS.isdisjoint(self.any_of)


def may(*any_of: Permission, at_least: Level | None = None, proof: bool = False) -> Any:  # noqa: ANN401 - as FastAPI types it
    """The dependency of a door that asks for a permission. See `Access`."""
    return Depends(Access(any_of, at_least, proof))


@dataclass(frozen=True, slots=True)
class ProgramAccess:
    """What a door asks for that speaks as some vendor's API does."""

    access: Access
    unless: tuple[tuple[str, KeyDoor], ...] = ()
    """Headers that tell that it is asked as another vendor's door, and as which."""

    async def __call__(self, connection: HTTPConnection) -> Viewer:
        """Whoever asks there, if they may use models at all. Which one, the door asks once it has read the name.

        Raises:
            NotSignedInError: Nobody we know, or they brought nothing but a cookie.
            KeyScopeError: The key was not made for this door.
            NotAllowedError: The permission is missing.
        """
        others = (door for header, door in self.unless if header in connection.headers)
        door = next(others, self.access.door)
        callers = connection.app.state.identity.callers
        viewer: Viewer = await callers.resolve(connection, door)
        self.access.check(viewer)
        return viewer


def asks_models(
    door: KeyDoor,
    *,
    at_least: Level | None = None,
    unless: Mapping[str, KeyDoor] | None = None,
) -> Any:  # noqa: ANN401 - as FastAPI types it
    """The dependency of a door for programs. See `ProgramAccess`."""
    access = Access((Permission.MODEL_USE,), at_least, opens_to_keys=True, door=door)
    return Depends(ProgramAccess(access, tuple((unless or {}).items())))


async def _let_everybody_in() -> None:
    """Nobody is asked for anything."""


SignedIn = Annotated[Viewer, Depends(Access())]
"""For doors that are about oneself alone: whoever is signed in may pass."""

Proved = Annotated[Viewer, Depends(Access(proof=True))]
"""For what is dangerous and about oneself alone."""

open_to_all = Depends(_let_everybody_in)
"""For doors before the sign-in: `dependencies=[open_to_all]`."""


class UndeclaredDoorError(Exception):
    """A door that does not say whom it lets in. It is a mistake in the code: declare it with `may`."""


def declared(route: BaseRoute) -> Access | None:
    """What a route asks for; None if it is open to all.

    Raises:
        UndeclaredDoorError: It says neither, or more than one thing.
    """
    calls = [one.call for one in _dependencies(route)]
    said = {call for call in calls if isinstance(call, Access)}
    said |= {call.access for call in calls if isinstance(call, ProgramAccess)}
    if _let_everybody_in in calls and not said:
        return None
    if len(said) != 1:
        raise UndeclaredDoorError(
            f"{getattr(route, 'methods', '')} {getattr(route, 'path', route)} says "
            f"{'nothing' if not said else 'several things'} about who may pass. Declare it with `may(...)`."
        )
    return next(iter(said))


def expect_declared(routers: Iterable[APIRouter]) -> None:
    """See to it that every door of these says whom it lets in.

    Raises:
        UndeclaredDoorError: One does not, or is none of a kind that could.
    """
    for router in routers:
        for route in router.routes:
            declared(route)


def _dependencies(route: BaseRoute) -> Iterator[Dependant]:
    waiting: list[Dependant] = (
        list(route.dependant.dependencies)
        if isinstance(route, APIRoute | APIWebSocketRoute)
        else []
    )
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(one.dependencies)
