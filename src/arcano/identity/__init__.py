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
from arcano.identity.elsewhere.elsewhere import Elsewhere
from arcano.identity.elsewhere.http import router as elsewhere_router
from arcano.identity.errors import NotAllowedError, NotSignedInError
from arcano.identity.http import Identity, router, sessions_of
from arcano.identity.passwords import Passwords
from arcano.identity.permissions import BUILT_IN_ROLES, OWNER, Level, Permission
from arcano.identity.sessions import OpenStay, Sessions
from arcano.identity.settings import IdentitySettings
from arcano.identity.throttle import SignInThrottle

__all__ = [
    "BUILT_IN_ROLES",
    "OWNER",
    "Access",
    "Elsewhere",
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
    "elsewhere_router",
    "expect_declared",
    "may",
    "open_to_all",
    "router",
    "sessions_of",
    "signed_in",
]
