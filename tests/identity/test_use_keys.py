"""Coming with a key: whom it stands for, what it opens, and what is refused."""

from datetime import timedelta

import pytest
from tests.identity.conftest import Door
from tests.support.acts import recorded
from tests.support.community import Community
from tests.support.key_ring import Ring

from arcano.identity import (
    KeyRefusedError,
    KeyScope,
    NotAllowedError,
    Permission,
    TooManyAttemptsError,
    Viewer,
)
from arcano.identity.keys.errors import (
    KeyInAddressError,
    KeyScopeError,
    SeveralKeysError,
)
from arcano.identity.keys.find_credential import find_credential
from arcano.identity.keys.repository import KeyRepository
from arcano.identity.keys.scope import KeyId
from arcano.identity.keys.secret import Secret, new_secret

HOUR = timedelta(hours=1)


async def test_a_key_stands_for_whoever_made_it_within_what_it_was_made_for(
    ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner, doors=frozenset({"openai", "api"}), models=("small", "big-*"))

    viewer = await ring.asks(made.secret)

    assert (viewer.user_id, viewer.name) == (owner.user_id, owner.name)
    assert viewer.key == made.key.scope
    assert viewer.allows("openai", "small")
    assert viewer.allows("openai", "big-one")
    assert not viewer.allows("openai", "medium")
    assert not viewer.allows("gemini")
    viewer.expect_model("small")
    with pytest.raises(KeyScopeError):
        viewer.expect_model("medium")


async def test_a_key_gives_no_more_than_keys_may_do_even_to_the_owner(
    ring: Ring, owner: Viewer
) -> None:
    viewer = await ring.asks((await ring.make(owner)).secret)

    assert viewer.permissions == {
        Permission.CONVERSATION_READ,
        Permission.CONVERSATION_WRITE,
        Permission.MODEL_USE,
        Permission.STATUS_READ,
        Permission.BATCH_RUN,
    }
    with pytest.raises(NotAllowedError):
        await ring.make(viewer)


async def test_a_key_loses_what_its_person_loses_without_being_made_anew(
    community: Community, ring: Ring, owner: Viewer
) -> None:
    grace = await community.joined(owner)
    made = await ring.make(grace)
    assert Permission.BATCH_RUN in (await ring.asks(made.secret)).permissions
    poor = await community.roles(owner).make("Poor", frozenset({Permission.MODEL_USE}))

    await community.change(owner, grace.user_id, role=poor.id)

    assert (await ring.asks(made.secret)).permissions == {Permission.MODEL_USE}


async def test_a_key_of_somebody_who_was_disabled_opens_nothing(
    community: Community, ring: Ring, owner: Viewer
) -> None:
    grace = await community.joined(owner)
    made = await ring.make(grace)
    await ring.asks(made.secret)

    await community.change(owner, grace.user_id, state="disabled")

    assert await ring.is_refused(made.secret)


async def test_signing_out_everywhere_leaves_keys_and_what_is_open_for_them(
    ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner)
    with ring.sessions.staying(await ring.asks(made.secret)) as stay:
        await ring.sessions.end_everywhere(owner.user_id)

    assert not stay.ended
    assert (await ring.asks(made.secret)).user_id == owner.user_id


async def test_a_key_ends_when_its_time_is_over_though_it_is_remembered(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner, lasts=HOUR)
    await ring.asks(made.secret)

    door.clock.pass_by(HOUR - timedelta(seconds=1))
    assert not await ring.is_refused(made.secret)
    door.clock.pass_by(timedelta(seconds=1))

    assert await ring.is_refused(made.secret)
    assert await Ring(door, door.other_sessions()).is_refused(made.secret)


async def test_a_key_is_used_only_from_where_it_may_be_and_elsewhere_it_is_told(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner, addresses=("192.0.2.0/28", "2001:db8::/32"))

    for address in ("192.0.2.15", "::ffff:192.0.2.3", "2001:db8::7"):
        assert not await ring.is_refused(made.secret, address=address)
    for address in ("192.0.2.16", "198.51.100.1", "2001:db9::7", "", "nonsense"):
        assert await ring.is_refused(made.secret, address=address)

    told = [act for act in await recorded(door.database) if act.action == "key.used-elsewhere"]
    assert len(told) == 5
    assert {(act.outcome, act.actor_kind, act.subject_id) for act in told} == {
        ("refused", "anonymous", made.key.scope.id)
    }


