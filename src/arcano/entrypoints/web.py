"""The web application: all doors, the errors they answer with, and the page."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.routing import BaseRoute

import arcano.audit
import arcano.batches
import arcano.chat
import arcano.compute
import arcano.gateway
import arcano.identity
import arcano.inference
import arcano.modelstore
import arcano.providers
import arcano.usage
from arcano import __version__
from arcano.entrypoints import health
from arcano.entrypoints.description import describe_doors
from arcano.entrypoints.page import Page
from arcano.entrypoints.watching import http as watching_http
from arcano.platform.edge import Edge
from arcano.platform.hosts import KnownHosts
from arcano.platform.hot_route import Shortcut, refusal_by
from arcano.platform.problems import ProblemView, answer_with_problems

Life = Callable[[FastAPI], AbstractAsyncContextManager[None]]

NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""FastAPI's own would tell addresses and the words of exceptions to whoever the environment names. Ours: `watching`."""

ROUTERS: Sequence[APIRouter] = (
    health.router,
    watching_http.router,
    *arcano.identity.ROUTERS,
    arcano.compute.router,
    arcano.providers.local_router,
    arcano.modelstore.router,
    arcano.providers.router,
    arcano.inference.embeddings_router,
    arcano.inference.routes_router,
    arcano.inference.status_router,
    arcano.inference.cache_router,
    *arcano.usage.ROUTERS,
    arcano.batches.router,
    arcano.audit.router,
    arcano.chat.router,
    arcano.chat.sharing_router,
    arcano.chat.looks_router,
    arcano.chat.ratings_router,
    arcano.chat.hot_router,
    arcano.chat.socket_router,
    *arcano.gateway.ROUTERS,
)
"""All doors. Each says whom it lets in, or no server starts."""


HOT_ROUTES: Sequence[BaseRoute] = (
    *arcano.chat.hot_router.routes,
    *(route for router in arcano.gateway.ROUTERS for route in router.routes),
)


def make_app(
    life: Life,
    *,
    public_origins: list[str],
    https_only: bool = False,
    body_limits: Mapping[str, int] | None = None,
    page_asks: Iterable[str] = (),
    hosts: KnownHosts | None = None,
) -> FastAPI:
    """The application. `life` fills `app.state` for as long as the server runs.

    `body_limits`: addresses that take larger bodies than others, in bytes. `hosts`: the names by which it is asked; left out, any.
    """
    app = FastAPI(
        title="Arcano",
        version=__version__,
        lifespan=life,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
        responses={
            422: {"model": ProblemView, "description": "Something sent is not as it should be."},
            "default": {"model": ProblemView, "description": "Any other error."},
        },
    )
    app.state.readiness = "starting"
    for router in ROUTERS:
        app.include_router(router)
    arcano.identity.expect_declared(ROUTERS)
    describe_doors(app, ROUTERS)
    app.mount("/", Page())
    answer_with_problems(app)
    app.add_middleware(Shortcut, routes=HOT_ROUTES)
    # Added last, so first to be met.
    app.add_middleware(
        Edge,
        public_origins=frozenset(public_origins),
        https_only=https_only,
        body_limits=body_limits or {},
        refusal=refusal_by(HOT_ROUTES),
        hosts=hosts,
        page_asks=page_asks,
    )
    return app


def describe() -> dict[str, Any]:
    """The OpenAPI description, without starting anything."""

    @asynccontextmanager
    async def no_life(_app: FastAPI) -> AsyncGenerator[None]:
        yield

    return make_app(no_life, public_origins=[]).openapi()
