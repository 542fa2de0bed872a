"""Running the server: listen, say so, and on a signal let answers end before going."""

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from arcano import __version__
from arcano.chat import Chat
from arcano.entrypoints.bounded_http import BoundedHttp
from arcano.entrypoints.bounded_socket import BoundedSocket
from arcano.entrypoints.settings import Settings
from arcano.entrypoints.web import make_app
from arcano.entrypoints.wiring import lay_ground, living
from arcano.platform.edge import MAX_BODY_BYTES, AsgiApp, Receive, Scope, Send
from arcano.platform.errors import ServerDrainingError
from arcano.platform.forwarded import Forwarded
from arcano.platform.hosts import known_hosts
from arcano.platform.logs import start_logging
from arcano.platform.problems import problem_of, problem_response
from arcano.platform.telemetry.error_reports import reporting
from arcano.platform.telemetry.open_tracing import CallersTraces

logger = logging.getLogger("arcano")

BROKEN = "broken"
"""What `/readyz` says of a server that lost what it lives by, until it has gone."""

GRACE_SECONDS = 5
"""How long requests may still take once all answers have ended."""


def serve(settings: Settings) -> None:
    """Run until told to stop.

    Raises:
        ArcanoError: The server cannot start; the message says why and what to do.
    """
    start_logging(level=settings.log_level, form=settings.log_form)
    with reporting(settings.error_reports, version=__version__):
        _serve(settings)


def _serve(settings: Settings) -> None:
    ground = lay_ground(settings)
    try:

        def life(app: FastAPI) -> AbstractAsyncContextManager[None]:
            return ended_with(app, living(app, settings, ground))

        app = make_app(
            life,
            public_origins=settings.public_origins,
            https_only=settings.is_https_only,
            body_limits={"/api/batches": settings.batches.max_input_bytes},
            page_asks=[
                provider.page_asks
                for provider in settings.identity.providers.values()
                if provider.page_asks is not None
            ],
            hosts=known_hosts(
                listens_on=settings.host,
                public_origins=settings.public_origins,
                behind_proxy=bool(settings.trusted_proxies),
                allowed=settings.allowed_hosts,
            ),
        )
        # Uvicorn raises what it was stopped by once more when it is done. It was a wish, not a failure.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _Server(_config(app, settings), app, settings).run()
    finally:
        ground.close()
    if app.state.readiness == BROKEN:
        sys.exit(1)


@asynccontextmanager
async def ended_with(
    app: FastAPI, living: AbstractAsyncContextManager[None]
) -> AsyncGenerator[None]:
    """A server whose inside breaks off ends: one that went on answering without it would look alive and do nothing."""
    has_begun = False
    try:
        async with living:
            has_begun = True
            yield
    except BaseException:
        if has_begun and app.state.readiness == "ok":
            app.state.readiness = BROKEN
            logger.critical(
                "Something broke off that the server cannot do without. It ends; start it again."
            )
            signal.raise_signal(signal.SIGTERM)
        raise


def _config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    served: AsgiApp = _leaving_quietly(app)
    if settings.traces.endpoint is not None:
        served = CallersTraces(served)
    if settings.trusted_proxies:
        served = Forwarded(
            served, proxies=settings.trusted_proxies, hops=settings.trusted_proxy_hops
        )
    return uvicorn.Config(
        served,
        host=settings.host,
        port=settings.port,
        http=BoundedHttp,
        ws=BoundedSocket,
        ws_max_size=MAX_BODY_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=4096,
        proxy_headers=False,  # `Forwarded` reads them
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _leaving_quietly(app: AsgiApp) -> AsgiApp:
    """The application; a request that is cut off because the server goes is told so, not logged as a bug.

    Nobody but uvicorn cancels a whole request, and only when it has waited long enough for its end.
    """

    async def until_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                return
            going = problem_of(
                ServerDrainingError("The server is restarting. Try again in a moment.")
            )
            with suppress(RuntimeError):  # the answer had begun: all that is left is to hang up
                await problem_response(going)(scope, receive, send)

    return until_cancelled


class _Server(uvicorn.Server):
    """Uvicorn, with a word for the person who started it and time for answers to end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, settings: Settings) -> None:
        super().__init__(config)
        self._app = app
        self._settings = settings

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            # What is loaded by now stays. Set aside, it is not walked again by each collection,
            # which would hold up every stream for as long as that takes; and collections are rarer,
            # because what a token leaves behind is freed without them. Until here there were none (`cli`).
            gc.freeze()
            gc.set_threshold(20_000, 20, 50)
            gc.enable()
            logger.info("Arcano is ready: %s", self._address())

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._app.state.readiness != BROKEN:
            chat: Chat = self._app.state.chat
            self._app.state.readiness = "draining"
            # The doors stay open meanwhile: who hears an answer hears its end, who comes back finds it,
            # and who asks anew is told to wait.
            await chat.runner.drain(self._settings.drain_seconds)
        await super().shutdown(sockets)
        if self.force_exit:
            # Uvicorn in a hurry skips this, and cancels what lives in the application half-way.
            await self.lifespan.shutdown()

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            # Asked twice: no more waiting, for answers or for anybody else.
            self.force_exit = True
            if self.started:
                chat: Chat = self._app.state.chat
                chat.runner.interrupt()
        elif self._app.state.readiness != BROKEN:
            logger.info("Stopping. Answers being written have %ss.", self._settings.drain_seconds)
        super().handle_exit(sig, frame)

    def _address(self) -> str:
        bound = self.servers[0].sockets[0].getsockname()
        host = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        return f"http://{host}:{bound[1]}"
