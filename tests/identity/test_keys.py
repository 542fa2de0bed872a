"""Keys of programs: who makes them and for whom, how they are rotated and revoked, and what is kept of them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.identity.conftest import Door
from tests.support.acts import acts_in, recorded
from tests.support.community import Community
from tests.support.key_ring import Ring

from arcano.identity import (
    KeyLimits,
    KeyScope,
    NotAllowedError,
    Permission,
    UserId,
    Viewer,
)
from arcano.identity.errors import OwnerStaysError, PersonNotFoundError
from arcano.identity.keys.edit_keys import KeyTerms, MadeKey
from arcano.identity.keys.errors import (
    KeyNotFoundError,
    KeyRotatedError,
)
from arcano.identity.keys.scope import KeyId
from arcano.identity.keys.secret import digest_of_secret
from arcano.identity.people.add_service_account import add_service_account
from arcano.platform.errors import InvalidInputError

HOUR = timedelta(hours=1)


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("arcano.db*"))


async def test_the_secret_is_kept_nowhere_and_its_digest_is_told_to_nobody(
    door: Door, ring: Ring, owner: Viewer, tmp_path: Path
) -> None:
    made = await ring.make(owner)
    rotated = await ring.editor(owner).rotate(made.key.scope.id, overlap=HOUR)
    await ring.asks(rotated.secret)
    await ring.keys.settle()

    on_disk = await asyncio.to_thread(all_bytes, tmp_path)

    for secret in (made.secret, rotated.secret):
        assert digest_of_secret(secret) in on_disk
        assert secret.encode() not in on_disk
        assert secret.removeprefix("sk-arc-").encode() not in on_disk
    told = repr(await recorded(door.database)) + repr(rotated.key)
    assert digest_of_secret(made.secret).hex() not in told
    assert repr(digest_of_secret(made.secret)) not in told
    assert len(made.secret.removeprefix("sk-arc-")) == 43


@pytest.mark.parametrize("lasts", [-HOUR, timedelta(0)])
async def test_a_key_that_would_have_expired_already_is_not_made(
    ring: Ring, owner: Viewer, lasts: timedelta
) -> None:
    with pytest.raises(InvalidInputError):
        await ring.make(owner, lasts=lasts)


async def test_a_rotated_key_has_two_secrets_until_the_overlap_is_over(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner)
    await ring.asks(made.secret)
    rotated = await ring.editor(owner).rotate(made.key.scope.id, overlap=HOUR)
    await ring.sessions.hear()

    assert rotated.key.scope == made.key.scope
    assert not await ring.is_refused(made.secret)
    assert not await ring.is_refused(rotated.secret)
    door.clock.pass_by(HOUR)

    assert await ring.is_refused(made.secret)
    assert not await ring.is_refused(rotated.secret)


async def test_rotating_without_an_overlap_ends_every_earlier_secret_at_once(
    ring: Ring, owner: Viewer
) -> None:
    first = await ring.make(owner)
    second = await ring.editor(owner).rotate(first.key.scope.id, overlap=HOUR)
    with pytest.raises(KeyRotatedError):
        await ring.editor(owner).rotate(first.key.scope.id, overlap=HOUR)

    third = await ring.editor(owner).rotate(first.key.scope.id, overlap=timedelta(0))
    await ring.sessions.hear()

    assert await ring.is_refused(first.secret)
    assert await ring.is_refused(second.secret)
    assert not await ring.is_refused(third.secret)


@pytest.mark.parametrize("overlap", [HOUR, timedelta(0)])
async def test_of_fifty_who_rotate_the_same_secret_one_does(
    ring: Ring, owner: Viewer, overlap: timedelta
) -> None:
    made = await ring.make(owner)
    hint = made.key.secrets[0].hint

    done = await asyncio.gather(
        *(
            ring.editor(owner).rotate(made.key.scope.id, overlap=overlap, replaces=hint)
            for _ in range(50)
        ),
        return_exceptions=True,
    )

    winners = [each for each in done if isinstance(each, MadeKey)]
    assert len(winners) == 1
    assert sum(isinstance(each, KeyRotatedError) for each in done) == 49
    await ring.sessions.hear()
    assert not await ring.is_refused(winners[0].secret)


async def test_a_revoked_key_opens_nothing_in_any_process_and_what_is_open_ends(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    there = Ring(door, door.other_sessions())
    made, other = await ring.make(owner), await ring.make(owner)
    began = asyncio.Event()

    async def stream() -> bool:
        viewer = await there.asks(made.secret)
        with there.sessions.staying(viewer, through_changes=True) as stay:
            began.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                stay.task.uncancel()
                return stay.signed_out
        return False

    await there.asks(other.secret)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        streaming = tasks.create_task(stream())
        await began.wait()
        await ring.editor(owner).revoke(made.key.scope.id)
        await there.sessions.hear()

    assert streaming.result()
    assert await there.is_refused(made.secret)
    assert not await there.is_refused(other.secret)


async def test_an_answer_that_cannot_begin_anew_goes_on_through_a_change_of_the_key(
    ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner)
    viewer = await ring.asks(made.secret)
    terms = KeyTerms("Other", frozenset({"gemini"}), ("*",), (), KeyLimits(), None)

    with ring.sessions.staying(viewer, through_changes=True) as stay:
        await ring.editor(owner).change(made.key.scope.id, lambda _: terms)
        await ring.sessions.hear()

    assert not stay.ended
    assert (await ring.asks(made.secret)).key == KeyScope(
        made.key.scope.id, "Other", frozenset({"gemini"})
    )


async def test_nobody_makes_keys_without_the_permission_or_for_another_person(
    community: Community, ring: Ring, owner: Viewer
) -> None:
    grace = await community.with_role(owner, Permission.MODEL_USE, name="Grace")
    admin = await community.joined(owner, "admin", name="Hopper")

    with pytest.raises(NotAllowedError):
        await ring.make(grace)
    for maker in (owner, admin):
        with pytest.raises(PersonNotFoundError):
            await ring.make(maker, for_whom=grace.user_id)


async def test_somebody_elses_key_is_not_there_except_to_be_revoked_by_who_may_revoke_all(
    community: Community, ring: Ring, owner: Viewer
) -> None:
    grace = await community.joined(owner)
    stranger = await community.joined(owner, name="Stranger")
    admin = await community.joined(owner, "admin", name="Hopper")
    key_id = (await ring.make(grace)).key.scope.id

    assert await ring.own(stranger) == []
    assert await ring.own(admin) == [key_id]
    for deed in (
        ring.editor(stranger).revoke(key_id),
        ring.editor(stranger).rotate(key_id, overlap=HOUR),
        ring.editor(admin).rotate(key_id, overlap=HOUR),
        ring.editor(owner).change(key_id, lambda key: pytest.fail(str(key))),
    ):
        with pytest.raises(KeyNotFoundError):
            await deed
    await ring.editor(admin).revoke(key_id)

    assert await ring.own(grace) == []
    with pytest.raises(KeyNotFoundError):
        await ring.editor(grace).rotate(key_id, overlap=HOUR)


async def test_a_service_accounts_key_is_made_by_who_looks_after_it_and_could_do_the_same(
    door: Door, community: Community, ring: Ring, owner: Viewer
) -> None:
    robot = (
        await add_service_account(
            name="Robot", role="admin", viewer=owner, database=door.database, clock=door.clock
        )
    ).person
    keeper = await community.with_role(
        owner, Permission.SERVICE_MANAGE, Permission.MODEL_USE, name="Keeper"
    )
    admin = await community.joined(owner, "admin", name="Hopper")

    with pytest.raises(NotAllowedError):
        await ring.make(keeper, for_whom=robot.id)
    with pytest.raises(NotAllowedError):
        await ring.make(admin, for_whom=robot.id)
    made = await ring.make(owner, for_whom=robot.id)

    viewer = await ring.asks(made.secret)
    assert (viewer.user_id, viewer.actor.kind) == (robot.id, "service")
    with pytest.raises(PersonNotFoundError):
        await ring.make(owner, for_whom=UserId("nobody"))
    with pytest.raises((PersonNotFoundError, OwnerStaysError)):
        await ring.make(admin, for_whom=owner.user_id)


async def test_what_is_done_with_keys_is_on_the_audit_trail(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner)
    key_id = made.key.scope.id
    same = KeyTerms("Nightly", frozenset({"api"}), ("*",), (), KeyLimits(), None)
    await ring.editor(owner).change(key_id, lambda _: same)
    await ring.editor(owner).rotate(key_id, overlap=HOUR)
    await ring.editor(owner).revoke(key_id)

    acts = [act for act in await recorded(door.database) if act.subject_id == key_id]

    assert [act.action for act in acts] == [
        "key.added",
        "key.changed",
        "key.rotated",
        "key.revoked",
    ]
    assert {act.actor_id for act in acts} == {owner.user_id}
    before = await acts_in(door.database)
    with pytest.raises(KeyNotFoundError):
        await ring.editor(owner).revoke(KeyId("none"))
    assert await acts_in(door.database) == before
