"""The doors of roles, of permissions, and of the workspace's policies."""

from typing import Annotated

from fastapi import APIRouter, Depends, status
from sqlalchemy import Connection

from arcano.identity.access import may
from arcano.identity.changes import tell_others
from arcano.identity.domain import Viewer
from arcano.identity.http import Identity, identity_of
from arcano.identity.permissions import Permission
from arcano.identity.policies import Policies
from arcano.identity.repository import IdentityRepository
from arcano.identity.roles.edit_roles import RoleEditor
from arcano.identity.roles.repository import RoleRepository
from arcano.identity.roles.schemas import (
    PermissionPage,
    PermissionView,
    PoliciesDraft,
    PoliciesView,
    RoleChangeDraft,
    RoleDraft,
    RolePage,
    RoleView,
)
from arcano.platform.acts import Act, record
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["people"], route_class=JsonRoute)

_Identity = Annotated[Identity, Depends(identity_of)]
_Reader = Annotated[Viewer, may(Permission.PERSON_READ)]
_Manager = Annotated[Viewer, may(Permission.ROLE_MANAGE)]
_Keeper = Annotated[Viewer, may(Permission.SIGN_IN_MANAGE)]


@router.get("/permissions")
async def list_permissions(_viewer: _Reader) -> PermissionPage:
    return PermissionPage(
        items=[PermissionView.of(permission) for permission in Permission], next_cursor=None
    )


@router.get("/roles")
async def list_roles(_viewer: _Reader, identity: _Identity) -> RolePage:
    roles = await identity.database.read(lambda c: RoleRepository(c).all())
    return RolePage(items=[RoleView.of(role) for role in roles], next_cursor=None)


@router.post("/roles", status_code=status.HTTP_201_CREATED)
async def make_role(draft: RoleDraft, viewer: _Manager, identity: _Identity) -> RoleView:
    editor = RoleEditor(viewer, identity.database, identity.clock)
    return RoleView.of(await editor.make(draft.name, frozenset(draft.permissions)))


@router.patch("/roles/{role_id}")
async def change_role(
    role_id: str, draft: RoleChangeDraft, viewer: _Manager, identity: _Identity
) -> RoleView:
    editor = RoleEditor(viewer, identity.database, identity.clock, draft.confirm)
    permissions = None if draft.permissions is None else frozenset(draft.permissions)
    role = await editor.change(role_id, name=draft.name, permissions=permissions)
    await identity.sessions.hear()
    return RoleView.of(role)


@router.delete("/roles/{role_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_role(
    role_id: str, viewer: _Manager, identity: _Identity, *, confirm: bool = False
) -> None:
    """A built-in role is put back to its default instead."""
    await RoleEditor(viewer, identity.database, identity.clock, confirm).remove(role_id)
    await identity.sessions.hear()


@router.get("/policies")
async def get_policies(_viewer: _Keeper, identity: _Identity) -> PoliciesView:
    policies = await identity.database.read(Policies.read)
    return PoliciesView.of(policies, mail=identity.post is not None)


@router.put("/policies")
async def set_policies(draft: PoliciesDraft, viewer: _Keeper, identity: _Identity) -> PoliciesView:
    policies = draft.value()
    act = Act(
        "policies.changed",
        viewer.actor,
        details={
            "registration": policies.registration,
            "read-all": policies.read_all_allowed,
            "proof-for-keys": policies.proof_for_keys,
        },
    )

    def unit(connection: Connection) -> None:
        known = IdentityRepository(connection).as_of_now(viewer)
        known.expect(Permission.SIGN_IN_MANAGE)
        now, before = identity.clock.now(), Policies.read(connection)
        if policies.read_all_allowed and not before.read_all_allowed:
            # Whoever may not look themselves does not let anybody look either.
            known.expect(Permission.CONVERSATION_READ_ALL)
        policies.write(connection)
        record(connection, act, now=now)
        if policies.read_all_allowed != before.read_all_allowed:
            # Everybody's page is to say so, wherever it is open.
            tell_others(connection, "changed", now=now)

    await identity.database.write(unit)
    await identity.sessions.hear()
    return PoliciesView.of(policies, mail=identity.post is not None)
