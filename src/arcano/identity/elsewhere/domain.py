"""What passes between us, a browser and a provider while somebody signs in elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from arcano.identity.domain import SessionId, UserId
from arcano.identity.permissions import RoleName


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says about somebody, once it is known that it is the provider who says it.

    Who it is: `issuer` and `subject` together, and nothing else. An e-mail address is only how to reach them.
    """

    provider: str
    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str
    groups: frozenset[str] | None = frozenset()
    """By the names that they have here. None: it did not say this time, so what it said before holds."""
    role: RoleName | None = None
    """None: it decides nothing about roles."""
    refresh_token: str | None = None
    """What lets us ask again without the person."""
    vouched: bool = False
    """Whether it says, signed, that they showed more than one factor there."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to a provider and back: what must return as it was sent."""

    state: str
    nonce: str
    verifier: str
    """PKCE's secret; only its digest goes through the browser."""
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Linker:
    """Who wants to link an account, and in which session they said so."""

    user_id: UserId
    session_id: SessionId


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that is under way, as the browser carries it, sealed."""

    provider: str
    attempt: Attempt
    return_path: str
    expires_at: datetime
    linker: Linker | None = None
    """None: it is to be a sign-in."""


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account elsewhere by which somebody is let in here."""

    provider: str
    issuer: str
    subject: str
    user_id: UserId
    email: str | None
    """As the provider told it last."""
    linked_at: datetime
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at when a provider was tested."""

    what: Literal["discovery", "keys", "pkce", "answer", "emulator"]
    detail: str
    is_good: bool
