"""What one may be allowed to do, by name, and what the built-in roles are allowed unless somebody changed it.

A person has the permissions of their role and of every group they are in; nothing else gives any. Names are
stable: they stand in the database, in groups of an identity provider and in people's scripts.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Literal

Level = Literal["viewer", "editor", "owner"]
"""How much of one thing somebody has: sees it, changes what is in it, or decides about it. Each has the lesser ones."""


class Permission(StrEnum):
    """One thing that may be allowed. Its value is its name, `meaning` is for people."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Permission":
        permission = str.__new__(cls, value)
        permission._value_ = value
        permission.meaning = meaning
        return permission

    CONVERSATION_READ = (
        "conversation.read",
        "Read one's own conversations and those shared with one",
    )
    CONVERSATION_WRITE = "conversation.write", "Begin, continue and organise conversations"
    CONVERSATION_SHARE = "conversation.share", "Let others see or continue one's conversations"
    CONVERSATION_READ_ALL = (
        "conversation.read_all",
        "Look into other people's conversations, if the workspace's policy allows it; they are told",
    )
    MODEL_USE = "model.use", "See which models there are and ask them"
    MODEL_MANAGE = "model.manage", "Download, load, convert and delete models of this machine"
    CONNECTION_OWN = "connection.own", "Connect providers with a key of one's own"
    CONNECTION_MANAGE = "connection.manage", "Connect providers for everybody"
    ROUTE_MANAGE = "route.manage", "Make, change and delete routes"
    STATUS_READ = "status.read", "See how every target fares"
    STATUS_RESET = "status.reset", "Let a resting target be asked again at once"
    CACHE_MANAGE = "cache.manage", "See and clear the cache of answers"
    BATCH_RUN = "batch.run", "Run batch jobs"
    PERSON_READ = "person.read", "See who is in the workspace, and in which groups"
    PERSON_MANAGE = "person.manage", "Invite, approve, change, disable and delete people"
    GROUP_MANAGE = "group.manage", "Make, change and delete groups, and say who is in them"
    ROLE_MANAGE = "role.manage", "Say what roles and groups are allowed"
    KEY_CREATE = "key.create", "Make keys for programs of one's own"
    KEY_MANAGE_ALL = "key.manage_all", "See and revoke everybody's keys"
    SERVICE_MANAGE = "service.manage", "Make and end service accounts, and keys for them"
    SIGN_IN_MANAGE = "sign_in.manage", "Say how people sign in and register"
    BUDGET_MANAGE = "budget.manage", "Set budgets, change and delete them"
    USAGE_READ_ALL = "usage.read_all", "See what everybody uses and what it costs"
    AUDIT_READ = "audit.read", "Read and verify who did what"
    AUDIT_EXPORT = "audit.export", "Take the audit trail out"


RoleName = str
OWNER: Final = "owner"
ADMIN: Final = "admin"
MEMBER: Final = "member"

_OF_MEMBERS: Final = frozenset(
    {
        Permission.CONVERSATION_READ,
        Permission.CONVERSATION_WRITE,
        Permission.CONVERSATION_SHARE,
        Permission.MODEL_USE,
        Permission.CONNECTION_OWN,
        Permission.BATCH_RUN,
        Permission.PERSON_READ,
        Permission.KEY_CREATE,
    }
)

FOR_KEYS: Final = frozenset(
    {
        Permission.CONVERSATION_READ,
        Permission.CONVERSATION_WRITE,
        Permission.MODEL_USE,
        Permission.STATUS_READ,
        Permission.BATCH_RUN,
    }
)
"""What can be done with a key at all, if its person may: to work, and to look. Who sees what, who may do what, and where
calls go is decided only by somebody who has signed in."""

BUILT_IN_ROLES: Final[Mapping[RoleName, frozenset[Permission]]] = {
    OWNER: frozenset(Permission),
    ADMIN: frozenset(Permission) - {Permission.CONVERSATION_READ_ALL, Permission.ROLE_MANAGE},
    MEMBER: _OF_MEMBERS,
}
"""What these are allowed unless it was changed. The owner's cannot be changed: somebody must be able to mend the rest."""

ROLE_NAMES: Final[Mapping[RoleName, str]] = {OWNER: "Owner", ADMIN: "Admin", MEMBER: "Member"}
"""What people call the built-in roles."""

ADMINISTERING: Final = frozenset({Permission.PERSON_MANAGE, Permission.ROLE_MANAGE})
"""Who has one of these administers the workspace: they are made, changed and disabled only by whoever may say what
roles are allowed."""


def known_permissions(names: Iterable[str]) -> frozenset[Permission]:
    """Those of `names` that exist. What an older or newer version called a permission allows nothing."""
    known = {permission.value: permission for permission in Permission}
    return frozenset(known[name] for name in names if name in known)
