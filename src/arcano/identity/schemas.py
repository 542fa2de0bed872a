"""What the doors of identity take and give."""

import re
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, SecretStr, StringConstraints

from arcano.identity.domain import Person, Viewer
from arcano.identity.permissions import Permission
from arcano.identity.second_factors import Method

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.?[^@\s]+")


def _email(text: str) -> str:
    """Lower case, and at least the shape of an address; whether it exists only mail can tell."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError("This is not an e-mail address.")
    return text.lower()


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=254),
    AfterValidator(_email),
]


def _password(secret: SecretStr) -> SecretStr:
    if not 10 <= len(secret.get_secret_value()) <= 200:
        raise ValueError("A password has 10 to 200 characters.")
    return secret


NewPassword = Annotated[SecretStr, AfterValidator(_password)]


PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
OldPassword = Annotated[SecretStr, StringConstraints(max_length=200)]


class SetupDraft(BaseModel):
    email: Email
    password: NewPassword
    name: PersonName


class SignInDraft(BaseModel):
    email: Email
    password: OldPassword


class SecondStepView(BaseModel):
    """The password is right; one of these is needed besides, at `POST /api/session/second`."""

    methods: list[Method]
    token: str
    options: dict[str, Any] | None
    """For `navigator.credentials.get`; null where no passkey can be used here."""


class SetupView(BaseModel):
    needed: bool


class MeView(BaseModel):
    id: str
    email: str
    name: str
    role: str
    role_name: str
    has_password: bool
    """Whether they sign in with one; whoever signs in elsewhere has none."""
    created_at: datetime
    permissions: list[Permission]
    """What this person may do: by their role and by the groups they are in."""
    read_all_allowed: bool
    """Whether the workspace's policy lets anybody look into other people's conversations."""

    @classmethod
    def of(
        cls,
        person: Person,
        viewer: Viewer,
        *,
        role_name: str,
        has_password: bool,
        read_all_allowed: bool,
    ) -> Self:
        return cls(
            id=person.id,
            email=person.email,
            name=person.name,
            role=person.role,
            role_name=role_name,
            has_password=has_password,
            created_at=person.created_at,
            permissions=sorted(viewer.permissions),
            read_all_allowed=read_all_allowed,
        )
