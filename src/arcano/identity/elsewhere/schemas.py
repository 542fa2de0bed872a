"""What the doors of sign-in elsewhere take and give."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, SecretStr, StringConstraints

from arcano.identity.elsewhere.domain import Finding, LinkedAccount
from arcano.identity.elsewhere.id_token import MAX_TOKEN
from arcano.identity.elsewhere.pending import MAX_PATH
from arcano.identity.elsewhere.settings import ProviderKind, SignInProviderSettings


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