async def test_all_that_is_refused_is_refused_in_the_same_words(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    expired = await ring.make(owner, lasts=HOUR)
    revoked = await ring.make(owner)
    elsewhere = await ring.make(owner, addresses=("10.0.0.0/8",))
    await ring.editor(owner).revoke(revoked.key.scope.id)
    door.clock.pass_by(2 * HOUR)

    words: set[str] = set()
    for secret in (
        expired.secret,
        revoked.secret,
        elsewhere.secret,
        new_secret(),
        Secret("sk-arc-"),
        Secret("sk-arc-" + "x" * 10_000),
    ):
        with pytest.raises(KeyRefusedError) as refused:
            await ring.asks(secret)
        words.add(refused.value.detail)

    assert len(words) == 1


async def test_whoever_tries_keys_waits_and_keys_in_use_go_on(door: Door, owner: Viewer) -> None:
    ring = Ring(door, door.sessions, refused=3)
    in_use = await ring.make(owner)
    not_yet_used = await ring.make(owner)
    await ring.asks(in_use.secret)
    for _ in range(3):
        assert await ring.is_refused(new_secret())

    with pytest.raises(TooManyAttemptsError):
        await ring.asks(new_secret())
    with pytest.raises(TooManyAttemptsError):
        await ring.asks(not_yet_used.secret)

    assert (await ring.asks(in_use.secret)).user_id == owner.user_id
    assert (await ring.asks(not_yet_used.secret, address="192.0.2.9")).user_id == owner.user_id


async def test_a_known_key_costs_no_query_and_its_use_is_written_once_for_many(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner)
    await ring.asks(made.secret)
    door.database.close()

    for _ in range(100):
        door.clock.pass_by(timedelta(seconds=1))
        await ring.asks(made.secret)


async def test_the_last_use_is_shown_of_the_key_and_of_each_secret(
    door: Door, ring: Ring, owner: Viewer
) -> None:
    made = await ring.make(owner)
    await ring.asks(made.secret)
    first_use = door.clock.now()
    door.clock.pass_by(HOUR)
    rotated = await ring.editor(owner).rotate(made.key.scope.id, overlap=HOUR)
    await ring.asks(rotated.secret)

    await ring.keys.settle()

    key = await door.database.read(
        lambda c: KeyRepository(c, owner).one_to_change(made.key.scope.id)
    )
    assert [secret.last_used_at for secret in key.secrets] == [door.clock.now(), first_use]
    assert key.last_used_at == door.clock.now()


@pytest.mark.parametrize(
    ("pattern", "fits", "not_this"),
    [
        ("gpt-4", ["gpt-4"], ["gpt-4o", "GPT-4", "xgpt-4"]),
        ("gpt-*", ["gpt-", "gpt-4o"], ["gpt", "my-gpt-4"]),
        ("*/small", ["a/small", "/small"], ["a/smaller", "small"]),
        ("a*b*a", ["aba", "axxbyya"], ["ab", "aa", "abab"]),
        ("a*a", ["aa", "aba"], ["a"]),
        ("m[1].x", ["m[1].x"], ["m1.x", "m1yx"]),
    ],
)
def test_a_star_in_a_models_name_stands_for_anything(
    pattern: str, fits: list[str], not_this: list[str]
) -> None:
    scope = KeyScope(KeyId("k"), "", frozenset(), (pattern,))

    assert [model for model in fits + not_this if scope.allows_model(model)] == fits


def test_many_stars_take_no_time() -> None:
    scope = KeyScope(KeyId("k"), "", frozenset(), ("*a" * 200 + "b",))

    assert not scope.allows_model("a" * 500)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer one"},
        {"authorization": "bearer  one "},
        {"x-api-key": "one"},
        {"x-goog-api-key": "one"},
        {"api-key": "one"},
        {"authorization": "Bearer one", "x-api-key": "one"},
        {"authorization": "Basic b25lOm9uZQ==", "x-api-key": "one"},
    ],
)
def test_every_vendors_header_is_read(headers: dict[str, str]) -> None:
    assert find_credential(headers) == "one"


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer one", "x-api-key": "two"},
        {"x-goog-api-key": "one", "api-key": "two"},
    ],
)
def test_two_different_credentials_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(SeveralKeysError):
        find_credential(headers)


def test_a_key_in_the_address_is_refused_with_the_header_to_use() -> None:
    for query in (b"key=sk-arc-x", b"alt=sse&key=x", b"api_key=sk-arc-x"):
        with pytest.raises(KeyInAddressError, match="x-goog-api-key"):
            find_credential({"x-api-key": "one"}, query)

    assert find_credential({}, b"monkey=1&alt=sse") is None
