"""Inviting somebody by a link: it works once, for what whoever made it may give, and only as long as they may."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.identity.conftest import Door
from tests.support.community import LINKS_LAST, Community

from arcano.identity import NotAllowedError, Permission
from arcano.identity.errors import (
    EmailTakenError,
    InvitationNotFoundError,
    LinkSpentError,
    RoleNotFoundError,
)
from arcano.identity.groups.edit_groups import GroupChange
from arcano.identity.people.link_repository import LinkRepository
from arcano.platform.errors import InvalidInputError


async def test_whoever_is_invited_joins_with_the_role_and_the_groups(community: Community) -> None:
    owner = await community.begin()
    group = await community.groups(owner).make(GroupChange("Readers"))
    _, token = await community.invite(owner, "admin", groups=frozenset({group.id}))

    person = await community.accept(token, email="grace@arcano.example")

    member = await community.person(owner, person.id)
    assert (member.person.role, member.groups) == ("admin", (group.id,))
    assert (await community.signed_in(person)).groups == {group.id}


async def test_of_fifty_who_try_one_link_at_once_exactly_one_joins(community: Community) -> None:
    _, token = await community.invite(await community.begin())

    tries = await asyncio.gather(
        *(community.accept(token, email=f"p{n}@arcano.example") for n in range(50)),
        return_exceptions=True,
    )

    assert sum(isinstance(refused, LinkSpentError) for refused in tries) == 49
    people = await community.database.read(
        lambda c: c.scalar(text("SELECT count(*) FROM users WHERE role = 'member'"))
    )
    assert people == 1


async def test_a_link_outlives_a_mistake_made_while_using_it(community: Community) -> None:
    _, token = await community.invite(await community.begin())

    with pytest.raises(EmailTakenError):
        await community.accept(token, email="owner@arcano.example")

    assert (await community.accept(token, email="grace@arcano.example")).role == "member"


async def test_what_stands_in_the_link_is_not_in_the_database(community: Community) -> None:
    _, token = await community.invite(await community.begin())

    stored = await community.database.read(
        lambda c: c.execute(text("SELECT * FROM invitations")).all()
    )

    assert token not in repr(stored)


async def test_a_link_ends_with_its_time(community: Community, door: Door) -> None:
    owner = await community.begin()
    _, token = await community.invite(owner)
    door.clock.pass_by(LINKS_LAST - timedelta(seconds=1))
    _, younger = await community.invite(owner)
    door.clock.pass_by(timedelta(seconds=1))

    with pytest.raises(LinkSpentError):
        await community.accept(token, email="grace@arcano.example")
    await community.accept(younger, email="grace@arcano.example")


async def test_a_link_that_was_taken_back_lets_nobody_in(community: Community) -> None:
    owner = await community.begin()
    invitation, token = await community.invite(owner)
    await community.database.write(lambda c: LinkRepository(c).revoke(invitation.id))

    with pytest.raises(LinkSpentError):
        await community.accept(token, email="grace@arcano.example")
    with pytest.raises(InvitationNotFoundError):
        await community.database.write(lambda c: LinkRepository(c).revoke(invitation.id))


async def test_an_invitation_for_an_address_is_good_for_no_other(community: Community) -> None:
    owner = await community.begin()
    _, token = await community.invite(owner, email="grace@arcano.example")

    with pytest.raises(InvalidInputError):
        await community.accept(token, email="mallory@arcano.example")

    assert (await community.accept(token)).email == "grace@arcano.example"


async def test_nobody_invites_to_more_than_they_may_themselves(community: Community) -> None:
    owner = await community.begin()
    recruiter = await community.with_role(
        owner, Permission.PERSON_READ, Permission.PERSON_MANAGE, name="Recruiter"
    )
    powerful = await community.roles(owner).make("Cleaner", frozenset({Permission.CACHE_MANAGE}))
    modest = await community.roles(owner).make("Looker", frozenset({Permission.PERSON_READ}))

    for role in ("member", "admin", powerful.id):
        with pytest.raises(NotAllowedError):
            await community.invite(recruiter, role)
    with pytest.raises(RoleNotFoundError):
        await community.invite(recruiter, "owner")

    await community.invite(recruiter, modest.id)


async def test_an_admin_makes_no_admins_unless_they_may_say_what_roles_are_allowed(
    community: Community,
) -> None:
    owner = await community.begin()
    admin = await community.joined(owner, "admin")

    with pytest.raises(NotAllowedError):
        await community.invite(admin, "admin")
    await community.invite(admin, "member")


@pytest.mark.parametrize("how", ["disabled", "demoted", "deleted"])
async def test_whoever_is_out_of_office_has_invited_nobody(community: Community, how: str) -> None:
    owner = await community.begin()
    admin = await community.joined(owner, "admin")
    _, token = await community.invite(admin)
    match how:
        case "disabled":
            await community.change(owner, admin.user_id, state="disabled")
        case "demoted":
            looker = await community.roles(owner).make("Looker", frozenset())
            await community.change(owner, admin.user_id, role=looker.id)
        case _:
            await community.delete(owner, admin.user_id)

    with pytest.raises(LinkSpentError):
        await community.accept(token, email="backdoor@arcano.example")


async def test_somebody_who_is_here_is_not_invited_again(community: Community) -> None:
    owner = await community.begin()

    with pytest.raises(EmailTakenError):
        await community.invite(owner, email="owner@arcano.example")
