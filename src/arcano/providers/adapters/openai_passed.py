"""An answer in OpenAI's words for a caller who speaks them: its bytes are passed on, only the accounting is read.

Whole events leave as they came, in the reads in which they came. An event is parsed only where its bytes may hold what
the ledger or the ending needs: usage, a finish reason, an error. The end, `[DONE]`, is the caller's to write: a stream
that was cut must not look like one that ended.
"""

import re
from typing import Any, ClassVar

import orjson
from typing_extensions import override

from arcano.platform.sse import MAX_EVENT_BYTES
from arcano.providers.adapters.answer_stream import AnswerReader
from arcano.providers.adapters.openai_errors import error_in_stream
from arcano.providers.adapters.openai_stream import ChatCompletionStream, broken_off, usage_in
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.errors import ProviderError, StreamCutError
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


class PassedChatStream(AnswerReader):
    """Reads one answer as far as it must: of the chat completions, and of completions, which say the same of it."""

    telling: ClassVar[re.Pattern[bytes]] = _TELLING

    def __init__(self, provider: str, *, key: str | None, usage_wanted: bool) -> None:
        self._provider = provider
        self._key = key
        self._usage_wanted = usage_wanted
        self._tail = b""
        self._reason: FinishReason | None = None
        self._usage: TokenUsage | None = None
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    @override
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
        telling = self.telling.search(whole)
        if telling:
            # What comes before the first event that tells anything is words.
            begins = whole.rfind(b"\n\n", 0, telling.start()) + 2
            begins = 0 if begins == 1 else begins
            whole = whole[:begins] + self._read(whole[begins:])
        tokens = whole.count(b"data:")
        return [WirePassed(whole, tokens)] if tokens else []

    @override
    def whole(self, answer: Any) -> list[ModelEvent]:
        try:
            self._note(answer, choices=answer["choices"])
        except (TypeError, AttributeError, LookupError):
            self.failure = ProviderError(f"{self._provider} answered, but not with an answer.")
        if self.failure is not None:
            return []
        self._finish()
        written = self._usage.output_tokens if self._usage else None
        return [WirePassed(orjson.dumps(answer), written or 1)]

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
            data = event.partition(b"data:")[2].strip()
            if data == b"[DONE]":
                self._finish()
            elif not data or self._note_event(data):
                passed.append(event)
        return b"\n\n".join(passed) + (b"\n\n" if passed and passed[-1] else b"")

    def _note_event(self, data: bytes) -> bool:
        """Whether the caller is to have it."""
        choices: list[dict[str, Any]] = []
        try:
            said = orjson.loads(data)
            choices = said.get("choices") or []
            self._note(said, choices=choices)
        except (ValueError, TypeError, AttributeError, LookupError):
            self.failure = ProviderError(
                f"{self._provider} answered something that is not its protocol. What had arrived is kept."
            )
        if self.failure is not None:
            return False
        return bool(choices) or self._usage_wanted

    def _note(self, said: dict[str, Any], *, choices: list[dict[str, Any]]) -> None:
        if said.get("error"):
            self.failure = error_in_stream(self._provider, said["error"], key=self._key)
            return
        if said.get("usage"):
            self._usage = usage_in(said["usage"])
        for choice in choices:
            if choice.get("finish_reason"):
                self.failure = broken_off(self._provider, choice, key=self._key)
                self._reason = ChatCompletionStream.finish_reasons.get(
                    choice["finish_reason"], "stop"
                )

    def _finish(self) -> None:
        """The server says that it is done."""
        if self._reason is None:
            self.failure = StreamCutError(
                f"{self._provider} ended the answer without saying why. What had arrived is kept."
            )
        else:
            self.finished = ModelFinished(self._reason, self._usage)
