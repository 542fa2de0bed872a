"""The page of figures, in Prometheus' text format. Imported only where somebody may ask for it."""

from collections.abc import Iterable

from prometheus_client import (
    CollectorRegistry,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from arcano.entrypoints.watching.count_calls import CallFigures
from arcano.entrypoints.watching.look_around import Seen, Surroundings, look_around

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class Metrics:
    """All figures of a server: those counted since it started, and those of this moment."""

    def __init__(self) -> None:
        # A time beside every counter doubles the page, and a process tells when it started anyway.
        disable_created_metrics()
        self._registry = CollectorRegistry()
        self.calls = CallFigures(self._registry)
        ProcessCollector(registry=self._registry)
        self._at: Surroundings | None = None

    def look_at(self, at: Surroundings) -> None:
        """What there is to look at, once all of it is there."""
        self._at = at

    async def page(self) -> bytes:
        """Raises: StorageError: The database cannot be asked."""
        counted = generate_latest(self._registry)
        if self._at is None:
            return counted
        # A registry of its own for each asker: two may come at the same time.
        moment = CollectorRegistry()
        moment.register(_Moment(await look_around(self._at)))
        return counted + generate_latest(moment)


class _Moment(Collector):
    def __init__(self, seen: list[Seen]) -> None:
        self._seen = seen

    @override
    def collect(self) -> Iterable[Metric]:
        for figure, samples in self._seen:
            made = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
            family = made(figure.name, figure.help, labels=figure.labels)
            for labels, value in samples:
                family.add_metric(labels, value)
            yield family
