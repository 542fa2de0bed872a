"""Who is asking: people, sign-in and sessions."""

from arcano.identity.access import (
    Access,
    SignedIn,
    UndeclaredDoorError,
    asks_models,
    declared,
    expect_declared,
    may,
    open_to_all,
    signed_in,
)
from arcano.identity.access_tokens import AccessTokens
from arcano.identity.called import group_names, key_ids_of, key_names
from arcano.identity.callers import COOKIE, Callers
from arcano.identity.changes import tell_others
from arcano.identity.domain import GroupId, Person, SessionId, UserId, Viewer
from arcano.identity.elsewhere.elsewhere import Elsewhere
from arcano.identity.elsewhere.http import router as elsewhere_router
from arcano.identity.elsewhere.providers_http import router as providers_router
from arcano.identity.errors import NotAllowedError, NotSignedInError, TooManyAttemptsError
from arcano.identity.grants import (
    EVERYONE,
    Grant,
    GranteeKind,
    GrantRepository,
    enough,
)
from arcano.identity.groups.http import router as groups_router
from arcano.identity.groups.repository import group_ids_of
from arcano.identity.http import Identity, router, sessions_of
from arcano.identity.keys.errors import KeyRefusedError, KeyScopeError
from arcano.identity.keys.http import router as keys_router
from arcano.identity.keys.keys import Keys
from arcano.identity.keys.repository import standing_viewer
from arcano.identity.keys.scope import KEY_DOORS, KeyDoor, KeyId, KeyLimits, KeyScope
from arcano.identity.looking import expect_may_look
from arcano.identity.mail import Mailer, Post, SmtpMailer
from arcano.identity.passwords import Passwords
from arcano.identity.people.delete_person import keep_deleting
from arcano.identity.people.door_http import router as door_router
from arcano.identity.people.http import router as people_router
from arcano.identity.people.me_http import router as me_router
from arcano.identity.people.reset_password import give_reset
from arcano.identity.permissions import BUILT_IN_ROLES, OWNER, Level, Permission
from arcano.identity.policies import Policies
from arcano.identity.programs import Programs
from arcano.identity.repository import expect_active, is_leaving, names_of
from arcano.identity.roles.http import router as roles_router
from arcano.identity.second_factors import SecondFactors
from arcano.identity.second_factors_http import router as second_factors_router
from arcano.identity.sessions import OpenStay, Sessions
from arcano.identity.settings import IdentitySettings, MailSettings
from arcano.identity.staying_response import StayingResponse
from arcano.identity.throttle import KeyThrottle, SignInThrottle
from arcano.identity.tokens_http import router as tokens_router

ROUTERS = (
    router,
    me_router,
    door_router,
    people_router,
    groups_router,
    roles_router,
    second_factors_router,
    tokens_router,
    keys_router,
    providers_router,
    elsewhere_router,
)
"""All doors of identity."""

__all__ = [
    "BUILT_IN_ROLES",
    "COOKIE",
    "EVERYONE",
    "KEY_DOORS",
    "OWNER",
    "ROUTERS",
    "Access",
    "AccessTokens",
    "Callers",
    "Elsewhere",
    "Grant",
    "GrantRepository",
    "GranteeKind",
    "GroupId",
    "Identity",
    "IdentitySettings",
    "KeyDoor",
    "KeyId",
    "KeyLimits",
    "KeyRefusedError",
    "KeyScope",
    "KeyScopeError",
    "KeyThrottle",
    "Keys",
    "Level",
    "MailSettings",
    "Mailer",
    "NotAllowedError",
    "NotSignedInError",
    "OpenStay",
    "Passwords",
    "Permission",
    "Person",
    "Policies",
    "Post",
    "Programs",
    "SecondFactors",
    "SessionId",
    "Sessions",
    "SignInThrottle",
    "SignedIn",
    "SmtpMailer",
    "StayingResponse",
    "TooManyAttemptsError",
    "UndeclaredDoorError",
    "UserId",
    "Viewer",
    "asks_models",
    "declared",
    "enough",
    "expect_active",
    "expect_declared",
    "expect_may_look",
    "give_reset",
    "group_ids_of",
    "group_names",
    "is_leaving",
    "keep_deleting",
    "key_ids_of",
    "key_names",
    "may",
    "names_of",
    "open_to_all",
    "router",
    "sessions_of",
    "signed_in",
    "standing_viewer",
    "tell_others",
]
