"""An OpenTelemetry collector of the tests' own: takes spans over OTLP/HTTP and keeps them as they came."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from tests.support.canary import serving
from tests.support.http_taker import take_requests


@dataclass(frozen=True, slots=True)
class Seen:
    """One span as it arrived."""

    name: str
    id: str
    parent_id: str
    trace_id: str
    kind: int
    told: dict[str, Any]
    events: list[tuple[str, int]]
    began: int
    ended: int
    failed: bool


@dataclass(slots=True, eq=False)
class Collector:
    """What came so far."""

    port: int = 0
    spans: list[Seen] = field(default_factory=list[Seen])
    raw: list[bytes] = field(default_factory=list[bytes])
    heads: list[bytes] = field(default_factory=list[bytes])
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/traces"

    async def take(self, head: bytes, body: bytes) -> None:
        message = gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body
        self.heads.append(head)
        self.raw.append(message)
        async with self._came:
            self.spans.extend(_read(message))
            self._came.notify_all()

    async def until(self, enough: Callable[[Sequence[Seen]], bool]) -> list[Seen]:
        """All spans, as soon as there are enough."""
        async with asyncio.timeout(15), self._came:
            await self._came.wait_for(lambda: enough(self.spans))
        return list(self.spans)


def _read(message: bytes) -> list[Seen]:
    request: Any = ExportTraceServiceRequest.FromString(message)
    return [
        Seen(
            span.name,
            span.span_id.hex(),
            span.parent_span_id.hex(),
            span.trace_id.hex(),
            span.kind,
            {each.key: _value(each.value) for each in span.attributes},
            [(event.name, event.time_unix_nano) for event in span.events],
            span.start_time_unix_nano,
            span.end_time_unix_nano,
            span.status.code == 2,
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _value(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


@asynccontextmanager
async def a_collector() -> AsyncGenerator[Collector]:
    collector = Collector()
    async with serving(take_requests(collector.take), "127.0.0.1") as port:
        collector.port = port
        yield collector
