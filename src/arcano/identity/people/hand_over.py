"""Handing the workspace over: another person becomes the owner, and whoever was stays as an administrator."""

from sqlalchemy import Connection

from arcano.identity.changes import tell_others
from arcano.identity.domain import UserId, Viewer
from arcano.identity.errors import AccountDisabledError, NotAllowedError, PersonNotFoundError
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.permissions import ADMIN, OWNER
from arcano.identity.repository import IdentityRepository
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database


async def hand_over(to: UserId, *, viewer: Viewer, database: Database, clock: Clock) -> None:
    """There is one owner at every moment. Call `Sessions.hear` after it.

    Raises:
        NotAllowedError: The viewer is not the owner, or not any more.
        PersonNotFoundError: No such person.
        AccountDisabledError: They may not come in.
    """
    now = clock.now()
    act = Act("workspace.handed-over", viewer.actor, Subject("person", to))

    def unit(connection: Connection) -> None:
        identity = IdentityRepository(connection)
        known = identity.as_of_now(viewer)
        if not known.is_owner:
            raise NotAllowedError("Only the owner hands the workspace over.")
        people = PeopleRepository(connection, known)
        heir = people.one(to).person
        if heir.kind != "person":
            raise PersonNotFoundError("A service account cannot own the workspace.")
        if heir.state != "active":
            raise AccountDisabledError("Whoever owns the workspace must be able to come in.")
        people.set(viewer.user_id, role=ADMIN)
        people.set(to, role=OWNER)
        for person in (viewer.user_id, to):
            tell_others(connection, "changed", person, now=now)
        record(connection, act, now=now)

    await database.write(unit)
