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
from arcano.identity.access_tokens import AccessTokens
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
from arcano.identity.programs import Programs
from arcano.identity.repository import names_of
from arcano.identity.second_factors import SecondFactors
from arcano.identity.second_factors_http import router as second_factors_router
from arcano.identity.sessions import OpenStay, Sessions
from arcano.identity.settings import IdentitySettings
from arcano.identity.throttle import SignInThrottle
from arcano.identity.tokens_http import router as tokens_router

__all__ = [
    "BUILT_IN_ROLES",
    "EVERYONE",
    "OWNER",
    "Access",
    "AccessTokens",
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
    "Programs",
    "SecondFactors",
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
    "second_factors_router",
    "sessions_of",
    "signed_in",
    "tokens_router",
]
