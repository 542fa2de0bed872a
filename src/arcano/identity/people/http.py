"""The doors of people, service accounts and invitations: for those who look after the workspace."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from sqlalchemy import Connection

from arcano.identity.access import may
from arcano.identity.domain import GroupId, InvitationId, UserId, Viewer
from arcano.identity.errors import MailNotSentError
from arcano.identity.http import Identity, identity_of
from arcano.identity.mail import Letter
from arcano.identity.people.add_service_account import add_service_account
from arcano.identity.people.change_person import change_person
from arcano.identity.people.delete_person import delete_person, see_what_is_lost
from arcano.identity.people.domain import MemberFilter
from arcano.identity.people.invite import invite
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.people.reset_password import make_reset
from arcano.identity.people.schemas import (
    BelongingsView,
    InvitationDraft,
    InvitationPage,
    InvitationView,
    MadeInvitationView,
    PersonChangeDraft,
    PersonPage,
    PersonView,
    ResetView,
    ServiceAccountDraft,
)
from arcano.identity.permissions import Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_decide
from arcano.platform.acts import Act, Subject, record
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["people"], route_class=JsonRoute)

_Identity = Annotated[Identity, Depends(identity_of)]
_Reader = Annotated[Viewer, may(Permission.PERSON_READ)]
_Manager = Annotated[Viewer, may(Permission.PERSON_MANAGE)]
_Keeper = Annotated[Viewer, may(Permission.PERSON_MANAGE, Permission.SERVICE_MANAGE)]
_ServiceManager = Annotated[Viewer, may(Permission.SERVICE_MANAGE)]
_Limit = Annotated[int, Query(ge=1, le=200)]
_Text = Annotated[str | None, Query(max_length=200)]


@router.get("/people")
async def list_people(
    viewer: _Reader,
    identity: _Identity,
    *,
    query: _Text = None,
    state: _Text = None,
    role: _Text = None,
    group: _Text = None,
    kind: _Text = None,
    cursor: _Text = None,
    limit: _Limit = 50,
) -> PersonPage:
    wanted = MemberFilter(
        (query or "").strip(), state, role, None if group is None else GroupId(group), kind
    )
    after = None if cursor is None else UserId(cursor)

    def unit(connection: Connection) -> PersonPage:
        people = PeopleRepository(connection, viewer)
        found = people.some(wanted, after=after, limit=limit + 1)
        shown = found[:limit]
        return PersonPage(
            items=[PersonView.of(member) for member in shown],
            next_cursor=shown[-1].person.id if len(found) > limit else None,
            waiting=people.count("waiting") if viewer.may(Permission.PERSON_MANAGE) else 0,
        )

    return await identity.database.read(unit)


@router.get("/people/{user_id}")
async def get_person(user_id: str, viewer: _Reader, identity: _Identity) -> PersonView:
    member = await identity.database.read(
        lambda c: PeopleRepository(c, viewer).one(UserId(user_id))
    )
    return PersonView.of(member)


@router.patch("/people/{user_id}")
async def change_one_person(
    user_id: str, draft: PersonChangeDraft, viewer: _Keeper, identity: _Identity
) -> PersonView:
    member = await change_person(
        UserId(user_id),
        draft.value(),
        viewer=viewer,
        confirmed=draft.confirm,
        database=identity.database,
        clock=identity.clock,
    )
    await identity.sessions.hear()
    return PersonView.of(member)


@router.get("/people/{user_id}/belongings")
async def get_belongings(user_id: str, viewer: _Keeper, identity: _Identity) -> BelongingsView:
    counted = await see_what_is_lost(UserId(user_id), viewer=viewer, database=identity.database)
    return BelongingsView.of(counted)


@router.delete("/people/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_one_person(user_id: str, viewer: _Keeper, identity: _Identity) -> None:
    await delete_person(
        UserId(user_id),
        viewer=viewer,
        sessions=identity.sessions,
        forget=identity.left,
        database=identity.database,
        clock=identity.clock,
    )


@router.delete("/people/{user_id}/sessions", status_code=status.HTTP_204_NO_CONTENT)
async def sign_person_out(user_id: str, viewer: _Manager, identity: _Identity) -> None:
    act = Act("sessions.closed", viewer.actor, Subject("person", user_id))

    def unit(connection: Connection) -> None:
        repository = IdentityRepository(connection)
        known = repository.as_of_now(viewer)
        people = PeopleRepository(connection, known)
        person = people.one(UserId(user_id)).person
        if person.id != viewer.user_id:
            expect_may_decide(known, person, people.permissions_of(person))
        now = identity.clock.now()
        record(
            connection, act.noting(number=repository.end_sessions_of(person.id, now=now)), now=now
        )

    await identity.database.write(unit)
    await identity.sessions.hear()


@router.post("/people/{user_id}/password-reset", status_code=status.HTTP_201_CREATED)
async def make_password_reset(user_id: str, viewer: _Manager, identity: _Identity) -> ResetView:
    """A link by which they choose a new password, to be passed on by hand; mailed where there is a mail server."""
    person, token = await make_reset(
        UserId(user_id),
        viewer=viewer,
        lifetime=identity.settings.reset_lifetime,
        database=identity.database,
        clock=identity.clock,
    )
    text = "Whoever administers the workspace sends you this link, to choose a new password:"
    mailed = await _mailed(
        identity, person.email, "Choose a new password", text, page="reset", token=token
    )
    return ResetView(token=token, mailed=mailed)


@router.post("/service-accounts", status_code=status.HTTP_201_CREATED)
async def make_service_account(
    draft: ServiceAccountDraft, viewer: _ServiceManager, identity: _Identity
) -> PersonView:
    member = await add_service_account(
        name=draft.name,
        role=draft.role,
        viewer=viewer,
        database=identity.database,
        clock=identity.clock,
    )
    return PersonView.of(member)


@router.get("/invitations")
async def list_invitations(_viewer: _Manager, identity: _Identity) -> InvitationPage:
    now = identity.clock.now()
    found = await identity.database.read(lambda c: LinkRepository(c).open_invitations(now=now))
    return InvitationPage(items=[InvitationView.of(one) for one in found], next_cursor=None)


@router.post("/invitations", status_code=status.HTTP_201_CREATED)
async def make_invitation(
    draft: InvitationDraft, viewer: _Manager, identity: _Identity
) -> MadeInvitationView:
    invitation, token = await invite(
        viewer=viewer,
        role=draft.role,
        groups={GroupId(group) for group in draft.groups},
        email=draft.email,
        lifetime=identity.settings.invitation_lifetime,
        database=identity.database,
        clock=identity.clock,
    )
    text = "You are invited to join the workspace. To go on, open this link:"
    mailed = draft.email is not None and await _mailed(
        identity, draft.email, "Join the workspace", text, page="join", token=token
    )
    return MadeInvitationView(invitation=InvitationView.of(invitation), token=token, mailed=mailed)


@router.delete("/invitations/{invitation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_invitation(invitation_id: str, viewer: _Manager, identity: _Identity) -> None:
    def unit(connection: Connection) -> None:
        IdentityRepository(connection).as_of_now(viewer).expect(Permission.PERSON_MANAGE)
        LinkRepository(connection).revoke(InvitationId(invitation_id))

    await identity.database.write(unit)


async def _mailed(
    identity: Identity, to: str, subject: str, text: str, *, page: str, token: str
) -> bool:
    """Whether a mail with the link is on its way. The link can be passed on by hand in any case."""
    if identity.post is None:
        return False
    link = identity.post.link(page, token)
    try:
        await identity.post.send(Letter(to, subject, f"{text}\n\n{link}\n"))
    except MailNotSentError:
        return False
    return True
