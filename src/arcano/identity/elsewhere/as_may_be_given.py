"""What a provider says about somebody, without what whoever set it up may not give.

Whether they may is asked anew each time: a group may have been given more since, a role too, and they may have less.
Without this, whoever may set up a provider could have it name any group that is made later.
"""

import json
import logging
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection, select

from arcano.identity.domain import SessionId, UserId, Viewer
from arcano.identity.elsewhere.domain import Told
from arcano.identity.elsewhere.tables import SIGN_IN_PROVIDERS
from arcano.identity.errors import NotAllowedError
from arcano.identity.permissions import (
    BUILT_IN_ROLES,
    MEMBER,
    Permission,
    RoleName,
    known_permissions,
)
from arcano.identity.repository import IdentityRepository
from arcano.identity.rules import expect_may_give
from arcano.identity.tables import GROUPS, ROLES

log = logging.getLogger(__name__)


def as_may_be_given(connection: Connection, told: Told) -> Told:
    """The same, said by a provider that somebody set up here. What gives no more than every member has always stays."""
    giver = _giver(connection, told.provider)
    everybodys = IdentityRepository(connection).permissions_of(MEMBER)
    left_out = {
        name
        for name, granted in _groups(connection, told.groups or ())
        if not granted <= everybodys and not _may_give(giver, granted, Permission.GROUP_MANAGE)
    }
    known = told
    if left_out:
        known = replace(known, groups=(told.groups or frozenset()) - left_out)
    given = _allowed_by(connection, told.role)
    if not given <= everybodys and not _may_give(giver, given, Permission.SIGN_IN_MANAGE):
        known = replace(known, role=None)
    if known != told:
        log.warning(
            "a provider names groups or a role that whoever set it up may not give",
            extra={"provider": told.provider},
        )
    return known


def _giver(connection: Connection, provider: str) -> Viewer | None:
    """Who set the provider up, as of this unit; None if they are gone, or may not come in."""
    set_up_by = connection.scalar(
        select(SIGN_IN_PROVIDERS.c.set_up_by).where(SIGN_IN_PROVIDERS.c.name == provider)
    )
    identity = IdentityRepository(connection)
    person = None if set_up_by is None else identity.person(UserId(set_up_by))
    if person is None or person.state != "active":
        return None
    return identity.viewer(person.id, SessionId(""), person.role, person.name)


def _may_give(
    giver: Viewer | None, permissions: Collection[Permission], besides: Permission
) -> bool:
    if giver is None or not giver.may(Permission.SIGN_IN_MANAGE) or not giver.may(besides):
        return False
    try:
        expect_may_give(giver, permissions)
    except NotAllowedError:
        return False
    return True


def _groups(
    connection: Connection, names: Collection[str]
) -> list[tuple[str, frozenset[Permission]]]:
    found = connection.execute(
        select(GROUPS.c.name, GROUPS.c.permissions).where(GROUPS.c.name.in_(names))
    )
    return [(row.name, known_permissions(json.loads(row.permissions))) for row in found]


def _allowed_by(connection: Connection, name: RoleName | None) -> frozenset[Permission]:
    """What the role of this name allows; nothing where there is none."""
    if name is None:
        return frozenset()
    role = name
    if name not in BUILT_IN_ROLES:
        role = connection.scalar(select(ROLES.c.id).where(ROLES.c.name == name))
    return frozenset() if role is None else IdentityRepository(connection).permissions_of(role)
