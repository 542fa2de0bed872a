"""A way back for somebody who forgot their password: a link, made for them by hand or sent to their address.

Whoever has it can be that person. So whoever made it must still be allowed to make it when it is used.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from arcano.identity.domain import Person, SessionId, UserId, Viewer
from arcano.identity.errors import (
    AccountDisabledError,
    AccountWaitingError,
    LinkSpentError,
    NotAllowedError,
    OwnerStaysError,
    PersonNotFoundError,
)
from arcano.identity.mail import Letter, Post
from arcano.identity.passwords import Passwords
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.people.link_token import digest_of, new_token
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.permissions import Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_stand_in
from arcano.identity.second_factors import drop_all_factors
from arcano.platform.acts import SYSTEM, Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database

MAILED_FOR = timedelta(hours=1)

_REFUSED = (
    AccountDisabledError,
    AccountWaitingError,
    NotAllowedError,
    OwnerStaysError,
    PersonNotFoundError,
)


async def make_reset(
    user_id: UserId, *, viewer: Viewer, lifetime: timedelta, database: Database, clock: Clock
) -> tuple[Person, str]:
    """For whom it is, and what stands in the link: whoever has it can be that person.

    Raises:
        PersonNotFoundError: No such person.
        OwnerStaysError: It is the owner.
        NotAllowedError: The person may do what the viewer may not.
        AccountDisabledError: They may not come in, so that a password would not help.
        AccountWaitingError: They were not approved yet.
    """
    token, now = new_token(), clock.now()
    act = Act("password.link-made", viewer.actor, Subject("person", user_id))

    def unit(connection: Connection) -> Person:
        identity = IdentityRepository(connection)
        known = identity.as_of_now(viewer)
        person = _person_for(connection, known, user_id)
        identity.active_person(user_id)
        LinkRepository(connection).add_reset(
            digest_of(token), user_id, made_by=known.user_id, expires_at=now + lifetime
        )
        record(connection, act, now=now)
        return person

    return await database.write(unit), token


async def ask_for_reset(
    email: str, *, lifetime: timedelta, post: Post, database: Database, clock: Clock
) -> None:
    """Send a link to the address, if somebody has it. Nobody learns by the answer whether that is so."""
    token, now = new_token(), clock.now()

    def unit(connection: Connection) -> bool:
        found = IdentityRepository(connection).person_to_sign_in(email)
        if found is None or found[0].state != "active" or found[1] is None:
            return False
        LinkRepository(connection).add_reset(
            digest_of(token), found[0].id, made_by=None, expires_at=now + min(lifetime, MAILED_FOR)
        )
        return True

    if await database.write(unit):
        text = (
            "Somebody, you we hope, has forgotten the password for this address.\n"
            f"To choose a new one, open this link within the hour:\n\n{post.link('reset', token)}\n\n"
            "If it was not you, do nothing: your password stays as it is."
        )
        post.send_later(Letter(email, "Choose a new password", text))


async def look_at_reset(token: str, *, database: Database, clock: Clock) -> Person:
    """Whose way back a link is, without using it.

    Raises:
        LinkSpentError: It cannot be used.
    """
    now = clock.now()
    return await database.read(lambda c: _still_good(c, token, now))


async def use_reset(
    *, token: str, password: str, database: Database, passwords: Passwords, clock: Clock
) -> Person:
    """Whose password it is from now on; they are signed out everywhere, once `Sessions.hear` was called.

    Raises:
        LinkSpentError: It was used, is too old, or whoever made it may not make it any more.
    """
    # Asked before hashing, so that latecomers cannot make us work.
    person = await look_at_reset(token, database=database, clock=clock)
    password_hash = await passwords.hash_new(password)
    now = clock.now()
    act = Act("password.reset", person.actor, Subject("person", person.id))

    def unit(connection: Connection) -> Person:
        identity, links = IdentityRepository(connection), LinkRepository(connection)
        _still_good(connection, token, now)
        links.use_reset(digest_of(token), now=now)
        identity.replace_password_hash(person.id, password_hash)
        identity.end_sessions_of(person.id, now=now)
        record(connection, act, now=now)
        return identity.active_person(person.id)

    return await database.write(unit)


async def give_reset(
    email: str,
    *,
    lifetime: timedelta,
    database: Database,
    clock: Clock,
    without_second_factor: bool = False,
) -> str:
    """What stands in a link for whoever holds the machine: the way back for an owner without a mail server.

    `without_second_factor` takes every factor from the account, for somebody who has lost them all.

    Raises:
        PersonNotFoundError: Nobody has this address.
        AccountDisabledError: They may not come in, so that a password would not help.
        AccountWaitingError: They were not approved yet.
    """
    token, now = new_token(), clock.now()

    def unit(connection: Connection) -> None:
        identity = IdentityRepository(connection)
        found = identity.person_to_sign_in(email.lower())
        if found is None:
            raise PersonNotFoundError("Nobody in this workspace has this e-mail address.")
        person = identity.active_person(found[0].id)
        LinkRepository(connection).add_reset(
            digest_of(token), person.id, made_by=None, expires_at=now + lifetime
        )
        subject = Subject("person", person.id)
        record(connection, Act("password.link-made", SYSTEM, subject), now=now)
        if without_second_factor and drop_all_factors(connection, person.id):
            record(
                connection,
                Act("second-factor.removed", SYSTEM, subject, details={"kind": "all"}),
                now=now,
            )

    await database.write(unit)
    return token


def _person_for(connection: Connection, maker: Viewer, user_id: UserId) -> Person:
    """The person, if `maker` may make a link by which one can be them.

    Raises:
        PersonNotFoundError: No such person.
        OwnerStaysError: It is the owner.
        NotAllowedError: The person may do what the maker may not.
    """
    maker.expect(Permission.PERSON_MANAGE)
    people = PeopleRepository(connection, maker)
    person = people.one(user_id).person
    expect_may_stand_in(maker, person, people.permissions_of(person))
    return person


def _still_good(connection: Connection, token: str, now: datetime) -> Person:
    """Whose way back it is.

    Raises:
        LinkSpentError: It was used or is too old, they may not come in, or its maker may not make it any more.
    """
    user_id, made_by = LinkRepository(connection).reset(digest_of(token), now=now)
    identity = IdentityRepository(connection)
    try:
        person = identity.active_person(user_id)
        if made_by is not None:
            maker = identity.active_person(made_by)
            viewer = identity.viewer(maker.id, SessionId(""), maker.role, maker.name)
            _person_for(connection, viewer, user_id)
    except _REFUSED as refused:
        raise LinkSpentError("This link cannot be used any more. Ask for a new one.") from refused
    return person
