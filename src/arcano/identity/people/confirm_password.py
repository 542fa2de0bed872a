"""Asking for the password once more, before what a borrowed browser must not be able to do."""

from arcano.identity.domain import Person, Viewer
from arcano.identity.errors import NotAllowedError, NotSignedInError, WrongCredentialsError
from arcano.identity.passwords import Passwords
from arcano.identity.repository import IdentityRepository
from arcano.identity.throttle import SignInThrottle
from arcano.platform.database import Database


async def confirm_password(
    password: str,
    *,
    viewer: Viewer,
    address: str,
    database: Database,
    passwords: Passwords,
    throttle: SignInThrottle,
) -> Person:
    """The viewer, who knows their password.

    Raises:
        NotAllowedError: They have none, because they sign in elsewhere; a fresh sign-in is what shows that it is them.
        WrongCredentialsError: It is not theirs.
        TooManyAttemptsError: Wait for `retry_after`; failed sign-ins count too.
    """
    found = await database.read(lambda c: IdentityRepository(c).person_with_hash(viewer.user_id))
    if found is None:
        raise NotSignedInError("This account no longer exists.")
    person, stored = found
    if stored is None:
        raise NotAllowedError(
            "This account has no password. Sign out and in again; that is the proof."
        )
    async with throttle.attempt(email=person.email, address=address):
        if not await passwords.matches(password, stored=stored):
            raise WrongCredentialsError("This is not your password.")
    return person
