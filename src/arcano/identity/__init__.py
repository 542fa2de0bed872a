"""Who is asking: people, sign-in and sessions."""

from arcano.identity.access import (
    Access,
    SignedIn,
    UndeclaredDoorError,
    declared,
    expect_declared,
    may,
    open_to_all,
    signed_in,
)
from arcano.identity.domain import GroupId, Person, SessionId, UserId, Viewer
from arcano.identity.errors import NotAllowedError, NotSignedInError
from arcano.identity.grants import (
    EVERYONE,
    Grant,
    GranteeKind,
    GrantRepository,
    enough,
)
from arcano.identity.http import Identity, router, sessions_of
from arcano.identity.passwords import Passwords
from arcano.identity.permissions import BUILT_IN_ROLES, OWNER, Level, Permission
from arcano.identity.repository import names_of
from arcano.identity.sessions import OpenStay, Sessions
from arcano.identity.settings import IdentitySettings
from arcano.identity.throttle import SignInThrottle

__all__ = [
    "BUILT_IN_ROLES",
    "EVERYONE",
    "OWNER",
    "Access",
    "Grant",
    "GrantRepository",
    "GranteeKind",
    "GroupId",
    "Identity",
    "IdentitySettings",
    "Level",
    "NotAllowedError",
    "NotSignedInError",
    "OpenStay",
    "Passwords",
    "Permission",
    "Person",
    "SessionId",
    "Sessions",
    "SignInThrottle",
    "SignedIn",
    "UndeclaredDoorError",
    "UserId",
    "Viewer",
    "declared",
    "enough",
    "expect_declared",
    "may",
    "names_of",
    "open_to_all",
    "router",
    "sessions_of",
    "signed_in",
]
