"""What a provider says about somebody's groups and role, written down beside what people said themselves.

A membership has a source. A provider's word replaces what the same provider said before, and nothing else; somebody is
in a group as long as anybody says so. That holds for everybody, whatever their role. A role that it gave goes with its
word too (`told_roles`).
"""

import json
import logging
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from arcano.identity.changes import tell_others
from arcano.identity.domain import UserId
from arcano.identity.elsewhere.as_may_be_given import as_may_be_given
from arcano.identity.elsewhere.domain import Told
from arcano.identity.elsewhere.told_roles import give_role, take_back_role
from arcano.identity.permissions import BUILT_IN_ROLES, OWNER, RoleName
from arcano.identity.tables import GROUPS, MEMBERSHIPS, ROLES
from arcano.platform.ids import new_id

log = logging.getLogger(__name__)


def apply_told(
    connection: Connection,
    user_id: UserId,
    told: Told,
    *,
    make_groups: bool,
    is_configured: bool,
    now: datetime,
) -> bool:
    """Write what is told about groups and role. Returns whether anything changed; then others are told.

    `is_configured`: its provider stands in the settings, and gives whatever it says. Any other gives no more than
    whoever set it up may give now.
    """
    if not is_configured:
        told = as_may_be_given(connection, told)
    changed = False
    if told.groups is not None:
        if make_groups:
            _make(connection, told.groups, now)
        changed = _replace(connection, user_id, told.provider, _known(connection, told.groups))
    changed = _decide_role(connection, user_id, told) or changed
    if changed:
        tell_others(connection, "changed", user_id, now=now)
    return changed


def forget_told(connection: Connection, user_id: UserId, provider: str, *, now: datetime) -> None:
    """The provider no longer speaks for the person: what it alone said holds no more."""
    left = _replace(connection, user_id, provider, frozenset())
    if take_back_role(connection, user_id, provider) or left:
        tell_others(connection, "changed", user_id, now=now)


def _known(connection: Connection, names: frozenset[str]) -> frozenset[str]:
    """The ids of those groups that exist."""
    return frozenset(connection.scalars(select(GROUPS.c.id).where(GROUPS.c.name.in_(names))))


def _make(connection: Connection, names: frozenset[str], now: datetime) -> None:
    there = set(connection.scalars(select(GROUPS.c.name).where(GROUPS.c.name.in_(names))))
    for name in sorted(names - there):
        group = {"id": new_id(), "name": name, "description": "", "created_at": now}
        # A group made from outside allows nothing until somebody here says what.
        connection.execute(insert(GROUPS), {**group, "permissions": json.dumps([])})


def _replace(connection: Connection, user_id: UserId, source: str, wanted: frozenset[str]) -> bool:
    mine = (MEMBERSHIPS.c.user_id == user_id) & (MEMBERSHIPS.c.source == source)
    there = set(connection.scalars(select(MEMBERSHIPS.c.group_id).where(mine)))
    if wanted == frozenset(there):
        return False
    connection.execute(delete(MEMBERSHIPS).where(mine, MEMBERSHIPS.c.group_id.in_(there - wanted)))
    for group_id in sorted(wanted - there):
        connection.execute(
            insert(MEMBERSHIPS), {"group_id": group_id, "user_id": user_id, "source": source}
        )
    return True


def _decide_role(connection: Connection, user_id: UserId, told: Told) -> bool:
    if told.role is None:
        return take_back_role(connection, user_id, told.provider)
    role = _role(connection, told.role)
    if role is None:
        log.warning("a provider names a role that does not exist", extra={"role": told.role})
        return False
    return give_role(connection, user_id, told.provider, role)


def _role(connection: Connection, name: RoleName) -> RoleName | None:
    """How people's rows call the role of this name."""
    if name == OWNER:
        return None
    if name in BUILT_IN_ROLES:
        return name
    return connection.scalar(select(ROLES.c.id).where(ROLES.c.name == name))
