"""An answer in the words of Ollama's own chat, as our events.

Source: Ollama API reference, "Generate a chat completion"; documentation, "Streaming" and "Errors". Unknown
fields are ignored. What arrives in one read becomes one delta: nothing waits.
"""

from typing import Any

import orjson

from arcano.platform.ids import new_id
from arcano.platform.ndjson import NdjsonLines
from arcano.providers.adapters.half_characters import WholeCharacters, json_of
from arcano.providers.adapters.ollama_errors import error_in_ollama_stream
from arcano.providers.adapters.wire_json import as_count, as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import (
    FinishReason,
    ModelEvent,
    ModelFinished,
    ReasoningDelta,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)

_FINISH_REASONS: dict[str, FinishReason] = {"stop": "stop", "length": "length"}
"""The others, `load` and `unload`, answer calls that ask nothing; then nothing more is to come."""


class OllamaChatStream:
    """Reads one answer, streamed or whole: feed it bytes, it gives events.

    `finished` is set once the protocol's own end, `done: true`, was seen; `failure` once the stream
    cannot be read on. Events that came before a failure are still given.
    """

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        self._provider = provider
        self._key = key
        self._lines = NdjsonLines()
        self._out: list[ModelEvent] = []
        self._texts: list[str] = []
        self._characters = WholeCharacters()
        self._joined: type[TextDelta | ReasoningDelta] = TextDelta
        self._calls = 0
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """The events in this read, in order, neighbouring deltas of a kind joined."""
        self._out = []
        try:
            for line in self._lines.feed(chunk):
                self._read(json_of(line))
                if self.finished:
                    break
        except ProviderError as failure:
            self.failure = failure
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            self.failure = StreamCutError(
                f"{self._provider} sent something that is not the protocol it speaks. "
                "What had arrived is kept."
            )
        self._flush()
        return self._out

    def end(self) -> list[ModelEvent]:
        """The events of a last line without its line feed. An answer in one piece is such a line."""
        rest = self._lines.rest()
        return self.feed(rest + b"\n") if rest else []

    def _read(self, line: Any) -> None:
        if line.get("error"):
            raise error_in_ollama_stream(self._provider, line["error"], key=self._key)
        message = line.get("message")
        if message:
            self._read_message(message)
        if line.get("done") is True:
            self._end(line)

    def _read_message(self, message: dict[str, Any]) -> None:
        if text := message.get("thinking"):
            self._say(ReasoningDelta, text)
        if text := message.get("content"):
            self._say(TextDelta, text)
        for call in message.get("tool_calls") or ():
            self._flush()
            function = call["function"]
            name = function["name"]
            if not isinstance(name, str):
                raise TypeError
            # Some versions number every call 0, so they are counted here.
            self._out.append(
                ToolCallDelta(
                    index=self._calls,
                    call_id=str(call.get("id") or f"call_{new_id()}"),
                    name=name,
                    arguments=_arguments(function.get("arguments")),
                )
            )
            self._calls += 1

    def _say(self, kind: type[TextDelta | ReasoningDelta], text: Any) -> None:
        if not isinstance(text, str):
            raise TypeError
        if kind is not self._joined:
            self._flush()
            self._joined = kind
        self._texts.append(self._characters.of(text))

    def _flush(self) -> None:
        if self._texts:
            text = "".join(self._texts)
            self._texts.clear()
            if text:
                self._out.append(self._joined(text))

    def _end(self, line: dict[str, Any]) -> None:
        self._texts.append(self._characters.rest())
        # Old versions say no reason, and none says `tool_calls`.
        reason = _FINISH_REASONS.get(line.get("done_reason") or "stop", "stop")
        if reason == "stop" and self._calls:
            reason = "tool-calls"
        self.finished = ModelFinished(reason, usage_of(line))


def usage_of(line: dict[str, Any]) -> TokenUsage | None:
    """What was counted, cached tokens included; which of them were cached or thought is not said.

    A version that found the whole prompt in its cache leaves its count out. With a schema, a thinking
    model is asked twice by Ollama itself, and only the second time is counted.
    """
    read = as_count(line.get("prompt_eval_count"))
    written = as_count(line.get("eval_count"))
    return None if read is None and written is None else TokenUsage(read, written)


def _arguments(value: Any) -> str:
    """JSON text; some servers that speak this protocol send text already."""
    if value is None:
        return "{}"
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise TypeError
    return orjson.dumps(as_object(value)).decode()
