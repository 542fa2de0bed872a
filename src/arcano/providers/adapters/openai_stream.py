"""An answer in the words of OpenAI's chat completions, as our events.

Source: OpenAI API reference, "The chat completion chunk object" and "The chat completion object". Unknown
fields are ignored.
"""

from typing import Any, ClassVar

from typing_extensions import override

from arcano.providers.adapters.answer_stream import AnswerStream, source_in
from arcano.providers.adapters.openai_errors import error_in_stream
from arcano.providers.adapters.openai_tool_calls import ToolCallPieces
from arcano.providers.adapters.wire_json import as_count, as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import (
    FinishReason,
    ModelEvent,
    ModelFinished,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    TokenUsage,
)

_BROKEN_OFF = frozenset({"error", "abort", "cancelled"})
"""Words of OpenRouter, Mistral, vLLM and SGLang for an answer that is not complete, and not for its length."""


class ChatCompletionStream(AnswerStream):
    """Reads one answer. Its end is a finish reason and `[DONE]`."""

    finish_reasons: ClassVar[dict[str, FinishReason]] = {
        "stop": "stop",
        "length": "length",
        "content_filter": "content-filter",
        "tool_calls": "tool-calls",
        "function_call": "tool-calls",
    }

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        super().__init__(provider, key=key)
        self._calls = ToolCallPieces()
        self._reason: FinishReason | None = None
        self._usage: TokenUsage | None = None

    @override
    def _read(self, event: Any) -> None:
        if event.get("error"):
            raise error_in_stream(self._provider, event["error"], key=self._key)
        if event.get("usage"):
            self._usage = usage_in(event["usage"])
        for choice in event.get("choices") or ():
            self._read_delta(choice.get("delta") or {})
            if choice.get("finish_reason"):
                self._read_reason(choice)

    @override
    def _read_answer(self, answer: Any) -> None:
        if answer.get("error"):
            raise error_in_stream(self._provider, answer["error"], key=self._key)
        if answer.get("usage"):
            self._usage = usage_in(answer["usage"])
        for choice in answer["choices"][:1]:
            self._read_delta(choice["message"])
            if choice.get("finish_reason"):
                self._read_reason(choice)
        self._end()

    def _read_delta(self, delta: dict[str, Any]) -> None:
        if text := delta.get("content"):
            self._say(TextDelta, text)
        if text := delta.get("reasoning_content") or delta.get("reasoning"):
            self._say(ReasoningDelta, text)
        if text := delta.get("refusal"):
            self._say(RefusalDelta, text)
        if pieces := delta.get("tool_calls"):
            self._flush()
            self._out += self._calls.read(pieces)
        for annotation in delta.get("annotations") or ():
            if source := source_in(annotation):
                self._add(source)

    def _read_reason(self, choice: dict[str, Any]) -> None:
        if broken := broken_off(self._provider, choice, key=self._key):
            raise broken
        self._reason = self.finish_reasons.get(choice["finish_reason"], "stop")

    @override
    def end_unmarked(self) -> list[ModelEvent]:
        self._out = []
        if self._reason is not None:
            try:
                self._end()
            except ProviderError as failure:
                self.failure = failure
        return self._out

    @override
    def _end(self) -> None:
        if self._reason is None:
            raise StreamCutError(
                f"{self._provider} ended the answer without saying why. What had arrived is kept."
            )
        if self._calls.nameless:
            raise StreamCutError(
                f"{self._provider} called a tool without naming it. What had arrived is kept."
            )
        if self._calls and self._reason == "stop":
            # Several servers say `stop` after a call that they were made to make.
            self._reason = "tool-calls"
        self._finish(ModelFinished(self._reason, self._usage))


def broken_off(provider: str, choice: dict[str, Any], *, key: str | None) -> ProviderError | None:
    """Why an answer is not complete, by its finish reason; None if that is no reason to say so."""
    if choice.get("finish_reason") not in _BROKEN_OFF:
        return None
    if choice.get("error"):
        return error_in_stream(provider, choice["error"], key=key)
    return StreamCutError(f"{provider} could not finish the answer. What had arrived is kept.")


def usage_in(wire: dict[str, Any]) -> TokenUsage:
    """What a server says that was used."""
    written = as_object(wire.get("completion_tokens_details"))
    read = as_object(wire.get("prompt_tokens_details"))
    return TokenUsage(
        input_tokens=as_count(wire.get("prompt_tokens")),
        output_tokens=as_count(wire.get("completion_tokens")),
        reasoning_tokens=as_count(written.get("reasoning_tokens")),
        cached_input_tokens=as_count(read.get("cached_tokens")),
        cache_write_tokens=as_count(read.get("cache_write_tokens")),
    )
