"""People, and the sessions by which we know them again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from arcano.platform.acts import Actor

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)

Role = Literal["owner", "member"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, without anything secret."""

    id: UserId
    email: str
    name: str
    role: Role
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """The person as the audit trail names them."""
        return Actor("person", self.id, self.name)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who asks, as far as deeds need to know. Repositories are built for one."""

    user_id: UserId
    session_id: SessionId
    role: Role
    name: str = ""

    @property
    def actor(self) -> Actor:
        """The person as the audit trail names them."""
        return Actor("person", self.user_id, self.name or None)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as it is remembered: whose it is and how long it lasts."""

    viewer: Viewer
    expires_at: datetime
