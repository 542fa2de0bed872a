"""Inviting somebody by a link. It works once; who has it may join, so it is told to nobody but whoever made it."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection

from arcano.identity.domain import GroupId, InvitationId, Viewer
from arcano.identity.errors import EmailTakenError
from arcano.identity.people.domain import Invitation
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.people.link_token import digest_of, new_token
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.permissions import Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_give
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.ids import new_id


async def invite(
    *,
    viewer: Viewer,
    role: str,
    groups: Collection[GroupId],
    email: str | None,
    lifetime: timedelta,
    database: Database,
    clock: Clock,
) -> tuple[Invitation, str]:
    """The invitation and what stands in its link.

    Raises:
        NotAllowedError: The viewer would give what they do not have.
        RoleNotFoundError: No such role.
        GroupNotFoundError: No such group.
        EmailTakenError: The one who is invited is here already.
    """
    token, now = new_token(), clock.now()
    invitation = Invitation(
        InvitationId(new_id()),
        role,
        tuple(sorted(groups)),
        email,
        viewer.user_id,
        now,
        now + lifetime,
    )
    act = Act(
        "person.invited",
        viewer.actor,
        Subject("invitation", invitation.id),
        details={"role": role, "groups": len(groups)},
    )

    def unit(connection: Connection) -> None:
        identity = IdentityRepository(connection)
        known = identity.as_of_now(viewer)
        people = PeopleRepository(connection, known)
        if groups:
            known.expect(Permission.GROUP_MANAGE)
        expect_may_give(
            known, people.permissions_of_role(role) | people.permissions_of_groups(groups)
        )
        if email is not None and identity.person_to_sign_in(email) is not None:
            raise EmailTakenError("Somebody in this workspace has this e-mail address already.")
        LinkRepository(connection).add_invitation(invitation, digest=digest_of(token))
        record(connection, act, now=now)

    await database.write(unit)
    return invitation, token
