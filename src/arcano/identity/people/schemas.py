"""What the doors of people, of invitations and of oneself take and give."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from arcano.identity.devices.repository import KnownDevice
from arcano.identity.domain import GroupId, PersonKind, PersonState
from arcano.identity.people.domain import Invitation, Member, PersonChange, Registered
from arcano.identity.permissions import MEMBER
from arcano.identity.policies import Policies, Registration
from arcano.identity.schemas import Email, Id, MeView, NewPassword, OldPassword, PersonName

Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Groups = Annotated[list[Id], Field(max_length=100)]


class PersonView(BaseModel):
    id: str
    email: str | None
    """Null: a service account, which has none."""
    name: str
    role: str
    role_name: str
    state: PersonState
    kind: PersonKind
    groups: list[str]
    """Their ids."""
    created_at: datetime
    seen_at: datetime | None
    """When they were last here, to five minutes; null: they are not signed in anywhere."""

    @classmethod
    def of(cls, member: Member) -> Self:
        person = member.person
        return cls(
            id=person.id,
            email=person.email if person.kind == "person" else None,
            name=person.name,
            role=person.role,
            role_name=member.role_name,
            state=person.state,
            kind=person.kind,
            groups=list(member.groups),
            created_at=person.created_at,
            seen_at=member.seen_at,
        )


class PersonPage(BaseModel):
    items: list[PersonView]
    next_cursor: str | None
    waiting: int
    """How many wait for approval, in all."""


class PersonChangeDraft(BaseModel):
    """What is left out stays as it is. `confirm`: it is meant, even where one loses something oneself."""

    name: PersonName | None = None
    role: Id | None = None
    state: Literal["active", "disabled"] | None = None
    groups: Groups | None = None
    confirm: bool = False

    def value(self) -> PersonChange:
        groups = None if self.groups is None else frozenset(GroupId(one) for one in self.groups)
        return PersonChange(self.name, self.role, self.state, groups)


class BelongingsView(BaseModel):
    """What goes with somebody when they are deleted."""

    conversations: int
    batches: int
    connections: int
    groups: int
    keys: int
    """Of programs, which are refused from then on."""

    @classmethod
    def of(cls, counted: Mapping[str, int]) -> Self:
        return cls(
            conversations=counted.get("conversations", 0),
            batches=counted.get("batches", 0),
            connections=counted.get("connections", 0),
            groups=counted.get("memberships", 0),
            keys=counted.get("api_keys", 0),
        )


class ServiceAccountDraft(BaseModel):
    name: PersonName
    role: Id = MEMBER


class InvitationDraft(BaseModel):
    email: Email | None = None
    """Good for this address alone; where the workspace has a mail server, the link is sent to it."""
    role: Id = MEMBER
    groups: Groups = []


class InvitationView(BaseModel):
    id: str
    email: str | None
    role: str
    groups: list[str]
    made_by: str | None
    """The id of whoever made it."""
    made_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        return cls(
            id=invitation.id,
            email=invitation.email,
            role=invitation.role,
            groups=list(invitation.groups),
            made_by=invitation.made_by,
            made_at=invitation.made_at,
            expires_at=invitation.expires_at,
        )


class InvitationPage(BaseModel):
    items: list[InvitationView]
    next_cursor: str | None


class MadeInvitationView(BaseModel):
    invitation: InvitationView
    token: str
    """What stands in the link, `/join#…`. It is told once: only a digest is kept."""
    mailed: bool
    """Whether the mail server has taken a mail with the link."""


class ResetView(BaseModel):
    token: str
    """What stands in the link, `/reset#…`. It is told once: only a digest is kept."""
    mailed: bool


class TokenDraft(BaseModel):
    token: Token


class InvitationLookView(BaseModel):
    """What an invitation invites to, for whoever has it."""

    email: str | None
    """The only address that it is good for."""
    role_name: str
    expires_at: datetime


class JoinDraft(BaseModel):
    token: Token
    name: PersonName
    email: Email | None = None
    password: NewPassword


class ResetLookView(BaseModel):
    email: str


class ResetDraft(BaseModel):
    token: Token
    password: NewPassword


class ResetWishDraft(BaseModel):
    email: Email


class RegistrationView(BaseModel):
    """What somebody without an account may do, for the page of the door."""

    registration: Registration
    allowed_domains: list[str]
    by_mail: bool
    """Whoever registers is sent a link to go on with."""
    reset_by_mail: bool
    """Whoever forgot their password can be sent a link."""

    @classmethod
    def of(cls, policies: Policies, *, mail: bool) -> Self:
        # Where the address must be proven and cannot be, somebody approves instead.
        approves = policies.must_be_proven and not mail
        return cls(
            registration="approval" if approves else policies.registration,
            allowed_domains=list(policies.allowed_domains),
            by_mail=policies.must_be_proven and mail,
            reset_by_mail=mail,
        )


class RegistrationDraft(BaseModel):
    email: Email
    name: PersonName
    password: NewPassword


class RegisteredView(BaseModel):
    outcome: Literal["in", "waits", "mailed"]
    me: MeView | None
    """Oneself, where one is in at once."""

    @classmethod
    def of(cls, registered: Registered, me: MeView | None) -> Self:
        outcome = "in" if me else "mailed" if registered.mailed else "waits"
        return cls(outcome=outcome, me=me)


class MeChangeDraft(BaseModel):
    name: PersonName


class PasswordChangeDraft(BaseModel):
    old: OldPassword
    new: NewPassword


class ConfirmDraft(BaseModel):
    """The password once more. Whoever has none, because they sign in elsewhere, sends an empty one."""

    password: OldPassword


class HandOverDraft(BaseModel):
    to: Id
    password: OldPassword


class KnownDeviceView(BaseModel):
    id: str
    address: str
    user_agent: str
    signed_in_at: datetime
    seen_at: datetime
    """When it was last used, to five minutes."""
    expires_at: datetime
    this: bool
    """The one that asks."""

    @classmethod
    def of(cls, known: KnownDevice) -> Self:
        return cls(
            id=known.session_id,
            address=known.device.address,
            user_agent=known.device.user_agent,
            signed_in_at=known.signed_in_at,
            seen_at=known.seen_at,
            expires_at=known.expires_at,
            this=known.is_this,
        )


class KnownDevicePage(BaseModel):
    items: list[KnownDeviceView]
    next_cursor: str | None
