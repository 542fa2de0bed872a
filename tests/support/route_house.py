"""Routes on a real database, and their doors as people meet them, without a web server."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from tests.support.ask_app import Answer, ask_app
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database
from tests.support.inference_bench import Models
from tests.support.people import a_viewer
from tests.support.scripted_model import FINISHED, ScriptedModel

from arcano.identity import Viewer, signed_in
from arcano.inference import (
    FairQueue,
    InferenceSettings,
    KeptRoutes,
    Lookout,
    Route,
    RouteDoors,
    Surroundings,
    Targets,
    routes_router,
    status_router,
)
from arcano.platform.act_log import ActLog
from arcano.platform.database import Database
from arcano.platform.problems import answer_with_problems

MODELS = ("llama", "gpt", "maker/mistral")


class Tick:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class RouteHouse:
    """One server's book of routes, its targets, and its doors."""

    app: FastAPI
    book: KeptRoutes
    targets: Targets
    database: Database
    clock: StillClock
    tick: Tick
    told: list[Sequence[Route]] = field(default_factory=list[Sequence[Route]])
    changes: list[None] = field(default_factory=list[None])
    role: str = "owner"

    async def ask(self, method: str, path: str, body: object = None) -> Answer:
        """One request of somebody with the role, as the doors see it."""
        return await ask_app(self.app, method, path, body)

    async def make(self, name: str, *targets: Mapping[str, Any], **more: Any) -> Any:
        """A route that an operator makes; the view of it."""
        made = await self.ask("POST", "/api/routes", {"name": name, "targets": targets, **more})
        assert made.status == 201, made
        return made.json


@asynccontextmanager
async def route_house(
    folder: Path, *, settings: InferenceSettings | None = None
) -> AsyncGenerator[RouteHouse]:
    """A server of its own; two on one folder share a database."""
    database = await a_database(folder / "arcano.db")
    clock, tick = StillClock(), Tick()
    targets = Targets(clock=clock)
    told: list[Sequence[Route]] = []

    def changed(routes: Sequence[Route]) -> None:
        told.append(routes)
        targets.routes_changed(routes)

    book = KeptRoutes(settings or InferenceSettings(), database, changed=changed, now=tick)
    await book.look_again()
    models = Models({name: ScriptedModel(FINISHED) for name in MODELS})
    app = FastAPI()
    app.include_router(routes_router)
    app.include_router(status_router)
    answer_with_problems(app)
    house = RouteHouse(app, book, targets, database, clock, tick, told)

    async def viewer() -> Viewer:
        return a_viewer(house.role)

    app.dependency_overrides[signed_in] = viewer
    app.state.acts = ActLog(database, clock)
    app.state.routes = RouteDoors(book, database, clock, models, lambda: house.changes.append(None))
    app.state.lookout = Lookout(
        Surroundings(routes=book, models=models, queue=FairQueue(), targets=targets, clock=clock)
    )
    try:
        yield house
    finally:
        database.close()
