"""People, what they may do, and the sessions by which we know them again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NewType

from arcano.identity.errors import NotAllowedError
from arcano.identity.keys.errors import KeyScopeError
from arcano.identity.keys.scope import EVERY_MODEL, KeyDoor, KeyScope, any_fits
from arcano.identity.permissions import FOR_KEYS, OWNER, Permission, RoleName
from arcano.platform.acts import Actor

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)
InvitationId = NewType("InvitationId", str)
GroupId = NewType("GroupId", str)

PersonKind = Literal["person", "service"]
PersonState = Literal["active", "waiting", "disabled", "leaving"]
"""`waiting`: registered by themselves, and not yet approved. `leaving`: being deleted, and no longer listed. Only who
is active gets in."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, without anything secret. A service account is one that nobody signs in to."""

    id: UserId
    email: str
    name: str
    role: RoleName
    created_at: datetime
    state: PersonState = "active"
    kind: PersonKind = "person"
    epoch: int = 0
    """Counts up whenever all that was given out to them is to be worth nothing: sessions and tokens carry it."""

    @property
    def actor(self) -> Actor:
        """The person as the audit trail names them."""
        return Actor("person", self.id, self.name)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who asks, as far as deeds need to know. Repositories are built for one."""

    user_id: UserId
    session_id: SessionId
    role: RoleName
    permissions: frozenset[Permission]
    groups: frozenset[GroupId] = frozenset()
    name: str = ""
    kind: PersonKind = "person"
    key: KeyScope | None = None
    """The key that is asked with, in place of a sign-in. `session_id` is its id then."""
    models: tuple[str, ...] = EVERY_MODEL
    """The models that their groups are for, together; all where none of the groups says anything of models."""
    ends_at: datetime | None = None
    """When what they ask with is over, however much it is used. None: never, as a key that does not expire."""

    @property
    def actor(self) -> Actor:
        """The person as the audit trail names them."""
        return Actor(self.kind, self.user_id, self.name or None)

    def with_key(self, key: KeyScope, kind: PersonKind) -> "Viewer":
        """The same person asking with a key of theirs: with what both they and keys may do, and nothing else."""
        return replace(self, permissions=self.permissions & FOR_KEYS, key=key, kind=kind)

    def allows(self, door: KeyDoor, model: str | None = None) -> bool:
        """Whether what they ask with opens this door, and this model there. A sign-in opens all."""
        return self.key is None or self.key.allows(door, model)

    def allows_model(self, model: str) -> bool:
        """Whether they may ask this model, with what they ask with."""
        return any_fits(self.models, model) and (self.key is None or self.key.allows_model(model))

    def expect_model(self, model: str) -> None:
        """Go on only if they may ask this model, with what they ask with.

        Raises:
            KeyScopeError: A key that was made for others.
            NotAllowedError: Their groups are for others.
        """
        if not any_fits(self.models, model):
            raise NotAllowedError(
                f"Your groups are not for the model {model[:100]!r}. Whoever manages groups can change it."
            )
        if self.key is not None and not self.key.allows_model(model):
            raise KeyScopeError(
                f"The key “{self.key.name}” was not made for the model {model[:100]!r}."
                " Whoever it belongs to can change it."
            )

    @property
    def is_owner(self) -> bool:
        return self.role == OWNER

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def expect(self, permission: Permission) -> None:
        """Go on only if the viewer has the permission.

        Raises:
            NotAllowedError: They do not; says what is missing.
        """
        if permission not in self.permissions:
            raise NotAllowedError(
                f"This needs the permission to {permission.meaning[0].lower()}{permission.meaning[1:]}"
                f" ({permission.value}). Whoever administers the workspace can give it to you."
            )


@dataclass(frozen=True, slots=True)
class Device:
    """Where a session was opened, as its person may want to know it again."""

    address: str = ""
    user_agent: str = ""


NOWHERE = Device()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as it is remembered: whose it is and how long it lasts."""

    viewer: Viewer
    expires_at: datetime
    """However much it is used."""
    seen_at: datetime
    """When it was last used, as far as was written down."""
