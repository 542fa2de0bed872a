"""Traces for as long as a server lives, if its settings name a collector; and what a request says of its caller's."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from arcano.platform.edge import AsgiApp, Receive, Scope, Send
from arcano.platform.telemetry.errors import expect_installed
from arcano.platform.telemetry.settings import TraceSettings
from arcano.platform.telemetry.tracing import NO_TRACING, Tracing, caller_traceparent

_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@asynccontextmanager
async def open_tracing(settings: TraceSettings, *, version: str) -> AsyncGenerator[Tracing]:
    """Spans go to the collector; what is left of them when the block ends is sent then.

    Raises:
        ExtraMissingError: The settings name a collector, and OpenTelemetry is not installed.
    """
    if settings.endpoint is None:
        yield NO_TRACING
        return
    expect_installed(
        "opentelemetry.exporter.otlp.proto.http", setting="traces.endpoint", extra="otel"
    )
    # An extra that most servers do without: loaded where it is used, and where alone it may be missing.
    from arcano.platform.telemetry.otlp import OtlpTracing  # noqa: PLC0415

    tracing = OtlpTracing(settings, version=version)
    try:
        yield tracing
    finally:
        await asyncio.to_thread(tracing.close)


class CallersTraces:
    """Wraps the application: remembers the `traceparent` of each request. Put there only where there are traces."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            given = [value for name, value in scope["headers"] if name == b"traceparent"]
            is_one = len(given) == 1 and _TRACEPARENT.fullmatch(given[0])
            caller_traceparent.set(given[0].decode() if is_one else None)
        await self._app(scope, receive, send)
