"""Who is asking: people, sign-in and sessions."""

from arcano.identity.domain import Person, SessionId, UserId, Viewer
from arcano.identity.errors import NotSignedInError, OwnerOnlyError
from arcano.identity.http import (
    Identity,
    OwnerOnly,
    SignedIn,
    router,
    sessions_of,
    signed_in,
)
from arcano.identity.passwords import Passwords
from arcano.identity.sessions import OpenStay, Sessions
from arcano.identity.settings import IdentitySettings
from arcano.identity.throttle import SignInThrottle

__all__ = [
    "Identity",
    "IdentitySettings",
    "NotSignedInError",
    "OpenStay",
    "OwnerOnly",
    "OwnerOnlyError",
    "Passwords",
    "Person",
    "SessionId",
    "Sessions",
    "SignInThrottle",
    "SignedIn",
    "UserId",
    "Viewer",
    "router",
    "sessions_of",
    "signed_in",
]
