"""Reading and writing people and sessions. Runs before anybody is known, so it has no viewer."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from arcano.identity.domain import OpenSession, Person, Role, SessionId, UserId, Viewer
from arcano.identity.errors import SetupAlreadyDoneError
from arcano.identity.tables import SESSIONS, USERS

_PERSON = select(USERS.c.id, USERS.c.email, USERS.c.name, USERS.c.role, USERS.c.created_at)


class IdentityRepository:
    """People and sessions, inside one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def has_owner(self) -> bool:
        owner = self._connection.scalar(select(USERS.c.id).where(USERS.c.role == "owner"))
        return owner is not None

    def add_owner(self, person: Person, *, password_hash: str) -> None:
        """Make `person` the owner.

        Raises:
            SetupAlreadyDoneError: Somebody was faster.
        """
        try:
            self._connection.execute(
                insert(USERS),
                {
                    "id": person.id,
                    "email": person.email,
                    "name": person.name,
                    "role": person.role,
                    "created_at": person.created_at,
                    "password_hash": password_hash,
                },
            )
        except IntegrityError as taken:
            raise SetupAlreadyDoneError(
                "This workspace already has an owner. Sign in instead."
            ) from taken

    def person(self, user_id: UserId) -> Person | None:
        row = self._connection.execute(_PERSON.where(USERS.c.id == user_id)).one_or_none()
        return None if row is None else _person(*row)

    def person_to_sign_in(self, email: str) -> tuple[Person, str | None] | None:
        """The person with this e-mail and the hash of their password."""
        row = self._connection.execute(
            _PERSON.add_columns(USERS.c.password_hash).where(USERS.c.email == email)
        ).one_or_none()
        if row is None:
            return None
        *fields, password_hash = row
        return _person(*fields), password_hash

    def replace_password_hash(self, user_id: UserId, password_hash: str) -> None:
        self._connection.execute(
            update(USERS).where(USERS.c.id == user_id).values(password_hash=password_hash)
        )

    def add_session(self, session: OpenSession, *, digest: bytes, now: datetime) -> None:
        self._connection.execute(
            insert(SESSIONS),
            {
                "id": session.viewer.session_id,
                "token_digest": digest,
                "user_id": session.viewer.user_id,
                "created_at": now,
                "expires_at": session.expires_at,
            },
        )
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < now))

    def session(self, digest: bytes) -> OpenSession | None:
        row = self._connection.execute(
            select(
                SESSIONS.c.id, SESSIONS.c.user_id, SESSIONS.c.expires_at, USERS.c.role, USERS.c.name
            )
            .join(USERS, USERS.c.id == SESSIONS.c.user_id)
            .where(SESSIONS.c.token_digest == digest)
        ).one_or_none()
        if row is None:
            return None
        viewer = Viewer(UserId(row.user_id), SessionId(row.id), _role(row.role), row.name)
        return OpenSession(viewer, row.expires_at)

    def end_session(self, session_id: SessionId) -> None:
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.id == session_id))

    def end_sessions_of(self, user_id: UserId) -> int:
        """Returns how many there were."""
        gone = delete(SESSIONS).where(SESSIONS.c.user_id == user_id)
        return self._connection.execute(gone).rowcount


def _person(user_id: str, email: str, name: str, role: str, created_at: datetime) -> Person:
    return Person(UserId(user_id), email, name, _role(role), created_at)


def _role(text: str) -> Role:
    return "owner" if text == "owner" else "member"
