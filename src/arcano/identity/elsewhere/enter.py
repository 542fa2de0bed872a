"""Somebody comes from elsewhere: they are known, or new, or told why not. And accounts that are linked, or no longer.

Who it is says the pair of issuer and subject alone. An e-mail address never opens an account that is there: anybody can
have one at some provider. Whoever owns the account signs in to it, and links the other on their profile.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from arcano.identity.domain import Person, UserId
from arcano.identity.elsewhere.apply_told import apply_told, forget_told
from arcano.identity.elsewhere.domain import Linker, Told
from arcano.identity.elsewhere.errors import (
    AccountAlreadyLinkedError,
    AccountExistsError,
    EmailNotAllowedError,
    EmailNotVerifiedError,
    LastWayInError,
    NewPeopleRefusedError,
)
from arcano.identity.elsewhere.newcomers import Newcomers
from arcano.identity.elsewhere.provider_repository import is_open
from arcano.identity.elsewhere.repository import LinkedAccountRepository
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.elsewhere.tables import LINKED_ACCOUNTS
from arcano.identity.errors import AccountDisabledError, AccountWaitingError, SetupAlreadyDoneError
from arcano.identity.permissions import MEMBER, OWNER
from arcano.identity.repository import IdentityRepository
from arcano.platform.acts import Act, Origin, Subject, origin, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import NotFoundError
from arcano.platform.ids import new_id
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import SealedColumn

USED_UP_FOR: Final = timedelta(hours=2)
"""Longer than anything that may be used once is good for."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What it takes to let somebody in or not."""

    database: Database
    clock: Clock
    box: SecretBox
    newcomers: Newcomers
    configured: Collection[str]
    """The providers of the settings, which are always open."""

    def expect_open(self, connection: Connection, provider: str) -> None:
        """Go on only if people come in by this provider as of this unit: it may have been closed while it was asked.

        Raises:
            NotFoundError: It was switched off or deleted.
        """
        if provider not in self.configured and not is_open(connection, provider):
            raise NotFoundError("No such sign-in is configured.")

    def apply(
        self, connection: Connection, user_id: UserId, told: Told, *, make_groups: bool
    ) -> bool:
        """See `apply_told`."""
        return apply_told(
            connection,
            user_id,
            told,
            make_groups=make_groups,
            is_configured=told.provider in self.configured,
            now=self.clock.now(),
        )


async def enter(
    told: Told, *, provider: SignInProviderSettings, once: str, threshold: Threshold
) -> Person:
    """The person who may now have a session. Of a crowd that comes first, exactly one becomes the owner.

    `once`: what they brought, and may bring no second time.

    Raises:
        SignInExpiredError: They brought it before.
        AccountWaitingError, AccountDisabledError: They are known, and not let in.
        EmailNotVerifiedError, EmailNotAllowedError, NewPeopleRefusedError, AccountExistsError: They are not known.
    """
    try:
        person = await threshold.database.write(_Entry(told, provider, once, threshold))
    except SetupAlreadyDoneError:
        # Another process made somebody the owner between our look and our writing; now they are a member.
        person = await threshold.database.write(_Entry(told, provider, once, threshold))
    if person.state == "waiting":
        raise AccountWaitingError("Your account waits for an approval.")
    if person.state == "disabled":
        raise AccountDisabledError("This account was disabled.")
    return person


async def link(
    told: Told,
    linker: Linker,
    *,
    provider: SignInProviderSettings,
    once: str,
    threshold: Threshold,
    act: Act,
) -> None:
    """Let the account in as this person from now on. `act` is recorded if it was not linked before.

    Raises:
        SignInExpiredError: It was brought before.
        AccountAlreadyLinkedError: It belongs to somebody else, or they have another one there.
    """
    now = threshold.clock.now()

    def unit(connection: Connection) -> None:
        threshold.expect_open(connection, told.provider)
        accounts = LinkedAccountRepository(connection)
        accounts.use_up(_digest(once), expires_at=now + USED_UP_FOR, now=now)
        token = _sealed(told, threshold.box)
        known = accounts.person(told.issuer, told.subject)
        if known is None:
            accounts.link(linker.user_id, told, refresh_token=token, now=now)
            record(connection, act, now=now)
        elif known[0].id == linker.user_id:
            accounts.used(told, refresh_token=token, now=now)
        else:
            raise AccountAlreadyLinkedError("This account is linked to somebody else here.")
        threshold.apply(connection, linker.user_id, told, make_groups=provider.make_groups)

    await threshold.database.write(unit)


