"""The doors of oneself: name, password, devices, the end of one's account, and handing the workspace over."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status
from sqlalchemy import Connection

from arcano.identity.access import SignedIn
from arcano.identity.devices.repository import DeviceRepository
from arcano.identity.domain import SessionId, UserId, Viewer
from arcano.identity.errors import SessionNotFoundError
from arcano.identity.http import Identity, address_of, forget_in_browser, identity_of, view_of_me
from arcano.identity.people.change_password import change_password
from arcano.identity.people.confirm_password import confirm_password
from arcano.identity.people.delete_person import delete_person, see_what_is_lost
from arcano.identity.people.hand_over import hand_over
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.people.schemas import (
    BelongingsView,
    ConfirmDraft,
    HandOverDraft,
    KnownDevicePage,
    KnownDeviceView,
    MeChangeDraft,
    PasswordChangeDraft,
)
from arcano.identity.repository import IdentityRepository
from arcano.identity.schemas import MeView
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/me", tags=["identity"], route_class=JsonRoute)

_Identity = Annotated[Identity, Depends(identity_of)]


@router.patch("")
async def change_me(draft: MeChangeDraft, viewer: SignedIn, identity: _Identity) -> MeView:
    def unit(connection: Connection) -> None:
        PeopleRepository(connection, viewer).set(viewer.user_id, name=draft.name)

    await identity.database.write(unit)
    return await view_of_me(viewer, identity)


@router.put("/password", status_code=status.HTTP_204_NO_CONTENT)
async def change_my_password(
    draft: PasswordChangeDraft, viewer: SignedIn, identity: _Identity, request: Request
) -> None:
    """Every other device is signed out."""
    await change_password(
        old=draft.old.get_secret_value(),
        new=draft.new.get_secret_value(),
        viewer=viewer,
        address=address_of(request),
        database=identity.database,
        passwords=identity.passwords,
        throttle=identity.throttle,
        clock=identity.clock,
    )
    await identity.sessions.hear()


@router.get("/sessions")
async def list_my_devices(viewer: SignedIn, identity: _Identity) -> KnownDevicePage:
    now = identity.clock.now()
    since = now - identity.settings.session_idle
    known = await identity.database.read(
        lambda c: DeviceRepository(c, viewer).all(unused_since=since, now=now)
    )
    return KnownDevicePage(items=[KnownDeviceView.of(one) for one in known], next_cursor=None)


@router.delete("/sessions", status_code=status.HTTP_204_NO_CONTENT)
async def sign_others_out(viewer: SignedIn, identity: _Identity) -> None:
    """Every device but this one."""
    now = identity.clock.now()
    await identity.database.write(lambda c: DeviceRepository(c, viewer).end_others(now=now))
    await identity.sessions.hear()


@router.delete("/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT)
async def sign_device_out(session_id: str, viewer: SignedIn, identity: _Identity) -> None:
    if not await identity.sessions.end_one(viewer.user_id, SessionId(session_id)):
        raise SessionNotFoundError("This device is signed out already.")


@router.get("/belongings")
async def get_my_belongings(viewer: SignedIn, identity: _Identity) -> BelongingsView:
    counted = await see_what_is_lost(viewer.user_id, viewer=viewer, database=identity.database)
    return BelongingsView.of(counted)


@router.post("/delete", status_code=status.HTTP_204_NO_CONTENT)
async def delete_me(
    draft: ConfirmDraft,
    viewer: SignedIn,
    identity: _Identity,
    request: Request,
    response: Response,
) -> None:
    """A deed with a body, because the password goes with it."""
    await _confirm(draft.password.get_secret_value(), viewer, identity, request)
    await delete_person(
        viewer.user_id,
        viewer=viewer,
        sessions=identity.sessions,
        forget=identity.left,
        database=identity.database,
        clock=identity.clock,
    )
    forget_in_browser(response)


@router.post("/hand-over")
async def hand_workspace_over(
    draft: HandOverDraft, viewer: SignedIn, identity: _Identity, request: Request
) -> MeView:
    """The owner names another person, and stays as an administrator."""
    await _confirm(draft.password.get_secret_value(), viewer, identity, request)
    await hand_over(
        UserId(draft.to), viewer=viewer, database=identity.database, clock=identity.clock
    )
    await identity.sessions.hear()
    known = await identity.database.read(lambda c: IdentityRepository(c).as_of_now(viewer))
    return await view_of_me(known, identity)


async def _confirm(password: str, viewer: Viewer, identity: Identity, request: Request) -> None:
    """Go on only if it is really them, before what cannot be taken back.

    Raises:
        WrongCredentialsError: It is not their password.
        TooManyAttemptsError: Wait for `retry_after`.
        ProofNeededError: They have no password, or a second factor besides, and showed it too long ago.
    """
    found = await identity.database.read(
        lambda c: IdentityRepository(c).person_with_hash(viewer.user_id)
    )
    has_password = found is not None and found[1] is not None
    if has_password:
        await confirm_password(
            password,
            viewer=viewer,
            address=address_of(request),
            database=identity.database,
            passwords=identity.passwords,
            throttle=identity.throttle,
        )
    if not has_password or (await identity.second.of(viewer.user_id)).methods:
        await identity.sessions.expect_proof(viewer)
