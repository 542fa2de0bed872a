"""An answer in the words of OpenAI's chat completions, as our events.

Source: OpenAI API reference, "The chat completion chunk object". Unknown fields are ignored. What
arrives in one read becomes one delta: nothing waits, and a fast model costs less per token.
"""

import json
from typing import Any

import orjson

from arcano.platform.sse import SseParser, SseTooLargeError
from arcano.providers.adapters.openai_errors import error_in_stream
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import (
    FinishReason,
    ModelEvent,
    ModelFinished,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)

_FINISH_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content-filter",
    "tool_calls": "tool-calls",
    "function_call": "tool-calls",
}


class ChatCompletionStream:
    """Reads one streamed answer: feed it bytes, it gives events.

    `finished` is set once the protocol's own end, a finish reason and `[DONE]`, was seen; `failure`
    once the stream cannot be read on. Events that came before a failure are still given.
    """

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        self._provider = provider
        self._key = key
        self._parser = SseParser()
        self._out: list[ModelEvent] = []
        self._texts: list[str] = []
        self._joined: type[TextDelta | ReasoningDelta | RefusalDelta] = TextDelta
        self._half_character = ""
        self._reason: FinishReason | None = None
        self._usage: TokenUsage | None = None
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """The events in this read, in order, neighbouring deltas of a kind joined."""
        self._out = []
        try:
            for event in self._parser.feed(chunk):
                if event.data == b"[DONE]":
                    self._end()
                    break
                self._read(self._parsed(event.data))
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
        self._flush()
        return self._out

    def _parsed(self, data: bytes) -> Any:
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            # Some servers cut an emoji's escape in two (`"\\ud83d"` now, `"\\ude00"` next), which
            # strict readers refuse; the lenient one lets us join the halves.
            return json.loads(data)

    def _read(self, chunk: Any) -> None:
        if chunk.get("error"):
            raise error_in_stream(self._provider, chunk["error"], key=self._key)
        if chunk.get("usage"):
            self._usage = _usage(chunk["usage"])
        for choice in chunk.get("choices") or ():
            self._read_delta(choice.get("delta") or {})
            if choice.get("finish_reason"):
                self._reason = _FINISH_REASONS.get(choice["finish_reason"], "stop")

    def _read_delta(self, delta: dict[str, Any]) -> None:
        if text := delta.get("content"):
            self._say(TextDelta, text)
        if text := delta.get("reasoning_content") or delta.get("reasoning"):
            self._say(ReasoningDelta, text)
        if text := delta.get("refusal"):
            self._say(RefusalDelta, text)
        for call in delta.get("tool_calls") or ():
            self._flush()
            function = as_object(call.get("function"))
            self._out.append(
                ToolCallDelta(
                    index=call.get("index", 0),
                    call_id=call.get("id"),
                    name=function.get("name"),
                    arguments=function.get("arguments") or "",
                )
            )

    def _say(self, kind: type[TextDelta | ReasoningDelta | RefusalDelta], text: Any) -> None:
        if not isinstance(text, str):
            raise TypeError
        if kind is not self._joined:
            self._flush()
            self._joined = kind
        if self._half_character or not text.isascii():
            text = self._whole_characters(text)
        self._texts.append(text)

    def _whole_characters(self, text: str) -> str:
        """Join an escape pair that was cut in two; what stays alone becomes U+FFFD."""
        text = self._half_character + text
        self._half_character = ""
        if "\ud800" <= text[-1] <= "\udbff":
            self._half_character = text[-1]
            text = text[:-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _flush(self) -> None:
        if self._texts:
            text = "".join(self._texts)
            self._texts.clear()
            if text:
                self._out.append(self._joined(text))

    def _end(self) -> None:
        if self._reason is None:
            raise StreamCutError(
                f"{self._provider} ended the answer without saying why. What had arrived is kept."
            )
        if self._half_character:
            self._texts.append("\ufffd")
        self._flush()
        self.finished = ModelFinished(self._reason, self._usage)


def _usage(wire: dict[str, Any]) -> TokenUsage:
    written = as_object(wire.get("completion_tokens_details"))
    read = as_object(wire.get("prompt_tokens_details"))
    return TokenUsage(
        input_tokens=_count(wire.get("prompt_tokens")),
        output_tokens=_count(wire.get("completion_tokens")),
        reasoning_tokens=_count(written.get("reasoning_tokens")),
        cached_input_tokens=_count(read.get("cached_tokens")),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**53 else None
