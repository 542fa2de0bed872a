"""The doors of groups."""

from typing import Annotated

from fastapi import APIRouter, Depends, status

from arcano.identity.access import may
from arcano.identity.domain import GroupId, UserId, Viewer
from arcano.identity.groups.edit_groups import GroupEditor
from arcano.identity.groups.repository import GroupRepository
from arcano.identity.groups.schemas import (
    GroupChangeDraft,
    GroupDraft,
    GroupPage,
    GroupPeopleDraft,
    GroupView,
)
from arcano.identity.http import Identity, identity_of
from arcano.identity.permissions import Permission
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/groups", tags=["people"], route_class=JsonRoute)

_Identity = Annotated[Identity, Depends(identity_of)]
_Reader = Annotated[Viewer, may(Permission.PERSON_READ)]
_Manager = Annotated[Viewer, may(Permission.GROUP_MANAGE)]


@router.get("")
async def list_groups(_viewer: _Reader, identity: _Identity) -> GroupPage:
    groups = await identity.database.read(lambda c: GroupRepository(c).all())
    return GroupPage(items=[GroupView.of(group) for group in groups], next_cursor=None)


@router.post("", status_code=status.HTTP_201_CREATED)
async def make_group(draft: GroupDraft, viewer: _Manager, identity: _Identity) -> GroupView:
    return GroupView.of(await _editor(viewer, identity).make(draft.change()))


@router.patch("/{group_id}")
async def change_group(
    group_id: str, draft: GroupChangeDraft, viewer: _Manager, identity: _Identity
) -> GroupView:
    editor = _editor(viewer, identity, confirmed=draft.confirm)
    group = await editor.change(GroupId(group_id), draft.change())
    await identity.sessions.hear()
    return GroupView.of(group)


@router.delete("/{group_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_group(
    group_id: str, viewer: _Manager, identity: _Identity, *, confirm: bool = False
) -> None:
    await _editor(viewer, identity, confirmed=confirm).delete(GroupId(group_id))
    await identity.sessions.hear()


@router.post("/{group_id}/people")
async def put_people_in_group(
    group_id: str, draft: GroupPeopleDraft, viewer: _Manager, identity: _Identity
) -> GroupView:
    people = {UserId(user) for user in draft.people}
    group = await _editor(viewer, identity).put_in(GroupId(group_id), people)
    await identity.sessions.hear()
    return GroupView.of(group)


@router.delete("/{group_id}/people/{user_id}")
async def take_person_out_of_group(
    group_id: str, user_id: str, viewer: _Manager, identity: _Identity, *, confirm: bool = False
) -> GroupView:
    editor = _editor(viewer, identity, confirmed=confirm)
    group = await editor.take_out(GroupId(group_id), UserId(user_id))
    await identity.sessions.hear()
    return GroupView.of(group)


def _editor(viewer: Viewer, identity: Identity, *, confirmed: bool = False) -> GroupEditor:
    return GroupEditor(viewer, identity.database, identity.clock, confirmed)
