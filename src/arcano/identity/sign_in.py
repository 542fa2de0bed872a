"""Signing in with e-mail and password."""

from dataclasses import replace

from arcano.identity.domain import Person
from arcano.identity.errors import TooManyAttemptsError, WrongCredentialsError
from arcano.identity.passwords import NOBODYS_HASH, Passwords
from arcano.identity.repository import IdentityRepository
from arcano.identity.throttle import SignInThrottle
from arcano.platform.act_log import ActLog
from arcano.platform.acts import ANONYMOUS, Act, Subject
from arcano.platform.database import Database


async def sign_in(
    *,
    email: str,
    password: str,
    address: str,
    database: Database,
    passwords: Passwords,
    throttle: SignInThrottle,
    acts: ActLog,
) -> Person:
    """The person, if the password is theirs. An unknown e-mail answers alike and takes as long.

    Attempts in vain are kept in the audit trail, but not the e-mail that was typed: now and then it is a password.

    Raises:
        TooManyAttemptsError: Wait for `retry_after`.
        WrongCredentialsError: E-mail and password do not belong together.
    """
    attempt = Act("session.opened", ANONYMOUS)
    try:
        async with throttle.attempt(email=email, address=address):
            found = await database.read(lambda c: IdentityRepository(c).person_to_sign_in(email))
            person, stored = found or (None, None)
            matches = await passwords.matches(password, stored=stored or NOBODYS_HASH)
            if person is None or stored is None or not matches:
                subject = None if person is None else Subject("person", person.id)
                failed = attempt.ended("failed", code=WrongCredentialsError.code)
                await acts.keep_refusal(replace(failed, subject=subject))
                raise WrongCredentialsError("E-mail and password do not belong together.")
    except TooManyAttemptsError as refused:
        await acts.keep_refusal(attempt.ended("refused", code=refused.code))
        raise
    if passwords.outdated(stored):
        stronger = await passwords.hash(password)
        await database.write(
            lambda c: IdentityRepository(c).replace_password_hash(person.id, stronger)
        )
    return person
