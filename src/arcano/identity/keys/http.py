"""The doors of keys. None of them opens to a key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, status

from arcano.identity.access import SignedIn, may
from arcano.identity.domain import UserId, Viewer
from arcano.identity.http import Identity, identity_of
from arcano.identity.keys.edit_keys import KeyEditor
from arcano.identity.keys.repository import KeyRepository
from arcano.identity.keys.schemas import (
    KeyChangeDraft,
    KeyDraft,
    KeyPage,
    KeyView,
    MadeKeyView,
    RotateDraft,
)
from arcano.identity.keys.scope import KeyId
from arcano.identity.permissions import Permission
from arcano.identity.policies import Policies
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api/keys", tags=["keys"], route_class=JsonRoute)

_MAKES = (Permission.KEY_CREATE, Permission.SERVICE_MANAGE)

_Identity = Annotated[Identity, Depends(identity_of)]
_Maker = Annotated[Viewer, may(*_MAKES)]
_Owner = Annotated[Viewer, may(*_MAKES, at_least="owner")]
_Revoker = Annotated[Viewer, may(at_least="owner")]
_Text = Annotated[str | None, Query(max_length=200)]


@router.get("")
async def list_keys(
    viewer: SignedIn,
    identity: _Identity,
    *,
    user_id: _Text = None,
    everybodys: bool = False,
    cursor: _Text = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> KeyPage:
    """One's own keys; those of an account that one looks after; or all that one may see."""
    found = await identity.database.read(
        lambda c: KeyRepository(c, viewer).some(
            user_id=None if user_id is None else UserId(user_id),
            everybodys=everybodys,
            after=None if cursor is None else KeyId(cursor),
            limit=limit + 1,
        )
    )
    now = identity.clock.now()
    return KeyPage(
        items=[KeyView.of(key, now) for key in found[:limit]],
        next_cursor=found[limit - 1].scope.id if len(found) > limit else None,
    )


@router.post("", status_code=status.HTTP_201_CREATED)
async def make_key(draft: KeyDraft, viewer: _Maker, identity: _Identity) -> MadeKeyView:
    """The key itself is in this answer, and can never be asked for again."""
    await _expect_proof(viewer, identity)
    made = await _editor(viewer, identity).make(draft.terms(), for_whom=draft.for_whom())
    return MadeKeyView.of_made(made, identity.clock.now())


@router.patch("/{key_id}")
async def change_key(
    key_id: str, draft: KeyChangeDraft, viewer: _Owner, identity: _Identity
) -> KeyView:
    await _expect_proof(viewer, identity)
    key = await _editor(viewer, identity).change(KeyId(key_id), draft.change())
    await identity.sessions.hear()
    return KeyView.of(key, identity.clock.now())


@router.post("/{key_id}/rotate", status_code=status.HTTP_201_CREATED)
async def rotate_key(
    key_id: str, draft: RotateDraft, viewer: _Owner, identity: _Identity
) -> MadeKeyView:
    """Another secret for the same key. The one before goes on for a while, so that programs can be told."""
    await _expect_proof(viewer, identity)
    made = await _editor(viewer, identity).rotate(
        KeyId(key_id), overlap=draft.overlap, replaces=draft.replaces
    )
    await identity.sessions.hear()
    return MadeKeyView.of_made(made, identity.clock.now())


@router.delete("/{key_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_key(key_id: str, viewer: _Revoker, identity: _Identity) -> None:
    """For good, and at once: what is open for it ends. Whoever may revoke everybody's keys may this one."""
    await _editor(viewer, identity).revoke(KeyId(key_id))
    await identity.sessions.hear()


async def _expect_proof(viewer: Viewer, identity: Identity) -> None:
    """Go on only if it is not long since the person showed who they are, where the workspace wants that for keys."""
    policies = await identity.database.read(Policies.read)
    if policies.proof_for_keys:
        await identity.sessions.expect_proof(viewer)


def _editor(viewer: Viewer, identity: Identity) -> KeyEditor:
    return KeyEditor(viewer, identity.database, identity.clock)