async def unlink(
    user_id: UserId, provider: str, *, database: Database, clock: Clock, act: Act
) -> None:
    """The account lets nobody in any more, and what its provider said about groups and role holds no more.

    Raises:
        NotFoundError: There is none.
        LastWayInError: There is no password and no other account.
    """
    now = clock.now()

    def unit(connection: Connection) -> None:
        accounts = LinkedAccountRepository(connection)
        others = [one for one in accounts.of(user_id) if one.provider != provider]
        if not accounts.unlink(user_id, provider):
            raise NotFoundError("There is no such account.")
        if not others and not accounts.has_password(user_id):
            raise LastWayInError(
                "This is the only way into your account. Set a password or link another account first."
            )
        forget_told(connection, user_id, provider, now=now)
        record(connection, act, now=now)

    await database.write(unit)


REFRESH_TOKEN = SealedColumn(LINKED_ACCOUNTS.c.refresh_token_sealed)


@dataclass(frozen=True, slots=True)
class _Entry:
    """The unit of work by which somebody enters."""

    told: Told
    provider: SignInProviderSettings
    once: str
    threshold: Threshold
    origin: Origin = field(default_factory=origin.get)
    """From where they come: known where the request is served, and not in the unit."""

    def __call__(self, connection: Connection) -> Person:
        now = self.threshold.clock.now()
        self.threshold.expect_open(connection, self.told.provider)
        accounts = LinkedAccountRepository(connection)
        accounts.use_up(_digest(self.once), expires_at=now + USED_UP_FOR, now=now)
        token = _sealed(self.told, self.threshold.box)
        known = accounts.person(self.told.issuer, self.told.subject)
        if known is None:
            person = self._newcomer(connection, now)
            accounts.link(person.id, self.told, refresh_token=token, now=now)
        else:
            person, called = known
            if called != self.told.provider:
                forget_told(connection, person.id, called, now=now)
            accounts.used(self.told, refresh_token=token, now=now)
        make_groups = self.provider.make_groups
        if self.threshold.apply(connection, person.id, self.told, make_groups=make_groups):
            person = IdentityRepository(connection).person(person.id) or person
        return person

    def _newcomer(self, connection: Connection, now: datetime) -> Person:
        email = self._address()
        accounts, people = LinkedAccountRepository(connection), IdentityRepository(connection)
        if accounts.is_taken(email):
            raise AccountExistsError(
                f"There is an account for {email} here. Sign in to it as usual, then link this one on your profile."
            )
        person = Person(UserId(new_id()), email, self.told.name, OWNER, now)
        if not people.has_owner():
            people.add_owner(person, password_hash=None)
            self._record(connection, "workspace.set-up", person)
            return person
        state = self.threshold.newcomers.state_of(connection, self.provider)
        if state is None:
            raise NewPeopleRefusedError("There is no account for you here. Ask to be invited.")
        person = replace(person, role=MEMBER, state=state)
        people.add_person(person, password_hash=None)
        self._record(connection, "person.registered", person, state=state)
        return person

    def _record(self, connection: Connection, action: str, person: Person, **told: str) -> None:
        details = {"provider": self.told.provider, **told}
        subject = Subject("person", person.id)
        act = Act(action, person.actor, subject, details=details, origin=self.origin)
        record(connection, act, now=person.created_at)

    def _address(self) -> str:
        if self.told.email is None or not self.told.email_verified:
            raise EmailNotVerifiedError(
                "Your provider has not verified an e-mail address of yours."
            )
        domains = {domain.lower().removeprefix("@") for domain in self.provider.domains}
        if domains and self.told.email.rpartition("@")[2] not in domains:
            raise EmailNotAllowedError("E-mail addresses of this domain are not let in here.")
        return self.told.email


def _sealed(told: Told, box: SecretBox) -> bytes | None:
    if told.refresh_token is None:
        return None
    return box.seal(told.refresh_token.encode(), REFRESH_TOKEN, told.issuer, told.subject)


def _digest(once: str) -> bytes:
    return hashlib.sha256(once.encode("utf-8", "replace")).digest()
