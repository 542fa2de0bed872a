"""A new password by a link: it works once, and only as long as whoever made the link may still make it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.identity.conftest import Door
from tests.support.community import LINKS_LAST, PASSWORD, Community
from typing_extensions import override

from arcano.identity import NotAllowedError, NotSignedInError, Passwords, Permission, Viewer
from arcano.identity.errors import LinkSpentError, WrongCredentialsError
from arcano.identity.people.hand_over import hand_over
from arcano.identity.people.reset_password import give_reset, look_at_reset, use_reset


async def test_a_forgotten_password_is_replaced_once_and_everything_old_ends(
    community: Community, door: Door
) -> None:
    owner = await community.begin()
    grace = await community.joined(owner)
    email = "grace@arcano.example"
    before = await door.sign_in(email=email)
    earlier = await community.make_reset(owner, grace.user_id)
    token = await community.make_reset(owner, grace.user_id)

    tries = await asyncio.gather(
        *(community.use_reset(token, "another horse") for _ in range(50)), return_exceptions=True
    )

    assert sum(isinstance(refused, LinkSpentError) for refused in tries) == 49
    with pytest.raises(LinkSpentError):
        await community.use_reset(earlier, "a third horse")
    with pytest.raises(WrongCredentialsError):
        await door.sign_in(PASSWORD, email=email)
    with pytest.raises(NotSignedInError):
        # Whoever proved the old password just before does not slip in with it.
        await community.signed_in(before)
    assert await community.signed_in(await door.sign_in("another horse", email=email))


async def test_nobody_resets_the_password_of_somebody_who_may_do_more(community: Community) -> None:
    owner = await community.begin()
    keeper = await community.with_role(owner, Permission.PERSON_READ, Permission.PERSON_MANAGE)
    grace = await community.joined(owner)

    with pytest.raises(NotAllowedError):
        await community.make_reset(keeper, grace.user_id)


@pytest.mark.parametrize("how", ["disabled", "demoted", "deleted"])
async def test_a_new_password_made_possible_by_somebody_who_was_dismissed_is_not_set(
    community: Community, how: str
) -> None:
    """Else whoever was dismissed comes back as one of those they had looked after."""
    owner, admin, _, token = await a_link_by_an_admin(community)

    match how:
        case "disabled":
            await community.change(owner, admin.user_id, state="disabled")
        case "demoted":
            await community.change(owner, admin.user_id, role="member")
        case _:
            await community.delete(owner, admin.user_id)

    await expect_spent(community, token)


async def test_coming_back_brings_back_no_link_that_was_made_before(community: Community) -> None:
    owner, admin, _, token = await a_link_by_an_admin(community)

    await community.change(owner, admin.user_id, state="disabled")
    await community.change(owner, admin.user_id, state="active")

    with pytest.raises(LinkSpentError):
        await community.use_reset(token, "another horse")


async def test_a_link_for_somebody_who_became_the_owner_does_not_make_its_maker_the_owner(
    community: Community, door: Door
) -> None:
    owner, _, grace, token = await a_link_by_an_admin(community)

    await hand_over(grace.user_id, viewer=owner, database=community.database, clock=community.clock)

    await expect_spent(community, token)
    assert (await door.sign_in(email="grace@arcano.example")).role == "owner"


class SlowPasswords(Passwords):
    """While it hashes, something else happens."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    @override
    async def hash(self, password: str) -> str:
        await self._meanwhile()
        return await super().hash(password)


async def test_who_is_dismissed_while_the_new_password_is_hashed_is_dismissed(
    community: Community, door: Door
) -> None:
    owner, admin, _, token = await a_link_by_an_admin(community)
    slow = SlowPasswords(lambda: community.change(owner, admin.user_id, role="member"))

    with pytest.raises(LinkSpentError):
        await use_reset(
            token=token,
            password="another horse",
            database=community.database,
            passwords=slow,
            clock=community.clock,
        )

    slow.close()
    assert await door.sign_in(PASSWORD, email="grace@arcano.example")


async def test_a_link_from_the_machine_itself_is_good_whoever_is_dismissed(
    community: Community,
) -> None:
    owner = await community.begin()
    heir = await community.joined(owner)
    token = await give_reset(
        "owner@arcano.example",
        lifetime=LINKS_LAST,
        database=community.database,
        clock=community.clock,
    )
    await hand_over(heir.user_id, viewer=owner, database=community.database, clock=community.clock)

    assert (await community.use_reset(token, "another horse")).role == "admin"


async def expect_spent(community: Community, token: str) -> None:
    with pytest.raises(LinkSpentError):
        await look_at_reset(token, database=community.database, clock=community.clock)
    with pytest.raises(LinkSpentError):
        await community.use_reset(token, "another horse")


async def a_link_by_an_admin(community: Community) -> tuple[Viewer, Viewer, Viewer, str]:
    """The owner, an admin, a member, and the member's way to a new password, which the admin made."""
    owner = await community.begin()
    admin = await community.joined(owner, "admin", name="Edith")
    grace = await community.joined(owner)
    token = await community.make_reset(admin, grace.user_id)
    return owner, admin, grace, token
