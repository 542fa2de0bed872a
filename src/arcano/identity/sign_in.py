"""Signing in with e-mail and password."""

from arcano.identity.domain import Person
from arcano.identity.errors import WrongCredentialsError
from arcano.identity.passwords import NOBODYS_HASH, Passwords
from arcano.identity.repository import IdentityRepository
from arcano.identity.throttle import SignInThrottle
from arcano.platform.database import Database


async def sign_in(
    *,
    email: str,
    password: str,
    address: str,
    database: Database,
    passwords: Passwords,
    throttle: SignInThrottle,
) -> Person:
    """The person, if the password is theirs. An unknown e-mail answers alike and takes as long.

    Raises:
        TooManyAttemptsError: Wait for `retry_after`.
        WrongCredentialsError: E-mail and password do not belong together.
    """
    async with throttle.attempt(email=email, address=address):
        found = await database.read(lambda c: IdentityRepository(c).person_to_sign_in(email))
        person, stored = found or (None, None)
        matches = await passwords.matches(password, stored=stored or NOBODYS_HASH)
        if person is None or stored is None or not matches:
            raise WrongCredentialsError("E-mail and password do not belong together.")
    if passwords.outdated(stored):
        stronger = await passwords.hash(password)
        await database.write(
            lambda c: IdentityRepository(c).replace_password_hash(person.id, stronger)
        )
    return person
