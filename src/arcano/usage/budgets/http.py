"""The doors of budgets: everybody sees how those stand that they pay into, and a few set them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from sqlalchemy import Connection

from arcano.identity import (
    Permission,
    SignedIn,
    UserId,
    Viewer,
    group_names,
    key_ids_of,
    key_names,
    may,
    names_of,
)
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.json_route import JsonRoute
from arcano.usage.budgets.domain import Budget, Standing
from arcano.usage.budgets.edit_budgets import BudgetEditor
from arcano.usage.budgets.schemas import BudgetChange, BudgetDraft, BudgetPage, BudgetView
from arcano.usage.gate import Gate

router = APIRouter(prefix="/api/budgets", tags=["budgets"], route_class=JsonRoute)

_Manager = Annotated[Viewer, may(Permission.BUDGET_MANAGE)]


@dataclass(frozen=True, slots=True)
class Budgets:
    """What the doors of budgets work with. Put at `app.state.budgets` by the wiring."""

    database: Database
    clock: Clock
    gate: Gate

    def editor(self, viewer: Viewer) -> BudgetEditor:
        return BudgetEditor(self.database, self.clock, self.gate, viewer.actor)

    async def view(self, budget: Budget) -> BudgetView:
        (view,) = await self.views([budget])
        return view

    async def views(self, budgets: Iterable[Budget]) -> list[BudgetView]:
        """As they stand at this moment."""
        standings = [
            self.gate.purse.standing(budget.id) or Standing(budget, 0, 0, None)
            for budget in budgets
        ]
        named = await self.database.read(lambda c: _names(c, standings))
        return [
            BudgetView.of(standing, named.get(standing.budget.subject_id or ""))
            for standing in standings
        ]


async def _budgets(request: Request) -> Budgets:
    return request.app.state.budgets


_Budgets = Annotated[Budgets, Depends(_budgets)]


@router.get("")
async def list_budgets(_viewer: _Manager, doors: _Budgets) -> BudgetPage:
    """All of them, and how they stand."""
    items = await doors.views(standing.budget for standing in doors.gate.purse.standings())
    return BudgetPage(items=items, next_cursor=None)


@router.get("/mine")
async def list_own_budgets(viewer: SignedIn, doors: _Budgets) -> BudgetPage:
    """Those that what one asks counts against, now or with another model."""
    keys = await doors.database.read(lambda c: key_ids_of(c, viewer.user_id))
    own = [
        standing.budget
        for standing in doors.gate.purse.standings()
        if _pays_into(standing.budget, viewer, keys)
    ]
    return BudgetPage(items=await doors.views(own), next_cursor=None)


@router.post("", status_code=status.HTTP_201_CREATED)
async def make_budget(draft: BudgetDraft, viewer: _Manager, doors: _Budgets) -> BudgetView:
    return await doors.view(await doors.editor(viewer).add(draft.budget(doors.clock.now())))


@router.patch("/{budget_id}")
async def change_budget(
    budget_id: str, change: BudgetChange, viewer: _Manager, doors: _Budgets
) -> BudgetView:
    """In effect for every call that begins from now on."""

    def changed(budget: Budget) -> Budget:
        return replace(budget, **change.model_dump(exclude_none=True))

    return await doors.view(await doors.editor(viewer).change(budget_id, changed))


@router.delete("/{budget_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_budget(budget_id: str, viewer: _Manager, doors: _Budgets) -> None:
    """What was used stays in the ledger: the same budget made again begins with it."""
    await doors.editor(viewer).remove(budget_id)


def _pays_into(budget: Budget, viewer: Viewer, key_ids: frozenset[str]) -> bool:
    match budget.scope:
        case "organisation" | "model":
            return True
        case "group":
            return budget.subject_id in viewer.groups
        case "person":
            return budget.subject_id == viewer.user_id
        case "key":
            return budget.subject_id in key_ids


def _names(connection: Connection, standings: Iterable[Standing]) -> dict[str, str]:
    """What those are called whom budgets are for. Ids of different kinds are never alike."""
    of: dict[str, set[str]] = {}
    for standing in standings:
        of.setdefault(standing.budget.scope, set()).add(standing.budget.subject_id or "")
    people = names_of(connection, {UserId(user_id) for user_id in of.get("person", ())})
    return {
        **{model: model for model in of.get("model", ())},
        **people,
        **group_names(connection, of.get("group", ())),
        **key_names(connection, of.get("key", ())),
    }
