"""Changing one's own password. Every other device is signed out."""

from sqlalchemy import Connection

from arcano.identity.devices.repository import DeviceRepository
from arcano.identity.domain import Viewer
from arcano.identity.errors import NotAllowedError
from arcano.identity.passwords import Passwords
from arcano.identity.people.confirm_password import confirm_password
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.repository import IdentityRepository
from arcano.identity.throttle import SignInThrottle
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database


async def change_password(
    *,
    old: str,
    new: str,
    viewer: Viewer,
    address: str,
    database: Database,
    passwords: Passwords,
    throttle: SignInThrottle,
    clock: Clock,
) -> None:
    """Call `Sessions.hear` after it.

    Raises:
        WrongCredentialsError: The old one is not theirs.
        TooManyAttemptsError: Wait for `retry_after`.
        NotAllowedError: The account has no password: it signs in elsewhere.
    """
    found = await database.read(lambda c: IdentityRepository(c).person_with_hash(viewer.user_id))
    if found is not None and found[1] is None:
        raise NotAllowedError("This account has no password: you sign in elsewhere.")
    await confirm_password(
        old,
        viewer=viewer,
        address=address,
        database=database,
        passwords=passwords,
        throttle=throttle,
    )
    password_hash = await passwords.hash_new(new)
    now = clock.now()
    act = Act("password.changed", viewer.actor, Subject("person", viewer.user_id))

    def unit(connection: Connection) -> None:
        IdentityRepository(connection).replace_password_hash(viewer.user_id, password_hash)
        LinkRepository(connection).forget_resets(viewer.user_id)
        DeviceRepository(connection, viewer).end_others(now=now)
        record(connection, act, now=now)

    await database.write(unit)
