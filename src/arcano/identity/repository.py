"""Reading and writing people and sessions. Runs before anybody is known, so it has no viewer."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from arcano.identity.domain import OpenSession, Person, Role, SessionId, UserId, Viewer
from arcano.identity.errors import SetupAlreadyDoneError
from arcano.identity.tables import SessionRow, UserRow

_PERSON = select(UserRow.id, UserRow.email, UserRow.name, UserRow.role, UserRow.created_at)


class IdentityRepository:
    """People and sessions, inside one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def has_owner(self) -> bool:
        owner = self._connection.scalar(select(UserRow.id).where(UserRow.role == "owner"))
        return owner is not None

    def add_owner(self, person: Person, *, password_hash: str) -> None:
        """Make `person` the owner.

        Raises:
            SetupAlreadyDoneError: Somebody was faster.
        """
        try:
            self._connection.execute(
                insert(UserRow),
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
        row = self._connection.execute(_PERSON.where(UserRow.id == user_id)).one_or_none()
        return None if row is None else _person(*row)

    def person_to_sign_in(self, email: str) -> tuple[Person, str | None] | None:
        """The person with this e-mail and the hash of their password."""
        row = self._connection.execute(
            _PERSON.add_columns(UserRow.password_hash).where(UserRow.email == email)
        ).one_or_none()
        if row is None:
            return None
        *fields, password_hash = row
        return _person(*fields), password_hash

    def replace_password_hash(self, user_id: UserId, password_hash: str) -> None:
        self._connection.execute(
            update(UserRow).where(UserRow.id == user_id).values(password_hash=password_hash)
        )

    def add_session(self, session: OpenSession, *, digest: bytes, now: datetime) -> None:
        self._connection.execute(
            insert(SessionRow),
            {
                "id": session.viewer.session_id,
                "token_digest": digest,
                "user_id": session.viewer.user_id,
                "created_at": now,
                "expires_at": session.expires_at,
            },
        )
        self._connection.execute(delete(SessionRow).where(SessionRow.expires_at < now))

    def session(self, digest: bytes) -> OpenSession | None:
        row = self._connection.execute(
            select(SessionRow.id, SessionRow.user_id, SessionRow.expires_at, UserRow.role)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(SessionRow.token_digest == digest)
        ).one_or_none()
        if row is None:
            return None
        viewer = Viewer(UserId(row.user_id), SessionId(row.id), _role(row.role))
        return OpenSession(viewer, row.expires_at)

    def end_session(self, session_id: SessionId) -> None:
        self._connection.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def end_sessions_of(self, user_id: UserId) -> None:
        self._connection.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def _person(user_id: str, email: str, name: str, role: str, created_at: datetime) -> Person:
    return Person(UserId(user_id), email, name, _role(role), created_at)


def _role(text: str) -> Role:
    return "owner" if text == "owner" else "member"
