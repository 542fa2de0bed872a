"""Traces by the OpenTelemetry SDK, sent to a collector over OTLP. Imported only where the settings name one.

Its API is used without its globals and without its ambient context: a span is handed on (see `tracing`). The exporter
has a thread of its own; when the collector is away, spans are dropped and nobody waits.
"""

from collections.abc import Mapping
from datetime import datetime

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span as OtelSpan
from opentelemetry.trace import SpanKind as OtelKind
from opentelemetry.trace import Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from typing_extensions import override

from arcano.platform.telemetry.settings import TraceSettings
from arcano.platform.telemetry.tracing import (
    NOTHING,
    Span,
    SpanKind,
    Told,
    Tracing,
    caller_traceparent,
)

_KINDS: Mapping[SpanKind, OtelKind] = {
    "server": OtelKind.SERVER,
    "inside": OtelKind.INTERNAL,
    "client": OtelKind.CLIENT,
}
_PROPAGATOR = TraceContextTextMapPropagator()


class OtlpTracing(Tracing):
    """The port `Tracing`. Close it in a thread: it sends what waits."""

    def __init__(self, settings: TraceSettings, *, version: str) -> None:
        exporter = OTLPSpanExporter(
            endpoint=settings.endpoint,
            headers={name: value.get_secret_value() for name, value in settings.headers.items()},
            timeout=5,
        )
        ours = TraceIdRatioBased(settings.share)
        self._provider = TracerProvider(
            # A caller may keep its calls out, but make us send nothing that we would not.
            sampler=ParentBased(
                ours, remote_parent_sampled=ours, remote_parent_not_sampled=ALWAYS_OFF
            ),
            resource=Resource.create(
                {"service.name": settings.service_name, "service.version": version}
            ),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
        self._tracer = self._provider.get_tracer("arcano", version)
        self._to_providers = settings.to_providers

    @property
    @override
    def is_on(self) -> bool:
        return True

    @override
    def begin(self, name: str, told: Told = NOTHING) -> Span:
        parent = Context()
        theirs = caller_traceparent.get()
        if theirs is not None:
            parent = _PROPAGATOR.extract({"traceparent": theirs}, parent)
        span = self._tracer.start_span(name, parent, OtelKind.SERVER, dict(told))
        return _OtlpSpan(span, self._tracer, to_providers=self._to_providers)

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        self._provider.shutdown()


class _OtlpSpan(Span):
    __slots__ = ("_ended", "_span", "_to_providers", "_tracer")

    def __init__(self, span: OtelSpan, tracer: Tracer, *, to_providers: bool) -> None:
        self._span = span
        self._tracer = tracer
        self._to_providers = to_providers
        self._ended = False

    @property
    @override
    def upstream(self) -> str | None:
        if not self._to_providers:
            return None
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier, set_span_in_context(self._span, Context()))
        return carrier.get("traceparent")

    @override
    def child(self, name: str, told: Told = NOTHING, *, kind: SpanKind = "inside") -> Span:
        parent = set_span_in_context(self._span, Context())
        span = self._tracer.start_span(name, parent, _KINDS[kind], dict(told))
        return _OtlpSpan(span, self._tracer, to_providers=self._to_providers)

    @override
    def tell(self, told: Told) -> None:
        self._span.set_attributes(dict(told))

    @override
    def note(self, name: str, told: Told = NOTHING, *, at: datetime | None = None) -> None:
        moment = None if at is None else round(at.timestamp() * 1e9)
        self._span.add_event(name, dict(told), moment)

    @override
    def end(self, failure: str | None = None) -> None:
        if self._ended:
            return
        self._ended = True
        if failure is not None:
            self._span.set_attribute("error.type", failure)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()
