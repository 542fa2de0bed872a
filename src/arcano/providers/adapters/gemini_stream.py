"""An answer in the words of Google's `generateContent`, as our events.

Source: Gemini API reference, "Generating content" (`GenerateContentResponse`, `Candidate`, `Part`,
`GroundingMetadata`, `UsageMetadata`). Unknown fields and kinds of parts are ignored, among them what
Google's own tools did (`executableCode`, `toolCall` and their results): they are no calls to us. What
arrives in one read becomes one delta.
"""

from hashlib import sha256
from typing import Any

import orjson

from arcano.platform.sse import SseParser, SseTooLargeError
from arcano.providers.adapters.gemini_errors import gemini_error_in_stream
from arcano.providers.adapters.gemini_finish import finish_of, is_unfinished
from arcano.providers.adapters.gemini_request import VENDOR
from arcano.providers.adapters.gemini_sources import sources_of
from arcano.providers.adapters.half_characters import WholeCharacters, json_of
from arcano.providers.adapters.wire_json import as_count, as_list, as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import (
    CallAccepted,
    FinishReason,
    ModelEvent,
    ModelFinished,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    SourceCited,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.request import Seal

_FRAMES = (b"data:", b"event:", b"id:", b"retry:", b":")
_MAX_KEPT = 16 * 1024
"""How much of the end of a stream is kept, for an error that came without its frame."""


class GeminiStream:
    """Reads one answer: feed it bytes of a stream, or `take` a whole one; it gives events.

    Gemini has no last event. `finished` is what the end of the bytes would mean now: set by a reason
    to finish, taken back by words after it without one (older models gave a reason with every chunk).
    `failure` is set once the stream cannot be read on. Events that came before it are still given.
    """

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        self._provider = provider
        self._key = key
        self._parser = SseParser()
        self._kept = b""
        self._out: list[ModelEvent] = []
        self._texts: list[str] = []
        self._characters = WholeCharacters()
        self._joined: type[TextDelta | ReasoningDelta] = TextDelta
        self._accepted = False
        self._answer_id = ""
        self._calls = 0
        self._cited: set[SourceCited] = set()
        self._finish: FinishReason | None = None
        self._blocked = False
        self._usage: TokenUsage | None = None
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """The events in this read, in order, neighbouring deltas of a kind joined."""
        self._kept = (self._kept + chunk)[-_MAX_KEPT:]
        self._out = []
        try:
            for event in self._parser.feed(chunk):
                self._hear(event.data)
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
            self.failure = self._not_the_protocol()
        self._flush()
        return self._out

    def take(self, whole: Any) -> list[ModelEvent]:
        """The events in an answer that came in one piece."""
        self._out = []
        try:
            self._read(whole)
        except ProviderError as failure:
            self.failure = failure
        except (ValueError, TypeError, AttributeError, LookupError):
            self.failure = self._not_the_protocol()
        self._flush()
        return self._out

    def end(self) -> ModelFinished:
        """What it means that no more bytes come, or that no more can be read.

        Raises:
            StreamCutError: The answer is not complete. What was given stands.
            ProviderError: `failure`, or what the server said outside the protocol.
        """
        if self.failure:
            raise self.failure
        if self.finished:
            return self.finished
        raise self._unframed_error() or StreamCutError(
            f"{self._provider} ended the answer without saying why. What had arrived is kept."
        )

    def _hear(self, data: bytes) -> None:
        """Take in one event of the stream."""
        self._read(json_of(data))

    def _read(self, chunk: Any) -> None:
        if error := chunk.get("error"):
            raise gemini_error_in_stream(self._provider, error, key=self._key)
        if not self._accepted:
            self._accept(chunk.get("responseId"))
        if usage := chunk.get("usageMetadata"):
            self._usage = _usage(as_object(usage))
        feedback = as_object(chunk.get("promptFeedback"))
        if feedback.get("blockReason"):
            self._blocked = True
            self._explain(feedback.get("blockReasonMessage"))
        for candidate in chunk.get("candidates") or ():
            # We ask for one answer; were there others, their words would be mixed with its.
            if not candidate.get("index"):
                self._read_candidate(candidate)
        self._note_end()

    def _accept(self, answer_id: Any) -> None:
        """Gemini names the call in its answer, not in a header, and tells no limits."""
        self._accepted = True
        if isinstance(answer_id, str):
            self._answer_id = answer_id
        self._out.append(CallAccepted(self._answer_id or None))

    def _read_candidate(self, candidate: dict[str, Any]) -> None:
        content: Any = candidate.get("content") or {}
        parts: Any = content.get("parts") or ()
        for part in parts:
            self._read_part(part)
        if sources := sources_of(candidate):
            self._flush()
            for source in sources:
                # What was cited once is repeated with every later chunk.
                if source not in self._cited:
                    self._cited.add(source)
                    self._out.append(source)
        reason = candidate.get("finishReason")
        if not is_unfinished(reason):
            self._texts.append(self._characters.rest())
            message = _string(candidate.get("finishMessage") or "")
            self._finish = finish_of(self._provider, _string(reason), message=message)
            if self._finish == "content-filter":
                self._explain(message)
        elif parts:
            self._finish = None

    def _read_part(self, part: dict[str, Any]) -> None:
        seal = part.get("thoughtSignature")
        if call := part.get("functionCall"):
            self._call(call, seal)
            return
        text = part.get("text")
        if text is None:
            return
        thought = part.get("thought")
        if text:
            self._say(ReasoningDelta if thought else TextDelta, text)
        if seal:
            self._flush()
            on_text = None if thought else len(text)
            self._out.append(ReasoningSealed(Seal(VENDOR, _string(seal)), on_text))

    def _call(self, call: dict[str, Any], seal: Any) -> None:
        self._flush()
        name = _string(call["name"])
        arguments = orjson.dumps({} if (args := call.get("args")) is None else args).decode()
        if arguments[0] != "{":
            raise TypeError
        self._out.append(
            ToolCallDelta(
                index=self._calls,
                call_id=_string(call.get("id") or self._made_id(name, arguments)),
                name=name,
                arguments=arguments,
                seal=Seal(VENDOR, _string(seal)) if seal else None,
            )
        )
        self._calls += 1

    def _made_id(self, name: str, arguments: str) -> str:
        """An id where Gemini gives none: the same for the same answer, however often it is read."""
        told = f"{self._answer_id}\n{self._calls}\n{name}\n{arguments}"
        return f"call_{sha256(told.encode()).hexdigest()[:24]}"

    def _say(self, kind: type[TextDelta | ReasoningDelta], text: Any) -> None:
        if kind is not self._joined:
            self._flush()
            self._joined = kind
        self._texts.append(self._characters.of(_string(text)))

    def _explain(self, message: Any) -> None:
        if isinstance(message, str) and message:
            self._flush()
            self._out.append(RefusalDelta(message))

    def _flush(self) -> None:
        if self._texts:
            text = "".join(self._texts)
            self._texts.clear()
            if text:
                self._out.append(self._joined(text))

    def _note_end(self) -> None:
        finish = self._finish or ("content-filter" if self._blocked else None)
        if finish == "stop" and self._calls:
            finish = "tool-calls"  # for which Gemini has no reason of its own
        self.finished = ModelFinished(finish, self._usage) if finish else None

    def _not_the_protocol(self) -> StreamCutError:
        return StreamCutError(
            f"{self._provider} sent something that is not the protocol it speaks. "
            "What had arrived is kept."
        )

    def _unframed_error(self) -> ProviderError | None:
        """An error that the server wrote into the stream as bare JSON, as Google's own client expects."""
        lines = self._kept.splitlines()
        if len(self._kept) == _MAX_KEPT:
            del lines[0]  # the rest of one
        bare = [line for line in lines if not line.startswith(_FRAMES)]
        try:
            said: Any = orjson.loads(b"\n".join(bare))
        except orjson.JSONDecodeError:
            return None
        if isinstance(said, list):
            said = next(iter(as_list(said)), None)
        error = as_object(said).get("error")
        if not error:
            return None
        return gemini_error_in_stream(self._provider, error, key=self._key)


def _usage(wire: dict[str, Any]) -> TokenUsage:
    """Google counts thoughts beside the answer, and what its tools brought beside the prompt.

    Zero is not sent. Where neither answer nor thoughts are counted, the total says whether any were.
    """
    prompt = as_count(wire.get("promptTokenCount"))
    answer = as_count(wire.get("candidatesTokenCount"))
    thoughts = as_count(wire.get("thoughtsTokenCount"))
    total = as_count(wire.get("totalTokenCount"))
    read = None if prompt is None else prompt + (as_count(wire.get("toolUsePromptTokenCount")) or 0)
    written: int | None = None
    if answer is not None or thoughts is not None:
        written = (answer or 0) + (thoughts or 0)
    elif total is not None and read is not None:
        written = max(0, total - read)
    return TokenUsage(
        input_tokens=read,
        output_tokens=written,
        reasoning_tokens=thoughts,
        cached_input_tokens=as_count(wire.get("cachedContentTokenCount")),
    )


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
