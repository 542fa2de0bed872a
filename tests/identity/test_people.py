"""Looking after people: who may change whom, what the owner is safe from, and how somebody is really gone."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from tests.identity.conftest import Door
from tests.support.community import Community
from typing_extensions import override

from arcano.entrypoints.schema import METADATA
from arcano.identity import (
    BUILT_IN_ROLES,
    NotAllowedError,
    NotSignedInError,
    Permission,
    Policies,
)
from arcano.identity.domain import UserId
from arcano.identity.errors import (
    AccountDisabledError,
    AccountWaitingError,
    EmailTakenError,
    LinkSpentError,
    LosesOwnRightsError,
    NameTakenError,
    OwnerStaysError,
    PersonNotFoundError,
    RegistrationClosedError,
    WrongCredentialsError,
)
from arcano.identity.groups.edit_groups import GroupChange
from arcano.identity.mail import Letter, Mailer, Post
from arcano.identity.people.accept_invitation import look_at_invitation
from arcano.identity.people.add_service_account import add_service_account
from arcano.identity.people.belongings import count_belongings
from arcano.identity.people.hand_over import hand_over


async def test_whoever_is_disabled_is_out_and_comes_back_as_they_were(
    community: Community, door: Door
) -> None:
    owner = await community.begin()
    grace = await community.joined(owner)
    stopped: list[UserId] = []

    async def stop(user_id: UserId) -> None:
        stopped.append(user_id)

    community.sessions.when_barred(stop)
    await community.change(owner, grace.user_id, state="disabled")

    assert stopped == [grace.user_id]
    with pytest.raises(AccountDisabledError):
        await community.signed_in((await community.person(owner, grace.user_id)).person)
    with pytest.raises(NotSignedInError):
        await community.change(grace, grace.user_id, name="Still here")
    member = await community.change(owner, grace.user_id, state="active")
    person = await door.sign_in(email=member.person.email)
    assert (await community.signed_in(person)).role == "member"


@pytest.mark.parametrize("change", [{"role": "member"}, {"state": "disabled"}, {"name": "Fool"}])
async def test_nobody_changes_the_owner(community: Community, change: dict[str, Any]) -> None:
    owner = await community.begin()
    admin = await community.joined(owner, "admin")

    for viewer in (admin, owner):
        with pytest.raises(OwnerStaysError):
            await community.change(viewer, owner.user_id, confirmed=True, **change)
        with pytest.raises(OwnerStaysError):
            await community.delete(viewer, owner.user_id)
    with pytest.raises(OwnerStaysError):
        await community.make_reset(admin, owner.user_id)


@pytest.mark.parametrize("change", [{"role": "member"}, {"state": "disabled"}, {"name": "Fool"}])
async def test_an_admin_changes_no_other_admin(
    community: Community, change: dict[str, Any]
) -> None:
    owner = await community.begin()
    admin = await community.joined(owner, "admin")
    other = await community.joined(owner, "admin", name="Edith")

    with pytest.raises(NotAllowedError):
        await community.change(admin, other.user_id, **change)
    with pytest.raises(NotAllowedError):
        await community.delete(admin, other.user_id)
    with pytest.raises(NotAllowedError):
        await community.make_reset(admin, other.user_id)
    await community.change(owner, other.user_id, **change)


async def test_a_member_changes_nobody(community: Community) -> None:
    owner = await community.begin()
    member = await community.joined(owner)
    other = await community.joined(owner, name="Edith")

    with pytest.raises(NotAllowedError):
        await community.change(member, other.user_id, name="Fool")
    with pytest.raises(NotAllowedError):
        await community.delete(member, other.user_id)


async def test_nobody_makes_themselves_more_than_they_are(community: Community) -> None:
    owner = await community.begin()
    admin = await community.joined(owner, "admin")
    strong = await community.groups(owner).make(
        GroupChange("Strong", permissions=frozenset({Permission.ROLE_MANAGE}))
    )

    with pytest.raises(NotAllowedError):
        await community.change(admin, admin.user_id, groups=frozenset({strong.id}))
    with pytest.raises(NotAllowedError):
        await community.groups(admin).put_in(strong.id, [admin.user_id])
    with pytest.raises(NotAllowedError):
        await community.groups(admin).change(
            strong.id, GroupChange(permissions=frozenset({Permission.CACHE_MANAGE}))
        )
    with pytest.raises(NotAllowedError):
        await community.roles(admin).make("Mine", BUILT_IN_ROLES["owner"])


async def test_what_one_takes_from_oneself_must_be_meant(community: Community) -> None:
    owner = await community.begin()
    admin = await community.joined(owner, "admin")

    changes: list[dict[str, Any]] = [{"role": "member"}, {"state": "disabled"}]
    for change in changes:
        with pytest.raises(LosesOwnRightsError):
            await community.change(admin, admin.user_id, **change)

    assert (await community.person(owner, admin.user_id)).person.state == "active"
    demoted = await community.change(admin, admin.user_id, role="member", confirmed=True)
    assert demoted.person.role == "member"


async def test_a_role_may_not_be_cut_from_under_oneself_by_accident(community: Community) -> None:
    owner = await community.begin()
    keeper = await community.with_role(owner, Permission.ROLE_MANAGE, Permission.PERSON_READ)

    with pytest.raises(LosesOwnRightsError):
        await community.roles(keeper).change(keeper.role, name=None, permissions=frozenset())
    with pytest.raises(NotAllowedError):
        # As a member they could do what they cannot do now.
        await community.roles(keeper).remove(keeper.role)


async def test_people_of_a_role_that_goes_become_members(community: Community) -> None:
    owner = await community.begin()
    keeper = await community.with_role(owner, Permission.CACHE_MANAGE)

    await community.roles(owner).remove(keeper.role)

    assert (await community.person(owner, keeper.user_id)).role_name == "Member"


async def test_a_built_in_role_is_changed_for_everybody_and_put_back(community: Community) -> None:
    owner = await community.begin()
    roles = community.roles(owner)

    changed = await roles.change("member", name=None, permissions=frozenset())
    grace = await community.joined(owner)
    await roles.remove("member")
    back = await roles.change("member", name=None, permissions=BUILT_IN_ROLES["member"])

    assert changed.is_changed
    assert not grace.permissions
    assert not back.is_changed
    stored = await community.database.read(lambda c: c.scalar(text("SELECT count(*) FROM roles")))
    assert stored == 0
    with pytest.raises(OwnerStaysError):
        await roles.change("owner", name=None, permissions=frozenset())
    with pytest.raises(NameTakenError):
        await roles.make("Admin", frozenset())


async def test_the_workspace_is_handed_over_to_one_person_however_many_try(
    community: Community,
) -> None:
    owner = await community.begin()
    heirs = [await community.joined(owner, name=name) for name in ("Grace", "Edith")]

    tries = await asyncio.gather(
        *(
            hand_over(
                heir.user_id, viewer=owner, database=community.database, clock=community.clock
            )
            for heir in heirs
        ),
        return_exceptions=True,
    )

    assert [type(refused) for refused in tries if refused] == [NotAllowedError]
    roles = await community.database.read(
        lambda c: sorted(c.scalars(text("SELECT role FROM users")))
    )
    assert roles == ["admin", "member", "owner"]


async def test_whoever_registers_waits_until_somebody_approves(
    community: Community, door: Door
) -> None:
    owner = await community.begin()
    with pytest.raises(RegistrationClosedError):
        await community.register()
    await community.decide(Policies("approval", ("arcano.example",)))

    first = await community.register()
    again = await community.register()

    with pytest.raises(RegistrationClosedError):
        await community.register("grace@elsewhere.example")
    assert first == again
    person = await door.sign_in(email="grace@arcano.example")
    with pytest.raises(AccountWaitingError):
        await community.signed_in(person)
    await community.change(owner, person.id, state="active")
    assert (await community.signed_in(person)).role == "member"


async def test_where_anybody_may_register_they_are_in_as_members(community: Community) -> None:
    await community.begin()
    await community.decide(Policies("open"))

    registered = await community.register()

    assert registered.person is not None
    assert (await community.signed_in(registered.person)).role == "member"
    with pytest.raises(EmailTakenError):
        await community.register()


class KeptLetters(Mailer):
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.came = asyncio.Event()

    @override
    async def send(self, letter: Letter) -> None:
        self.letters.append(letter)
        self.came.set()

    async def token(self, post: Post) -> str:
        """What stands in the link of the only letter, once it was sent."""
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(post.keep())
            await self.came.wait()
            keeping.cancel()
        (letter,) = self.letters
        return letter.text.split("#")[1].split()[0]


async def test_an_address_that_opens_the_door_must_be_proven(community: Community) -> None:
    """Whoever merely says that they are of an allowed domain is not in."""
    await community.begin()
    await community.decide(Policies("open", ("arcano.example",)))
    mailer = KeptLetters()
    post = Post(mailer, page_url="https://chat.arcano.example/")

    without_mail = await community.register("edith@arcano.example")
    with_mail = await community.register("grace@arcano.example", post)
    known = await community.register("owner@arcano.example", post)
    token = await mailer.token(post)

    assert (without_mail.person, without_mail.mailed) == (None, False)
    assert with_mail == known
    (letter,) = mailer.letters
    assert letter.to == "grace@arcano.example"
    assert "https://chat.arcano.example/join#" in letter.text
    assert (await community.accept(token)).email == "grace@arcano.example"


@pytest.mark.parametrize(
    "later",
    [Policies(), Policies("open", ("elsewhere.example",)), Policies("approval")],
    ids=["closed", "for another domain", "with approval"],
)
async def test_registration_that_was_closed_is_closed_for_whoever_has_a_mail_from_before(
    community: Community, later: Policies
) -> None:
    await community.begin()
    before = Policies("open", ("arcano.example",))
    await community.decide(before)
    mailer = KeptLetters()
    post = Post(mailer, page_url="https://chat.arcano.example/")
    await community.register("grace@arcano.example", post)
    token = await mailer.token(post)

    await community.decide(later)

    with pytest.raises(LinkSpentError):
        await look_at_invitation(token, database=community.database, clock=community.clock)
    with pytest.raises(LinkSpentError):
        await community.accept(token)
    await community.decide(before)
    assert (await community.accept(token)).email == "grace@arcano.example"


KEPT = {"identity_changes", "audit_records"}
"""The one is forgotten after an hour; in the other stands who did what, for whoever answers for the workspace."""


async def test_every_process_hears_who_leaves_and_who_is_only_disabled(
    community: Community, door: Door
) -> None:
    owner = await community.begin()
    grace = await community.joined(owner)
    leaver = await community.joined(owner, name="Lea")
    elsewhere = door.other_sessions()
    await elsewhere.hear()
    stopped: list[UserId] = []
    forgotten: list[UserId] = []

    async def stop(user_id: UserId) -> None:
        stopped.append(user_id)

    async def forget(user_id: UserId) -> None:
        forgotten.append(user_id)

    elsewhere.when_barred(stop)
    elsewhere.when_leaving(forget)

    await community.change(owner, grace.user_id, state="disabled")
    await community.delete(owner, leaver.user_id)
    await elsewhere.hear()

    assert stopped == [grace.user_id, leaver.user_id]
    assert forgotten == [leaver.user_id]


async def test_of_somebody_who_was_deleted_no_row_is_left(community: Community) -> None:
    owner = await community.begin()
    grace = await community.joined(owner)
    conversations = METADATA.tables["conversations"]
    rows = [
        {
            "id": f"c{number}",
            "owner_id": grace.user_id,
            "created_at": community.clock.now(),
            "updated_at": community.clock.now(),
        }
        for number in range(50)
    ]
    await community.database.write(lambda c: c.execute(insert(conversations), rows))
    counted = await community.database.read(lambda c: count_belongings(c, grace.user_id))

    await community.delete(owner, grace.user_id)

    assert counted["conversations"] == 50
    assert community.forgotten == [grace.user_id]
    with pytest.raises(PersonNotFoundError):
        await community.person(owner, grace.user_id)
    tables = [table for table in METADATA.sorted_tables if table.name not in KEPT]
    left = await community.database.read(
        lambda c: [repr(c.execute(select(table)).all()) for table in tables]
    )
    assert not [rows for rows in left if grace.user_id in rows]


def test_every_row_that_says_whose_it_is_goes_with_that_person() -> None:
    """A table added later that names a person by a plain column would keep what was to be deleted."""
    names_somebody = {"user_id", "owner_id", "asked_by", "made_by", "used_by"}
    kept = {
        "identity_changes.user_id",  # forgotten after an hour
        "ledger.user_id",  # becomes empty: what was used stays, and no name
        "usage_hours.user_id",  # the same
        "usage_days.user_id",  # the same
        "usage_day_people.user_id",  # the same
        "thoughts.made_by",  # a model, not a person
        "turns.owner_id",  # goes with the conversation
        "turns.asked_by",  # an id that says nothing any more, in somebody else's conversation
    }
    loose = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name in names_somebody
        and not any(key.ondelete == "CASCADE" for key in column.foreign_keys)
    }
    assert loose == kept


async def test_nobody_signs_in_to_a_service_account(community: Community, door: Door) -> None:
    owner = await community.begin()
    member = await add_service_account(
        name="Nightly report",
        role="member",
        viewer=owner,
        database=community.database,
        clock=community.clock,
    )

    with pytest.raises(WrongCredentialsError):
        await door.sign_in("", email=member.person.email)
    with pytest.raises(AccountDisabledError):
        await community.signed_in(member.person)
    await community.delete(owner, member.person.id)


async def test_members_see_who_is_active_and_nobody_else(community: Community) -> None:
    owner = await community.begin()
    grace = await community.joined(owner)
    edith = await community.joined(owner, name="Edith")
    await community.change(owner, edith.user_id, state="disabled")

    with pytest.raises(PersonNotFoundError):
        await community.person(grace, edith.user_id)
    assert (await community.person(grace, owner.user_id)).role_name == "Owner"
