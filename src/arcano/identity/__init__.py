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
from arcano.identity.groups.http import router as groups_router
from arcano.identity.http import Identity, router, sessions_of
from arcano.identity.mail import Mailer, Post, SmtpMailer
from arcano.identity.passwords import Passwords
from arcano.identity.people.delete_person import keep_deleting
from arcano.identity.people.door_http import router as door_router
from arcano.identity.people.http import router as people_router
from arcano.identity.people.me_http import router as me_router
from arcano.identity.people.reset_password import give_reset
from arcano.identity.permissions import BUILT_IN_ROLES, OWNER, Level, Permission
from arcano.identity.policies import Policies
from arcano.identity.roles.http import router as roles_router
from arcano.identity.sessions import OpenStay, Sessions
from arcano.identity.settings import IdentitySettings, MailSettings
from arcano.identity.throttle import SignInThrottle

ROUTERS = (router, me_router, door_router, people_router, groups_router, roles_router)
"""All doors of identity."""

__all__ = [
    "BUILT_IN_ROLES",
    "OWNER",
    "ROUTERS",
    "Access",
    "GroupId",
    "Identity",
    "IdentitySettings",
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
    "SessionId",
    "Sessions",
    "SignInThrottle",
    "SignedIn",
    "SmtpMailer",
    "UndeclaredDoorError",
    "UserId",
    "Viewer",
    "declared",
    "expect_declared",
    "give_reset",
    "keep_deleting",
    "may",
    "open_to_all",
    "router",
    "sessions_of",
    "signed_in",
]
