"""Joining by an invitation. Whoever made it must still be allowed to give what it gives.

Nobody made those that are mailed to whoever registers: the policy did, and must still let their address in.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from arcano.identity.domain import Person, SessionId, UserId
from arcano.identity.errors import LinkSpentError, NotAllowedError, RoleNotFoundError
from arcano.identity.passwords import Passwords
from arcano.identity.people.domain import Invitation
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.people.link_token import digest_of
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.policies import Policies
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_give
from arcano.platform.acts import ANONYMOUS, Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import InvalidInputError
from arcano.platform.ids import new_id


async def look_at_invitation(token: str, *, database: Database, clock: Clock) -> Invitation:
    """What a link invites to, without using it.

    Raises:
        LinkSpentError: It cannot be used.
    """
    now = clock.now()
    return await database.read(lambda c: _still_good(c, token, now))


async def accept_invitation(
    *,
    token: str,
    name: str,
    email: str | None,
    password: str,
    database: Database,
    passwords: Passwords,
    clock: Clock,
) -> Person:
    """Whoever joined. However many try at once, exactly one succeeds.

    Raises:
        LinkSpentError: It was used, taken back, or is too old.
        EmailTakenError: Somebody has the address; the link can still be used.
        InvalidInputError: The invitation is for another address, or none was given.
    """
    # Asked before hashing, so that latecomers cannot make us work.
    await look_at_invitation(token, database=database, clock=clock)
    password_hash = await passwords.hash_new(password)
    now = clock.now()
    act = Act("person.joined", ANONYMOUS)

    def unit(connection: Connection) -> Person:
        invitation = _still_good(connection, token, now)
        address = _address(invitation, email)
        person = Person(UserId(new_id()), address, name, invitation.role, now)
        IdentityRepository(connection).add_person(person, password_hash=password_hash)
        LinkRepository(connection).use_invitation(invitation.id, by=person.id, now=now)
        if invitation.groups:
            _people(connection, person.id).set_groups(person.id, invitation.groups)
        subject = Subject("invitation", invitation.id)
        record(connection, replace(act, actor=person.actor, subject=subject), now=now)
        return person

    return await database.write(unit)


def _still_good(connection: Connection, token: str, now: datetime) -> Invitation:
    """The invitation, with those of its groups that still exist."""
    invitation = LinkRepository(connection).invitation(digest_of(token), now=now)
    identity = IdentityRepository(connection)
    given = identity.permissions_by_group(invitation.groups)
    invitation = replace(invitation, groups=tuple(g for g in invitation.groups if g in given))
    if invitation.made_by is None:
        if not Policies.read(connection).lets_in(invitation.email or ""):
            raise LinkSpentError("Registration was closed. Ask for an invitation.")
        return invitation
    inviter = identity.person(invitation.made_by)
    spent = LinkSpentError(
        "Whoever sent this link may not invite to this any more. Ask for a new one."
    )
    if inviter is None or inviter.state != "active":
        raise spent
    viewer = identity.viewer(inviter.id, SessionId(""), inviter.role, inviter.name)
    try:
        role = PeopleRepository(connection, viewer).permissions_of_role(invitation.role)
        expect_may_give(viewer, role.union(*given.values()))
    except (NotAllowedError, RoleNotFoundError) as refused:
        raise spent from refused
    return invitation


def _address(invitation: Invitation, given: str | None) -> str:
    if invitation.email is not None and given not in (None, invitation.email):
        raise InvalidInputError("email: This invitation is for another address.")
    address = invitation.email or given
    if address is None:
        raise InvalidInputError("email: Say by which address you want to sign in.")
    return address


def _people(connection: Connection, user_id: UserId) -> PeopleRepository:
    identity = IdentityRepository(connection)
    person = identity.active_person(user_id)
    return PeopleRepository(
        connection, identity.viewer(user_id, SessionId(""), person.role, person.name)
    )
