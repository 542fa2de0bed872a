"""What is counted when a call ends. Imported only where somebody may ask for it."""

from prometheus_client import CollectorRegistry, Counter, Histogram
from typing_extensions import override

from arcano.entrypoints.watching import catalogue
from arcano.entrypoints.watching.catalogue import Figure
from arcano.providers import is_own_model
from arcano.usage import Caller, CallListener, CallRecord

OTHER = "_OTHER"
"""What OpenTelemetry calls a value that is none of those expected: a model that nobody knows."""
OWN = "own"
CHAT = "chat"
MAX_MODELS = 500
"""Names that are told apart; those that come later are `_OTHER`."""


class CallFigures(CallListener):
    """Counts into `registry`. A name that people mistype is not counted as a model: only one that was found is."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._found: dict[str, str] = {}
        self._duration = _histogram(catalogue.DURATION, registry)
        self._first_token = _histogram(catalogue.FIRST_TOKEN, registry)
        self._per_token = _histogram(catalogue.PER_TOKEN, registry)
        self._tokens = _histogram(catalogue.TOKEN_USAGE, registry)
        self._calls = _counter(catalogue.CALLS, registry)
        self._refused = _counter(catalogue.REFUSED, registry)
        self._cost = _counter(catalogue.COST, registry)

    @override
    def ended(self, record: CallRecord, provider: str | None) -> None:
        from_cache = "true" if record.from_cache else "false"
        self._calls.labels(record.caller.door, record.outcome, from_cache).inc()
        model, provider = self._name(record, provider)
        if record.from_cache:
            return  # no model was asked for it
        of_model = (CHAT, provider, model)
        seconds = record.latency_ms / 1000
        error = record.error_code or ""
        self._duration.labels(*of_model, record.outcome, error).observe(seconds)
        tokens = record.tokens
        for kind, number in (("input", tokens.input), ("output", tokens.output)):
            if number:
                self._tokens.labels(*of_model, kind).observe(number)
        if record.cost_micros and record.currency:
            self._cost.labels(record.currency, provider, model).inc(record.cost_micros / 1e6)
        if record.outcome == "finished" and record.first_token_ms is not None:
            first = record.first_token_ms / 1000
            self._first_token.labels(*of_model).observe(first)
            if tokens.output and tokens.output > 1:
                self._per_token.labels(*of_model).observe((seconds - first) / (tokens.output - 1))

    @override
    def refused(self, caller: Caller, code: str) -> None:
        self._refused.labels(caller.door, code).inc()

    def _name(self, record: CallRecord, provider: str | None) -> tuple[str, str]:
        """The names of the model that answered and of its provider, as far as they may be told."""
        served = record.served_model or record.model
        if is_own_model(served):
            return OWN, provider or OTHER
        if provider is not None and (served in self._found or len(self._found) < MAX_MODELS):
            self._found[served] = provider
        known = self._found.get(served)
        return (OTHER, provider or OTHER) if known is None else (served, known)


def _histogram(figure: Figure, registry: CollectorRegistry) -> Histogram:
    return Histogram(
        figure.name, figure.help, figure.labels, buckets=figure.buckets, registry=registry
    )


def _counter(figure: Figure, registry: CollectorRegistry) -> Counter:
    return Counter(figure.name, figure.help, figure.labels, registry=registry)
