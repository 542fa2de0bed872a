"""An answer in OpenAI's words for a caller who speaks them: its bytes are passed on, only the accounting is read.

Whole events leave as they came, in the reads in which they came. An event is parsed only where its bytes may hold what
the ledger or the ending needs: usage, a finish reason, an error. The end, `[DONE]`, is the caller's to write: a stream
that was cut must not look like one that ended.
"""

import re
from typing import Any, ClassVar

import orjson
from typing_extensions import override

from arcano.providers.adapters.openai_errors import error_in_stream
from arcano.providers.adapters.openai_stream import ChatCompletionStream, broken_off, usage_in
from arcano.providers.adapters.passed_stream import PassedStream, tokens_in_words
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.errors import ProviderError
from arcano.providers.events import FinishReason, ModelEvent, ModelFinished, TokenUsage, WirePassed
from arcano.providers.request import WireRequest

_TELLING = re.compile(rb'"usage"\s*:\s*\{|"error"\s*:|"finish_reason"\s*:\s*"|data:\s?\[DONE\]')
"""Inside a text these bytes cannot stand: there a quote has a backslash before it. More than once in a while they
may be found where they mean nothing; then an event is parsed for nothing."""


def passed_body(wire: WireRequest, model: str, *, reports_usage: bool) -> dict[str, Any]:
    """What was asked, of the model as its server calls it. Usage is asked for in any case: for the ledger."""
    body = {**wire.body, "model": model}
    if body.get("stream") and reports_usage:
        body["stream_options"] = {**as_object(body.get("stream_options")), "include_usage": True}
    return body


def usage_is_wanted(wire: WireRequest) -> bool:
    """Whether the caller wants to be told the usage as well."""
    return bool(as_object(wire.body.get("stream_options")).get("include_usage"))


def _characters_in(choice: dict[str, Any]) -> int:
    """Of a chat completion, or of a completion."""
    said = as_object(choice.get("message")).get("content") or choice.get("text")
    return len(said) if isinstance(said, str) else 0


def stream_is_wanted(wire: WireRequest) -> bool:
    """Whether the caller listens for events."""
    return bool(wire.body.get("stream"))


def _as_stream(answer: dict[str, Any], *, usage_wanted: bool) -> bytes:
    """What came in one piece, for a caller who listens for events: some small servers know no other way."""
    chunk = {name: value for name, value in answer.items() if name != "usage"}
    chunk["choices"] = [_as_piece(choice) for choice in answer["choices"]]
    if any("delta" in choice for choice in chunk["choices"]):
        chunk["object"] = "chat.completion.chunk"
    events = [chunk]
    if usage_wanted and answer.get("usage"):
        events.append({**chunk, "choices": [], "usage": answer["usage"]})
    return b"".join(b"data: %s\n\n" % orjson.dumps(event) for event in events)


def _as_piece(choice: dict[str, Any]) -> dict[str, Any]:
    """The whole message as its only piece. A completion says the same in both ways."""
    if "message" not in choice:
        return choice
    delta = {**choice["message"]}
    if calls := delta.get("tool_calls"):
        delta["tool_calls"] = [{"index": place, **call} for place, call in enumerate(calls)]
    others = {name: value for name, value in choice.items() if name != "message"}
    return {**others, "delta": delta}


class PassedChatStream(PassedStream):
    """Reads one answer as far as it must: of the chat completions, and of completions, which say the same of it."""

    telling: ClassVar[re.Pattern[bytes]] = _TELLING

    def __init__(
        self, provider: str, *, key: str | None, usage_wanted: bool, stream_wanted: bool = False
    ) -> None:
        super().__init__(provider, key=key)
        self._usage_wanted = usage_wanted
        self._stream_wanted = stream_wanted
        self._reason: FinishReason | None = None
        self._usage: TokenUsage | None = None

    @override
    def whole(self, answer: Any) -> list[ModelEvent]:
        try:
            self._note(answer, choices=answer["choices"])
            self._finish()
        except ProviderError as failure:
            self.failure = failure
        except (TypeError, AttributeError, LookupError):
            self.failure = ProviderError(f"{self._provider} answered, but not with an answer.")
        if self.failure is not None:
            return []
        written = self._usage.output_tokens if self._usage else None
        if written is None:
            written = tokens_in_words(sum(map(_characters_in, answer["choices"])))
        if self._stream_wanted:
            return [WirePassed(_as_stream(answer, usage_wanted=self._usage_wanted), written)]
        return [WirePassed(orjson.dumps(answer), written)]

    @override
    def end_unmarked(self) -> list[ModelEvent]:
        if self._reason is not None:
            self._finish()
        return []

    @override
    def _hear(self, data: bytes) -> bool:
        if data == b"[DONE]":
            self._finish()
            return False
        said: dict[str, Any] = orjson.loads(data)
        choices: list[dict[str, Any]] = said.get("choices") or []
        self._note(said, choices=choices)
        return bool(choices) or self._usage_wanted

    def _note(self, said: dict[str, Any], *, choices: list[dict[str, Any]]) -> None:
        if said.get("error"):
            raise error_in_stream(self._provider, said["error"], key=self._key)
        if said.get("usage"):
            self._usage = usage_in(said["usage"])
        for choice in choices:
            if choice.get("finish_reason"):
                if broken := broken_off(self._provider, choice, key=self._key):
                    raise broken
                self._reason = ChatCompletionStream.finish_reasons.get(
                    choice["finish_reason"], "stop"
                )

    def _finish(self) -> None:
        """The server says that it is done."""
        if self._reason is None:
            raise self._cut_without_reason()
        self.finished = ModelFinished(self._reason, self._usage)
