"""An answer in Google's words for a caller who speaks them: its chunks are passed on as they came.

Each is read as well, for what the ledger and the ending need: Gemini has no last event that could be held back, so that
only a reason to finish tells a whole answer from one that was cut.
"""

from typing import Any

import orjson
from typing_extensions import override

from arcano.providers.adapters.gemini_stream import GeminiStream
from arcano.providers.adapters.passed_stream import tokens_in_events
from arcano.providers.events import CallAccepted, ModelEvent, WirePassed
from arcano.providers.request import WireRequest


def passed_body(wire: WireRequest) -> dict[str, Any]:
    """What was asked. The model stands in the address alone."""
    return {name: value for name, value in wire.body.items() if name != "model"}


class PassedContent(GeminiStream):
    """Reads one answer, and gives it on unread: an event of the stream is one of `WirePassed`."""

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        super().__init__(provider, key=key)
        self._passed: list[bytes] = []

    @override
    def feed(self, chunk: bytes) -> list[ModelEvent]:
        said = [event for event in super().feed(chunk) if isinstance(event, CallAccepted)]
        passed, self._passed = self._passed, []
        return [*said, WirePassed(b"".join(passed), len(passed))] if passed else [*said]

    @override
    def take(self, whole: Any) -> list[ModelEvent]:
        heard = super().take(whole)
        said = [event for event in heard if isinstance(event, CallAccepted)]
        if self.failure or self.finished is None:
            return [*said]
        written = self.finished.usage.output_tokens if self.finished.usage else None
        if written is None:
            written = tokens_in_events(heard)
        return [*said, WirePassed(orjson.dumps(whole), written)]

    @override
    def _hear(self, data: bytes) -> None:
        super()._hear(data)
        self._passed.append(b"data: %s\r\n\r\n" % data)
