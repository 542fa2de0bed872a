"""What the doors of roles and policies take and give."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from arcano.identity.permissions import BUILT_IN_ROLES, Permission
from arcano.identity.policies import Policies, Registration
from arcano.identity.roles.repository import Role

RoleTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Permissions = Annotated[list[Permission], Field(max_length=100)]

_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+")


def _domain(text: str) -> str:
    domain = text.lower().removeprefix("@")
    if not _DOMAIN.fullmatch(domain):
        raise ValueError("A domain is what stands behind the @ of an address, like example.org.")
    return domain


Domain = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=253),
    AfterValidator(_domain),
]


class RoleDraft(BaseModel):
    name: RoleTitle
    permissions: Permissions


class RoleChangeDraft(BaseModel):
    """What is left out stays as it is. `confirm`: it is meant, even where one loses something oneself."""

    name: RoleTitle | None = None
    permissions: Permissions | None = None
    confirm: bool = False


class RoleView(BaseModel):
    id: str
    name: str
    permissions: list[Permission]
    built_in: bool
    changed: bool
    """A built-in role that allows something else than by default."""
    people: int
    """How many have it."""

    @classmethod
    def of(cls, role: Role) -> Self:
        return cls(
            id=role.id,
            name=role.name,
            permissions=sorted(role.permissions),
            built_in=role.is_built_in,
            changed=role.is_changed,
            people=role.people,
        )


class RolePage(BaseModel):
    items: list[RoleView]
    next_cursor: str | None


class PermissionView(BaseModel):
    name: Permission
    meaning: str
    roles: list[str]
    """The built-in roles that have it by default."""

    @classmethod
    def of(cls, permission: Permission) -> Self:
        return cls(
            name=permission,
            meaning=permission.meaning,
            roles=[role for role, allowed in BUILT_IN_ROLES.items() if permission in allowed],
        )


class PermissionPage(BaseModel):
    items: list[PermissionView]
    next_cursor: str | None


class PoliciesDraft(BaseModel):
    registration: Registration
    allowed_domains: Annotated[list[Domain], Field(max_length=100)]
    read_all_allowed: bool
    proof_for_keys: bool = False

    def value(self) -> Policies:
        domains = tuple(dict.fromkeys(self.allowed_domains))
        return Policies(self.registration, domains, self.read_all_allowed, self.proof_for_keys)


class PoliciesView(BaseModel):
    registration: Registration
    allowed_domains: list[str]
    read_all_allowed: bool
    """Whether whoever has the permission `conversation.read_all` may really look."""
    proof_for_keys: bool
    """Whether it must not be long since somebody showed who they are to make or change a key."""
    mail: bool
    """Whether the server can send mail, which proves addresses of allowed domains."""

    @classmethod
    def of(cls, policies: Policies, *, mail: bool) -> Self:
        return cls(
            registration=policies.registration,
            allowed_domains=list(policies.allowed_domains),
            read_all_allowed=policies.read_all_allowed,
            proof_for_keys=policies.proof_for_keys,
            mail=mail,
        )
