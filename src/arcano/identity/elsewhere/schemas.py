"""What the doors of sign-in elsewhere take and give."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, SecretStr, StringConstraints

from arcano.identity.elsewhere.domain import Finding, LinkedAccount
from arcano.identity.elsewhere.id_token import MAX_TOKEN
from arcano.identity.elsewhere.pending import MAX_PATH
from arcano.identity.elsewhere.settings import NewPeople, ProviderKind, SignInProviderSettings
from arcano.identity.permissions import RoleName


class SignInProviderView(BaseModel):
    """One button of the sign-in page."""

    name: str
    label: str
    kind: ProviderKind

    @classmethod
    def of(cls, name: str, settings: SignInProviderSettings) -> Self:
        return cls(name=name, label=settings.called(name), kind=settings.kind)


class SignInProviderList(BaseModel):
    items: list[SignInProviderView]


class TokenDraft(BaseModel):
    id_token: Annotated[SecretStr, StringConstraints(max_length=MAX_TOKEN)]


class LinkDraft(BaseModel):
    return_to: Annotated[str, StringConstraints(max_length=MAX_PATH)]
    """The path of the page to come back to."""


class LinkAddress(BaseModel):
    address: str
    """Where the browser is to go."""


class LinkedAccountView(BaseModel):
    provider: str
    label: str
    issuer: str
    email: str | None
    linked_at: datetime
    last_used_at: datetime

    @classmethod
    def of(cls, account: LinkedAccount, label: str) -> Self:
        return cls(
            provider=account.provider,
            label=label,
            issuer=account.issuer,
            email=account.email,
            linked_at=account.linked_at,
            last_used_at=account.last_used_at,
        )


class LinkedAccountList(BaseModel):
    items: list[LinkedAccountView]
    to_link: list[SignInProviderView]
    """Where the person could link another."""
    has_password: bool


class FindingView(BaseModel):
    what: str
    is_good: bool
    detail: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        return cls(what=finding.what, is_good=finding.is_good, detail=finding.detail)


class FindingList(BaseModel):
    items: list[FindingView]


class SignInSettingsView(BaseModel):
    """One provider, for whoever administers the workspace. Nothing secret."""

    name: str
    label: str
    kind: ProviderKind
    issuer: str
    client_id: str
    has_secret: bool
    scopes: list[str]
    group_claim: str
    role_claim: str
    roles: dict[str, RoleName]
    domains: list[str]
    new_people: NewPeople
    trust_email: bool
    redirect_address: str | None
    """What to register at the provider; nothing where nobody is sent back."""
    accounts: int
    """How many people here have an account of it."""

    @classmethod
    def of(
        cls, name: str, settings: SignInProviderSettings, *, redirect: str, accounts: int
    ) -> Self:
        return cls(
            name=name,
            label=settings.called(name),
            kind=settings.kind,
            issuer=settings.at,
            client_id=settings.client_id or settings.project,
            has_secret=settings.secret is not None,
            scopes=settings.scope.split(),
            group_claim=settings.group_claim,
            role_claim=settings.role_claim,
            roles=settings.roles,
            domains=settings.domains,
            new_people=settings.new_people,
            trust_email=settings.trust_email,
            redirect_address=None if settings.kind == "firebase" else redirect,
            accounts=accounts,
        )


class SignInSettingsList(BaseModel):
    items: list[SignInSettingsView]
