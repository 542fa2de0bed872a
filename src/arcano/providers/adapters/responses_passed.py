"""An answer in the words of OpenAI's Responses API for a caller who speaks them: bytes pass, only the end is read.

Source: OpenAI API reference, "Streaming events". The last event, `response.completed` or one of its like, is passed
with the others: a stream that was cut has none.
"""

import re
from typing import Any, ClassVar

import orjson
from typing_extensions import override

from arcano.providers.adapters.passed_stream import PassedStream, tokens_in_events
from arcano.providers.adapters.responses_stream import ResponseStream
from arcano.providers.events import ModelEvent, WirePassed
from arcano.providers.request import WireRequest

DIALECT = "openai-responses"


def passed_response_body(wire: WireRequest, model: str) -> dict[str, Any]:
    """What was asked, of the model as its server calls it. What is to be stored is stored here, and never there."""
    return {**wire.body, "model": model, "store": False}


class PassedResponseStream(PassedStream):
    """Reads one answer as far as it must."""

    telling: ClassVar[re.Pattern[bytes]] = re.compile(
        rb'"type"\s*:\s*"(?:response\.(?:completed|incomplete|failed|cancelled)|error)"'
    )

    @override
    def whole(self, answer: Any) -> list[ModelEvent]:
        read = ResponseStream(self._provider, key=self._key)
        said = read.whole(answer)
        self.failure, self.finished = read.failure, read.finished
        if self.failure is not None or self.finished is None:
            return []
        written = self.finished.usage.output_tokens if self.finished.usage else None
        return [
            WirePassed(orjson.dumps(answer), tokens_in_events(said) if written is None else written)
        ]

    @override
    def _hear(self, data: bytes) -> bool:
        """A failure is told in our own words, whose keys are not in them."""
        read = ResponseStream(self._provider, key=self._key)
        read.feed(b"data: %s\n\n" % data)
        self.failure, self.finished = read.failure, read.finished
        return self.failure is None
