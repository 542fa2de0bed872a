"""An answer as server-sent events of JSON, read into our events: what several formats have in common.

What arrives in one read becomes one delta: nothing waits, and a fast model costs less per token. This is the
hot path of every streamed token: a format's own part is `_read`, and it is called once for each event.
"""

from abc import ABC, abstractmethod
from typing import Any, Protocol

from arcano.platform.sse import SseParser, SseTooLargeError
from arcano.providers.adapters.half_characters import WholeCharacters, json_of
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import (
    ModelEvent,
    ModelFinished,
    ReasoningDelta,
    RefusalDelta,
    SourceCited,
    TextDelta,
)

_NOT_THE_PROTOCOL = (
    SseTooLargeError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
)
"""What reading a value as something that it is not raises."""


class AnswerReader(Protocol):
    """Whoever is fed an answer: read into our events, or passed on."""

    finished: ModelFinished | None
    failure: ProviderError | None

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """The events that this read completes."""
        ...

    def whole(self, answer: Any) -> list[ModelEvent]:
        """The events of an answer that came in one piece."""
        ...

    def end_unmarked(self) -> list[ModelEvent]:
        """After the last byte, where no end was seen: sets `finished` if nothing but the mark of the end is missing."""
        return []


class AnswerStream(ABC):
    """Reads one answer: feed it bytes, it gives events.

    `finished` is set once the protocol's own end was seen; `failure` once the answer cannot be read
    on. Events that came before a failure are still given.
    """

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        self._provider = provider
        self._key = key
        self._parser = SseParser()
        self._out: list[ModelEvent] = []
        self._texts: list[str] = []
        self._joined: type[TextDelta | ReasoningDelta | RefusalDelta] = TextDelta
        self._characters = WholeCharacters()
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    @abstractmethod
    def _read(self, event: Any) -> None:
        """Take one event of the stream in."""

    @abstractmethod
    def _read_answer(self, answer: Any) -> None:
        """Take an answer in that came in one piece, with its end."""

    @abstractmethod
    def _end(self) -> None:
        """The server says `[DONE]`. Sets `finished`, or raises StreamCutError."""

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """The events in this read, in order, neighbouring deltas of a kind joined."""
        self._out = []
        try:
            for event in self._parser.feed(chunk):
                if event.data == b"[DONE]":
                    self._end()
                    break
                self._read(json_of(event.data))
        except ProviderError as failure:
            self.failure = failure
        except _NOT_THE_PROTOCOL:
            self.failure = self._not_the_protocol()
        self._flush()
        return self._out

    def whole(self, answer: Any) -> list[ModelEvent]:
        """The events of an answer that came in one piece: the same as if it had been streamed."""
        self._out = []
        try:
            self._read_answer(answer)
        except ProviderError as failure:
            self.failure = failure
        except _NOT_THE_PROTOCOL:
            self.failure = self._not_the_protocol()
        self._flush()
        return self._out

    def end_unmarked(self) -> list[ModelEvent]:
        """Most formats end with an event that says how: without it, an answer is not whole."""
        return []

    def _not_the_protocol(self) -> StreamCutError:
        return StreamCutError(
            f"{self._provider} sent something that is not the protocol it speaks. "
            "What had arrived is kept."
        )

    def _say(self, kind: type[TextDelta | ReasoningDelta | RefusalDelta], text: Any) -> None:
        if not isinstance(text, str):
            raise TypeError
        if kind is not self._joined:
            self._flush()
            self._joined = kind
        self._texts.append(self._characters.of(text))

    def _add(self, event: ModelEvent) -> None:
        """An event that is no text, in its place between the texts."""
        self._flush()
        self._out.append(event)

    def _flush(self) -> None:
        if self._texts:
            text = "".join(self._texts)
            self._texts.clear()
            if text:
                self._out.append(self._joined(text))

    def _finish(self, finished: ModelFinished) -> None:
        self._texts.append(self._characters.rest())
        self._flush()
        self.finished = finished


def source_in(annotation: dict[str, Any]) -> SourceCited | None:
    """The source that an annotation of OpenAI's formats names; None where it names none.

    The responses name an address flat, the chat completions one level deeper.
    """
    fields = as_object(annotation.get("url_citation")) or annotation
    url, title = fields.get("url"), fields.get("title") or fields.get("filename")
    if not isinstance(url, str) and not isinstance(title, str):
        return None
    quote = fields.get("content") or fields.get("quote")
    return SourceCited(
        url if isinstance(url, str) else None,
        title if isinstance(title, str) else None,
        quote if isinstance(quote, str) else None,
    )
