"""An answer in Anthropic's words for a caller who speaks them: its bytes are passed on, only the accounting is read.

Whole events leave as they came. An event is parsed only where its bytes may hold what the ledger or the ending needs:
usage, a stop reason, an error. The end, `message_stop`, is the caller's to write: a stream that was cut must not look
like one that ended.
"""

import re
from typing import Any, ClassVar

import orjson
from typing_extensions import override

from arcano.providers.adapters.anthropic_errors import error_event
from arcano.providers.adapters.anthropic_stream import FINISH_REASONS, usage_in
from arcano.providers.adapters.passed_stream import PassedStream, tokens_in_words
from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import FinishReason, ModelEvent, ModelFinished, WirePassed
from arcano.providers.request import WireRequest

_TELLING = re.compile(rb'"type"\s*:\s*"(?:message_start|message_delta|message_stop|error)"')
"""Inside a text these bytes cannot stand: there a quote has a backslash before it."""
_VERSION = "2023-06-01"
"""Of the API, for a caller who names none."""


def passed_body(wire: WireRequest, model: str) -> dict[str, Any]:
    """What was asked, of the model as its server calls it."""
    return {**wire.body, "model": model}


def passed_headers(wire: WireRequest) -> dict[str, str]:
    """The version of the API in which it was asked, and what is in trial."""
    return {"anthropic-version": _VERSION, **dict(wire.headers)}


def _characters_in(block: object) -> int:
    said = as_object(block).get("text") or as_object(block).get("thinking")
    return len(said) if isinstance(said, str) else 0


class PassedMessage(PassedStream):
    """Reads one answer as far as it must. With `end`, as `MessageAnswer` has."""

    telling: ClassVar[re.Pattern[bytes]] = _TELLING

    def __init__(self, provider: str, *, key: str | None) -> None:
        super().__init__(provider, key=key)
        self._reason: FinishReason | None = None
        self._counted: dict[str, Any] = {}

    @override
    def whole(self, answer: Any) -> list[ModelEvent]:
        try:
            if answer.get("type") == "error":
                raise error_event(self._provider, answer, key=self._key)
            _ = answer["content"]
            self._note_end(answer)
            self._note_usage(answer.get("usage"))
            self._finish()
        except ProviderError as failure:
            self.failure = failure
        except (TypeError, AttributeError, LookupError):
            self.failure = ProviderError(f"{self._provider} answered, but not with a message.")
        if self.failure is not None or self.finished is None:
            return []
        usage = self.finished.usage
        written = usage.output_tokens if usage else None
        if written is None:
            written = tokens_in_words(sum(map(_characters_in, as_list(answer["content"]))))
        return [WirePassed(orjson.dumps(answer), written)]

    def end(self) -> ModelFinished:
        """The last event.

        Raises:
            ProviderError: There is none: `failure`, or it broke off here.
        """
        if self.failure:
            raise self.failure
        if self.finished is None:
            raise StreamCutError(
                f"{self._provider} ended in the middle of the answer. What had arrived is kept."
            )
        return self.finished

    @override
    def _tokens_in(self, events: bytes) -> int:
        return events.count(b"content_block_delta") // 2  # once as the event's name, once inside

    @override
    def _hear(self, data: bytes) -> bool:
        event = orjson.loads(data)
        match event["type"]:
            case "message_start":
                self._note_usage(as_object(event["message"]).get("usage"))
            case "message_delta":
                self._note_end(as_object(event["delta"]))
                self._note_usage(event.get("usage"))
            case "message_stop":
                self._finish()
            case "error":
                raise error_event(self._provider, event, key=self._key)
            case _:
                pass
        return self.finished is None

    def _note_end(self, delta: dict[str, Any]) -> None:
        if reason := delta.get("stop_reason"):
            self._reason = FINISH_REASONS.get(reason, "stop")

    def _note_usage(self, usage: Any) -> None:
        """Counts are totals so far; one that is not repeated still stands."""
        for name, count in as_object(usage).items():
            if count is not None:
                self._counted[name] = count

    def _finish(self) -> None:
        if self._reason is None:
            raise self._cut_without_reason()
        self.finished = ModelFinished(self._reason, usage_in(self._counted))
