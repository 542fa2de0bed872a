"""Making an account that nobody signs in to: what programs will act as, apart from any person."""

from sqlalchemy import Connection

from arcano.identity.domain import Person, UserId, Viewer
from arcano.identity.people.domain import Member
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.permissions import Permission
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_give
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.ids import new_id


async def add_service_account(
    *, name: str, role: str, viewer: Viewer, database: Database, clock: Clock
) -> Member:
    """The account. It has no password, and no session is ever opened for it.

    Raises:
        NotAllowedError: The viewer may not make any, or would give what they do not have.
        RoleNotFoundError: No such role.
    """
    user_id = UserId(new_id())
    # The table wants an address that is nobody else's; `.invalid` is promised to lead nowhere (RFC 2606).
    account = Person(
        user_id, f"{user_id}@accounts.invalid", name, role, clock.now(), kind="service"
    )

    act = Act("service.added", viewer.actor, Subject("person", user_id), details={"role": role})

    def unit(connection: Connection) -> Member:
        identity = IdentityRepository(connection)
        known = identity.as_of_now(viewer)
        known.expect(Permission.SERVICE_MANAGE)
        people = PeopleRepository(connection, known)
        expect_may_give(known, people.permissions_of_role(role))
        identity.add_person(account, password_hash=None)
        record(connection, act, now=account.created_at)
        return people.one(user_id)

    return await database.write(unit)
