"""An answer in the words of Anthropic's Messages API, as our events: in pieces, or whole.

Source: Messages API reference, "Streaming messages", "Message" and "Stop reasons". What arrives in one
read becomes few events. Unknown events are passed over, unknown stop reasons are an end like any other.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from arcano.platform.sse import SseParser, SseTooLargeError
from arcano.providers.adapters.anthropic_blocks import AnswerBlocks
from arcano.providers.adapters.anthropic_errors import error_event
from arcano.providers.adapters.half_characters import json_of
from arcano.providers.adapters.wire_json import as_count, as_list, as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import FinishReason, ModelEvent, ModelFinished, TokenUsage

FINISH_REASONS: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    # The vendor's own tools took too long, and the answer waits to be continued.
    "pause_turn": "length",
    "tool_use": "tool-calls",
    "refusal": "content-filter",
}


class MessageAnswer:
    """Reads one answer: feed it bytes of a stream, or give it the whole message, and it gives events.

    `finished` is set once the protocol's own end, a stop reason and `message_stop`, was seen; `failure`
    once it cannot be read on. Events that came before a failure are still given.
    """

    def __init__(self, provider: str, *, key: str | None = None, owed: str = "") -> None:
        self._provider = provider
        self._key = key
        self._parser = SseParser()
        self._blocks = AnswerBlocks(owed=owed)
        self._reason: FinishReason | None = None
        self._counted: dict[str, Any] = {}
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """The events in this read, in order, neighbouring deltas of a kind joined."""
        with self._failing():
            for event in self._parser.feed(chunk):
                self._read(json_of(event.data))
                if self.finished:
                    break
        return self._blocks.taken()

    def whole(self, message: Any) -> list[ModelEvent]:
        """The events of a message that came in one piece."""
        with self._failing():
            if message.get("type") == "error":
                raise error_event(self._provider, message, key=self._key)
            for index, block in enumerate(as_list(message["content"])):
                self._blocks.begin(index, block)
                self._blocks.end(index)
            self._note_end(message)
            self._note_usage(message.get("usage"))
            self._finish()
        return self._blocks.taken()

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

    @contextmanager
    def _failing(self) -> Generator[None]:
        try:
            yield
        except ProviderError as failure:
            self.failure = failure
        except (
            SseTooLargeError,
            ValueError,
            TypeError,
            AttributeError,
            LookupError,
            RecursionError,
        ):
            self.failure = StreamCutError(
                f"{self._provider} sent something that is not the protocol it speaks. "
                "What had arrived is kept."
            )

    def _read(self, event: Any) -> None:
        match event["type"]:
            case "content_block_delta":
                self._blocks.grow(event["index"], event["delta"])
            case "content_block_start":
                self._blocks.begin(event["index"], event["content_block"])
            case "content_block_stop":
                self._blocks.end(event["index"])
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
        if explanation := as_object(delta.get("stop_details")).get("explanation"):
            self._blocks.refuse(explanation)

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
        self._blocks.end_all()
        self.finished = ModelFinished(self._reason, usage_in(self._counted))


def usage_in(counted: dict[str, Any]) -> TokenUsage | None:
    """Ours: the vendor counts what it read from its cache, and wrote there, beside the input."""
    if not counted:
        return None
    fresh = as_count(counted.get("input_tokens"))
    cached = as_count(counted.get("cache_read_input_tokens"))
    written = as_count(counted.get("cache_creation_input_tokens"))
    details = as_object(counted.get("output_tokens_details"))
    return TokenUsage(
        input_tokens=None if fresh is None else fresh + (cached or 0) + (written or 0),
        output_tokens=as_count(counted.get("output_tokens")),
        reasoning_tokens=as_count(details.get("thinking_tokens")),
        cached_input_tokens=cached,
        cache_write_tokens=written,
    )
