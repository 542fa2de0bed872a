"""Reading and writing accounts elsewhere. Runs before anybody is known, so it has no viewer."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from arcano.identity.domain import Person, UserId
from arcano.identity.elsewhere.domain import LinkedAccount, Told
from arcano.identity.elsewhere.errors import AccountAlreadyLinkedError, SignInExpiredError
from arcano.identity.elsewhere.tables import LINKED_ACCOUNTS, USED_SIGN_INS
from arcano.identity.repository import PERSON, person_of
from arcano.identity.tables import USERS

_ACCOUNT = select(
    LINKED_ACCOUNTS.c.provider,
    LINKED_ACCOUNTS.c.issuer,
    LINKED_ACCOUNTS.c.subject,
    LINKED_ACCOUNTS.c.user_id,
    LINKED_ACCOUNTS.c.email,
    LINKED_ACCOUNTS.c.linked_at,
    LINKED_ACCOUNTS.c.last_used_at,
)


class LinkedAccountRepository:
    """Accounts elsewhere, inside one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def use_up(self, digest: bytes, *, expires_at: datetime, now: datetime) -> None:
        """See to it that this is good only once, however many bring it at the same time.

        Raises:
            SignInExpiredError: It was used before.
        """
        self._connection.execute(delete(USED_SIGN_INS).where(USED_SIGN_INS.c.expires_at < now))
        try:
            self._connection.execute(
                insert(USED_SIGN_INS), {"digest": digest, "expires_at": expires_at}
            )
        except IntegrityError as used:
            raise SignInExpiredError("This sign-in was used already. Begin again.") from used

    def person(self, issuer: str, subject: str) -> tuple[Person, str] | None:
        """Whose account it is here, and the name that its provider had when they last came by it."""
        row = self._connection.execute(
            PERSON.add_columns(LINKED_ACCOUNTS.c.provider)
            .join(LINKED_ACCOUNTS, LINKED_ACCOUNTS.c.user_id == USERS.c.id)
            .where(_is(issuer, subject))
        ).one_or_none()
        if row is None:
            return None
        *fields, provider = row
        return person_of(*fields), provider

    def is_taken(self, email: str) -> bool:
        """Whether an account has this address."""
        return self._connection.scalar(select(USERS.c.id).where(USERS.c.email == email)) is not None

    def link(
        self, user_id: UserId, told: Told, *, refresh_token: bytes | None, now: datetime
    ) -> None:
        """Let `told` in as this person from now on.

        Raises:
            AccountAlreadyLinkedError: As somebody else already, or another account of the provider as this person.
        """
        try:
            self._connection.execute(
                insert(LINKED_ACCOUNTS),
                {
                    "issuer": told.issuer,
                    "subject": told.subject,
                    "user_id": user_id,
                    "provider": told.provider,
                    "email": told.email,
                    "linked_at": now,
                    "last_used_at": now,
                    "refresh_token_sealed": refresh_token,
                    "asked_at": now,
                },
            )
        except IntegrityError as taken:
            raise AccountAlreadyLinkedError(
                "This account is linked to somebody else here, or you have another one of the same provider."
            ) from taken

    def used(self, told: Told, *, refresh_token: bytes | None, now: datetime) -> None:
        """Write down that somebody came by this account, and by what to ask about them from now on.

        Raises:
            AccountAlreadyLinkedError: Its provider has another name now, under which they have another account.
        """
        try:
            self._connection.execute(
                update(LINKED_ACCOUNTS)
                .where(_is(told.issuer, told.subject))
                .values(provider=told.provider, email=told.email, last_used_at=now, asked_at=now)
            )
        except IntegrityError as taken:
            raise AccountAlreadyLinkedError(
                "You have another account of the same provider."
            ) from taken
        if refresh_token is not None:
            self.keep_token(told.issuer, told.subject, refresh_token)

    def keep_token(self, issuer: str, subject: str, refresh_token: bytes | None) -> None:
        self._connection.execute(
            update(LINKED_ACCOUNTS)
            .where(_is(issuer, subject))
            .values(refresh_token_sealed=refresh_token)
        )

    def token(self, issuer: str, subject: str) -> bytes | None:
        """By what to ask about the account, sealed; None if there is no account, or nothing to ask by."""
        return self._connection.scalar(
            select(LINKED_ACCOUNTS.c.refresh_token_sealed).where(_is(issuer, subject))
        )

    def of(self, user_id: UserId) -> list[LinkedAccount]:
        """Oldest first."""
        rows = self._connection.execute(
            _ACCOUNT.where(LINKED_ACCOUNTS.c.user_id == user_id).order_by(
                LINKED_ACCOUNTS.c.linked_at, LINKED_ACCOUNTS.c.issuer
            )
        )
        return [_account(*row) for row in rows]

    def has_password(self, user_id: UserId) -> bool:
        stored = self._connection.scalar(select(USERS.c.password_hash).where(USERS.c.id == user_id))
        return stored is not None

    def unlink(self, user_id: UserId, provider: str) -> bool:
        """Whether there was such an account. Its memberships are another's business."""
        gone = self._connection.execute(
            delete(LINKED_ACCOUNTS).where(
                LINKED_ACCOUNTS.c.user_id == user_id, LINKED_ACCOUNTS.c.provider == provider
            )
        )
        return bool(gone.rowcount)

    def take_to_ask(
        self, providers: Collection[str], *, asked_before: datetime, limit: int, now: datetime
    ) -> list[tuple[LinkedAccount, bytes]]:
        """Accounts that may be asked about without their person, and were not for some time; longest first.

        They count as asked about from now on: what a refresh token is good for it is good for once, so no two may ask.
        """
        rows = self._connection.execute(
            _ACCOUNT.add_columns(LINKED_ACCOUNTS.c.refresh_token_sealed)
            .join(USERS, USERS.c.id == LINKED_ACCOUNTS.c.user_id)
            .where(
                LINKED_ACCOUNTS.c.refresh_token_sealed.is_not(None),
                LINKED_ACCOUNTS.c.provider.in_(providers),
                LINKED_ACCOUNTS.c.asked_at <= asked_before,
                USERS.c.state == "active",
            )
            .order_by(LINKED_ACCOUNTS.c.asked_at)
            .limit(limit)
        )
        taken = [(_account(*fields), sealed or b"") for *fields, sealed in rows]
        for account, _ in taken:
            self._connection.execute(
                update(LINKED_ACCOUNTS)
                .where(_is(account.issuer, account.subject))
                .values(asked_at=now)
            )
        return taken

    def counts(self) -> dict[str, int]:
        """How many accounts each provider has here."""
        rows = self._connection.execute(
            select(LINKED_ACCOUNTS.c.provider, func.count()).group_by(LINKED_ACCOUNTS.c.provider)
        )
        return {row[0]: row[1] for row in rows}


def _is(issuer: str, subject: str) -> ColumnElement[bool]:
    return and_(LINKED_ACCOUNTS.c.issuer == issuer, LINKED_ACCOUNTS.c.subject == subject)


def _account(
    provider: str,
    issuer: str,
    subject: str,
    user_id: str,
    email: str | None,
    linked_at: datetime,
    last_used_at: datetime,
) -> LinkedAccount:
    return LinkedAccount(provider, issuer, subject, UserId(user_id), email, linked_at, last_used_at)
