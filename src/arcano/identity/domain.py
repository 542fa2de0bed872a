"""People, and the sessions by which we know them again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

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


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who asks, as far as deeds need to know. Repositories are built for one."""

    user_id: UserId
    session_id: SessionId
    role: Role


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as it is remembered: whose it is and how long it lasts."""

    viewer: Viewer
    expires_at: datetime
