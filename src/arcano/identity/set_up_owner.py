"""The first person makes the workspace theirs."""

from sqlalchemy import Connection

from arcano.identity.domain import Person, UserId
from arcano.identity.errors import SetupAlreadyDoneError
from arcano.identity.passwords import Passwords
from arcano.identity.repository import IdentityRepository
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.ids import new_id


async def set_up_owner(
    *, email: str, password: str, name: str, database: Database, passwords: Passwords, clock: Clock
) -> Person:
    """Create the owner. However many try at once, exactly one succeeds.

    Raises:
        SetupAlreadyDoneError: There is an owner. Sign in instead.
        GuessablePasswordError: Anybody would try this password.
    """
    # Asked before hashing, so that latecomers cannot make us work.
    if await database.read(lambda c: IdentityRepository(c).has_owner()):
        raise SetupAlreadyDoneError("This workspace already has an owner. Sign in instead.")
    password_hash = await passwords.hash_new(password, known=[email, name])
    person = Person(UserId(new_id()), email, name, "owner", clock.now())
    act = Act("workspace.set-up", person.actor, Subject("person", person.id))

    def unit(connection: Connection) -> None:
        IdentityRepository(connection).add_owner(person, password_hash=password_hash)
        record(connection, act, now=person.created_at)

    await database.write(unit)
    return person
