"""People as those see them who look after the workspace, and the links that let somebody in."""

from dataclasses import dataclass
from datetime import datetime

from arcano.identity.domain import GroupId, InvitationId, Person, UserId


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the workspace with what the list says of them."""

    person: Person
    role_name: str
    groups: tuple[GroupId, ...]
    seen_at: datetime | None
    """When any of their sessions was last used; None: none is open."""


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which of them are listed. What is None or empty asks for nothing."""

    words: str = ""
    state: str | None = None
    role: str | None = None
    group: GroupId | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link by which one person may join, once."""

    id: InvitationId
    role: str
    groups: tuple[GroupId, ...]
    email: str | None
    made_by: UserId | None
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to be otherwise about a person; None stays as it is."""

    name: str | None = None
    role: str | None = None
    state: str | None = None
    groups: frozenset[GroupId] | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of somebody's wish to register. Nobody is told whether the address was known."""

    person: Person | None = None
    """Who is in; None: they wait, for approval or for a mail."""
    mailed: bool = False
