"""A workspace with people in it, without a web server: the deeds of identity on a real database, under a clock that is moved."""

from dataclasses import dataclass, field
from datetime import timedelta

from arcano.identity import Passwords, Permission, Person, Post, Sessions, UserId, Viewer
from arcano.identity.domain import GroupId
from arcano.identity.groups.edit_groups import GroupEditor
from arcano.identity.people.accept_invitation import accept_invitation
from arcano.identity.people.change_person import change_person
from arcano.identity.people.delete_person import delete_person
from arcano.identity.people.domain import Invitation, Member, PersonChange, Registered
from arcano.identity.people.invite import invite
from arcano.identity.people.register import register
from arcano.identity.people.repository import PeopleRepository
from arcano.identity.people.reset_password import make_reset, use_reset
from arcano.identity.policies import Policies
from arcano.identity.roles.edit_roles import RoleEditor
from arcano.identity.set_up_owner import set_up_owner
from arcano.platform.clock import Clock
from arcano.platform.sqlite import SqliteDatabase

PASSWORD = "correct horse"
LINKS_LAST = timedelta(days=7)


@dataclass(slots=True)
class Community:
    """Everybody in it, by the names that tests call them."""

    database: SqliteDatabase
    clock: Clock
    passwords: Passwords
    sessions: Sessions
    forgotten: list[UserId] = field(default_factory=list[UserId])
    """Of whom everything beside the database was to be forgotten."""

    async def begin(self) -> Viewer:
        """The owner, signed in."""
        owner = await set_up_owner(
            email="owner@arcano.example",
            password=PASSWORD,
            name="Owner",
            database=self.database,
            passwords=self.passwords,
            clock=self.clock,
        )
        return await self.signed_in(owner)

    async def signed_in(self, person: Person) -> Viewer:
        return await self.sessions.viewer(await self.sessions.open(person))

    async def invite(
        self,
        viewer: Viewer,
        role: str = "member",
        *,
        groups: frozenset[GroupId] = frozenset(),
        email: str | None = None,
    ) -> tuple[Invitation, str]:
        return await invite(
            viewer=viewer,
            role=role,
            groups=groups,
            email=email,
            lifetime=LINKS_LAST,
            database=self.database,
            clock=self.clock,
        )

    async def accept(
        self, token: str, *, email: str | None = None, name: str = "Somebody"
    ) -> Person:
        return await accept_invitation(
            token=token,
            name=name,
            email=email,
            password=PASSWORD,
            database=self.database,
            passwords=self.passwords,
            clock=self.clock,
        )

    async def joined(self, by: Viewer, role: str = "member", *, name: str = "Grace") -> Viewer:
        """Somebody who was invited by `by`, joined, and is signed in."""
        _, token = await self.invite(by, role)
        return await self.signed_in(
            await self.accept(token, email=f"{name.lower()}@arcano.example", name=name)
        )

    async def register(
        self, email: str = "grace@arcano.example", post: Post | None = None
    ) -> Registered:
        return await register(
            email=email,
            name="Grace",
            password=PASSWORD,
            lifetime=LINKS_LAST,
            post=post,
            database=self.database,
            passwords=self.passwords,
            clock=self.clock,
        )

    async def decide(self, policies: Policies) -> None:
        await self.database.write(policies.write)

    async def change(
        self, viewer: Viewer, user_id: UserId, *, confirmed: bool = False, **change: object
    ) -> Member:
        member = await change_person(
            user_id,
            PersonChange(**change),  # pyright: ignore[reportArgumentType]  # tests name the fields
            viewer=viewer,
            confirmed=confirmed,
            database=self.database,
            clock=self.clock,
        )
        await self.sessions.hear()
        return member

    async def delete(self, viewer: Viewer, user_id: UserId) -> None:
        await delete_person(
            user_id,
            viewer=viewer,
            sessions=self.sessions,
            forget=self._forget,
            database=self.database,
            clock=self.clock,
        )

    async def make_reset(self, viewer: Viewer, user_id: UserId) -> str:
        _, token = await make_reset(
            user_id,
            viewer=viewer,
            lifetime=LINKS_LAST,
            database=self.database,
            clock=self.clock,
        )
        return token

    async def use_reset(self, token: str, password: str) -> Person:
        person = await use_reset(
            token=token,
            password=password,
            database=self.database,
            passwords=self.passwords,
            clock=self.clock,
        )
        await self.sessions.hear()
        return person

    async def person(self, viewer: Viewer, user_id: UserId) -> Member:
        return await self.database.read(lambda c: PeopleRepository(c, viewer).one(user_id))

    def roles(self, viewer: Viewer, *, confirmed: bool = False) -> RoleEditor:
        return RoleEditor(viewer, self.database, self.clock, confirmed)

    def groups(self, viewer: Viewer, *, confirmed: bool = False) -> GroupEditor:
        return GroupEditor(viewer, self.database, self.clock, confirmed)

    async def with_role(
        self, owner: Viewer, *permissions: Permission, name: str = "Hopper"
    ) -> Viewer:
        """Somebody whose role allows exactly this."""
        role = await self.roles(owner).make(f"Role of {name}", frozenset(permissions))
        return await self.joined(owner, role.id, name=name)

    async def _forget(self, user_id: UserId) -> None:
        self.forgotten.append(user_id)
