"""What the doors of groups take and give."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from arcano.identity.groups.edit_groups import GroupChange
from arcano.identity.groups.repository import Group
from arcano.identity.permissions import Permission
from arcano.identity.schemas import Id

GroupName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


Models = Annotated[
    list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]],
    Field(max_length=100),
]
"""Names of models, with `*` for anything. Whoever is in groups that name some may ask those and no others."""


class GroupDraft(BaseModel):
    name: GroupName
    description: Description = ""
    permissions: Annotated[list[Permission], Field(max_length=100)] = []
    models: Models = []

    def change(self) -> GroupChange:
        return GroupChange(
            self.name, self.description, frozenset(self.permissions), tuple(self.models)
        )


class GroupChangeDraft(BaseModel):
    """What is left out stays as it is. `confirm`: it is meant, even where one loses something oneself."""

    name: GroupName | None = None
    description: Description | None = None
    permissions: Annotated[list[Permission], Field(max_length=100)] | None = None
    models: Models | None = None
    confirm: bool = False

    def change(self) -> GroupChange:
        permissions = None if self.permissions is None else frozenset(self.permissions)
        models = None if self.models is None else tuple(self.models)
        return GroupChange(self.name, self.description, permissions, models)


class GroupPeopleDraft(BaseModel):
    people: Annotated[list[Id], Field(min_length=1, max_length=1000)]


class GroupView(BaseModel):
    id: str
    name: str
    description: str
    permissions: list[Permission]
    models: list[str]
    created_at: datetime
    people: int
    """How many are in it."""

    @classmethod
    def of(cls, group: Group) -> Self:
        return cls(
            id=group.id,
            name=group.name,
            description=group.description,
            permissions=sorted(group.permissions),
            models=list(group.models),
            created_at=group.created_at,
            people=group.people,
        )


class GroupPage(BaseModel):
    items: list[GroupView]
    next_cursor: str | None
