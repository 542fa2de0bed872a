"""Deleting somebody, with everything that is theirs.

They are out at once, and what runs in their name is stopped; then their rows go, some at a time. A server that is
killed in the middle goes on with it when it is started again: until the last row is gone the person is `leaving`, and
nobody sees them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import Connection, delete, select

from arcano.identity.domain import UserId, Viewer
from arcano.identity.people.belongings import count_belongings, delete_some
from arcano.identity.people.change_person import expect_looks_after
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_decide
from arcano.identity.sessions import Sessions
from arcano.identity.tables import GRANTS, USERS
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0

Forget = Callable[[UserId], Awaitable[None]]
"""Ends what runs in somebody's name and forgets what is kept of them beside the database, before their rows go."""


async def see_what_is_lost(
    user_id: UserId, *, viewer: Viewer, database: Database
) -> Mapping[str, int]:
    """What goes with somebody: how many rows of each table.

    Raises:
        PersonNotFoundError: No such person.
    """

    def unit(connection: Connection) -> Mapping[str, int]:
        PeopleRepository(connection, viewer).one(user_id)
        return count_belongings(connection, user_id)

    return await database.read(unit)


async def delete_person(
    user_id: UserId,
    *,
    viewer: Viewer,
    sessions: Sessions,
    forget: Forget,
    database: Database,
    clock: Clock,
) -> None:
    """Returns when nothing of them is left. Their own wish, or that of whoever looks after people.

    Raises:
        PersonNotFoundError: No such person.
        OwnerStaysError: It is the owner.
        NotAllowedError: It is not the viewer's to decide.
    """
    now = clock.now()
    act = Act("person.deleted", viewer.actor, Subject("person", user_id))

    def unit(connection: Connection) -> None:
        known = IdentityRepository(connection).as_of_now(viewer)
        people = PeopleRepository(connection, known)
        person = people.one(user_id).person
        if user_id != viewer.user_id:
            expect_looks_after(known, person)
        expect_may_decide(known, person, people.permissions_of(person))
        people.bar(user_id, "leaving", now=now)
        LinkRepository(connection).revoke_those_of(user_id)
        record(connection, act, now=now)

    await database.write(unit)
    await sessions.hear()
    await _let_go(user_id, forget=forget, database=database)


async def keep_deleting(*, forget: Forget, database: Database) -> None:
    """Goes on with what was not finished, until cancelled."""
    while True:
        try:
            for user_id in await database.read(_leaving):
                await _let_go(user_id, forget=forget, database=database)
        except StorageError as refused:
            log.warning("somebody's data cannot be deleted now; trying again: %s", refused.detail)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _let_go(user_id: UserId, *, forget: Forget, database: Database) -> None:
    await forget(user_id)
    while await database.write(lambda c: delete_some(c, user_id)):
        pass

    def last(connection: Connection) -> None:
        connection.execute(
            delete(GRANTS).where(
                (GRANTS.c.granted_by == user_id)
                | ((GRANTS.c.grantee_kind == "person") & (GRANTS.c.grantee_id == user_id))
            )
        )
        connection.execute(delete(USERS).where(USERS.c.id == user_id))

    await database.write(last)


def _leaving(connection: Connection) -> list[UserId]:
    found = connection.scalars(select(USERS.c.id).where(USERS.c.state == "leaving"))
    return [UserId(user_id) for user_id in found]
