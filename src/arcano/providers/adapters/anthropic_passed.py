"""An answer in Anthropic's words for a caller who speaks them: its bytes are passed on, only the accounting is read.

Whole events leave as they came. An event is parsed only where its bytes may hold what the ledger or the ending needs:
usage, a stop reason, an error. The end, `message_stop`, is the caller's to write: a stream that was cut must not look
like one that ended.
"""

import re
from typing import Any

import orjson

from arcano.platform.sse import MAX_EVENT_BYTES
from arcano.providers.adapters.anthropic_errors import error_event
from arcano.providers.adapters.anthropic_stream import FINISH_REASONS, usage_in
from arcano.providers.adapters.wire_json import as_object
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


class PassedMessage:
    """Reads one answer as far as it must. The interface is that of `MessageAnswer`."""

    def __init__(self, provider: str, *, key: str | None) -> None:
        self._provider = provider
        self._key = key
        self._tail = b""
        self._reason: FinishReason | None = None
        self._counted: dict[str, Any] = {}
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """The events that `chunk` completes."""
        read = self._tail + chunk
        if b"\r" in read:
            read = read.replace(b"\r\n", b"\n")
        end = read.rfind(b"\n\n") + 2
        if end == 1:
            self._wait(read)
            return []
        whole = read[:end]
        self._wait(read[end:])
        if _TELLING.search(whole):
            whole = self._read(whole)
        tokens = whole.count(b"content_block_delta") // 2
        return [WirePassed(whole, tokens)] if whole else []

    def whole(self, message: Any) -> list[ModelEvent]:
        """The same for an answer that came in one piece."""
        try:
            if message.get("type") == "error":
                raise error_event(self._provider, message, key=self._key)
            _ = message["content"]
            self._note_end(message)
            self._note_usage(message.get("usage"))
            self._finish()
        except ProviderError as failure:
            self.failure = failure
        except (TypeError, AttributeError, LookupError):
            self.failure = ProviderError(f"{self._provider} answered, but not with a message.")
        if self.failure is not None or self.finished is None:
            return []
        usage = self.finished.usage
        written = usage.output_tokens if usage else None
        return [WirePassed(orjson.dumps(message), written or 1)]

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

    def _wait(self, tail: bytes) -> None:
        self._tail = tail
        if len(tail) > MAX_EVENT_BYTES:
            self.failure = ProviderError(
                f"{self._provider} sent an event that is too large. What had arrived is kept."
            )

    def _read(self, events: bytes) -> bytes:
        """Take in what these tell. What of them is passed on."""
        passed: list[bytes] = []
        for event in events.split(b"\n\n"):
            if self.failure is not None or self.finished is not None:
                break
            if not _TELLING.search(event):
                passed.append(event)
                continue
            try:
                self._note(orjson.loads(event.partition(b"data:")[2]))
            except ProviderError as failure:
                self.failure = failure
            except (ValueError, TypeError, AttributeError, LookupError):
                self.failure = StreamCutError(
                    f"{self._provider} sent something that is not the protocol it speaks. "
                    "What had arrived is kept."
                )
            if self.failure is None and self.finished is None:
                passed.append(event)
        said = [event for event in passed if event]
        return b"".join(event + b"\n\n" for event in said)

    def _note(self, event: Any) -> None:
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
            raise StreamCutError(
                f"{self._provider} ended the answer without saying why. What had arrived is kept."
            )
        self.finished = ModelFinished(self._reason, usage_in(self._counted))
