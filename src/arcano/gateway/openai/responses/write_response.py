"""An answer in the words of the Responses API: the events of its stream, and what it is as a whole.

Source: OpenAI API reference, "The response object" and "Streaming events".
"""

import time
from collections.abc import Iterator
from typing import Any, Literal

from arcano.gateway.openai.responses.output_items import (
    CallOutput,
    Event,
    ItemStatus,
    MessageOutput,
    OutputItem,
    ReasoningOutput,
    shown,
)
from arcano.inference import InferenceEvent, TargetChosen, TargetSwitched
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    CallAccepted,
    FinishReason,
    ModelFinished,
    PhaseEntered,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    SourceCited,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)

Status = Literal["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]

_INCOMPLETE: dict[FinishReason, str] = {
    "length": "max_output_tokens",
    "content-filter": "content_filter",
}
_ERROR_CODES = {
    "queue-full": "rate_limit_exceeded",
    "provider-overloaded": "rate_limit_exceeded",
    "context-too-long": "invalid_prompt",
    "invalid-input": "invalid_prompt",
    "provider-rejected-request": "invalid_prompt",
}
"""What this API calls what went wrong; all else is `server_error`."""
_BEFORE_THE_ANSWER = (TargetChosen, TargetSwitched, PhaseEntered, CallAccepted)
"""Until something is said the call may still fail with a status of its own, or come in words of its own."""


class ResponseWriting:
    """One response while it is written. Fed with every event of its call, in order.

    `head` is what stands in the response from the beginning: its id, and what it was asked with.
    """

    def __init__(self, head: dict[str, Any], *, encrypted: bool, queued: bool = False) -> None:
        self._head = head
        self._encrypted = encrypted
        self._id: str = head["id"]
        self._status: Status = "queued" if queued else "in_progress"
        self._items: list[OutputItem] = []
        self._open: OutputItem | None = None
        self._calls: dict[int, CallOutput] = {}
        self._usage: dict[str, Any] | None = None
        self._error: dict[str, str] | None = None
        self._incomplete: dict[str, str] | None = None
        self._completed_at: int | None = None
        self._ending: list[Event] | None = None
        self._opened = False
        self._sequence = 0

    @property
    def has_begun(self) -> bool:
        """Somebody was told that there is such a response."""
        return self._opened

    @property
    def ending(self) -> list[Event] | None:
        """The events that are its end; None: it has none yet."""
        return self._ending

    def whole(self) -> dict[str, Any]:
        """The response as it is stored: with everything in it."""
        return {
            **self._head,
            "status": self._status,
            "completed_at": self._completed_at,
            "error": self._error,
            "incomplete_details": self._incomplete,
            "output": [item.whole() for item in self._items],
            "usage": self._usage,
        }

    def view(self) -> dict[str, Any]:
        """The response as its caller sees it."""
        return view_of(self.whole(), encrypted=self._encrypted)

    def feed(self, event: InferenceEvent) -> list[Event]:
        """The events that are to be sent for it, numbered."""
        match event:
            case TargetChosen():
                self._head["model"] = event.model
            case _:
                pass
        # Before anything is told: what was created has no output yet.
        opening = [] if isinstance(event, _BEFORE_THE_ANSWER) else self._opening()
        return self._numbered([*opening, *self._told(event)])

    def wait(self) -> list[Event]:
        """What is to be sent before the call was begun, for one that waits in the background."""
        self._opened = True
        return self._numbered(
            [
                {"type": "response.created", "response": self.view()},
                {"type": "response.queued", "response": self.view()},
            ]
        )

    def begin(self) -> list[Event]:
        """The call of one that waited begins."""
        self._status = "in_progress"
        return self._numbered([{"type": "response.in_progress", "response": self.view()}])

    def finish(self, finished: ModelFinished) -> list[Event]:
        """The answer is complete, or as complete as it will be. Asked again, the same events."""
        if self._ending is not None:
            return self._ending
        reason = _INCOMPLETE.get(finished.reason)
        status: ItemStatus = "completed" if reason is None else "incomplete"
        said = [*self._opening(), *self._end_all(status)]
        self._usage = usage_view(finished.usage)
        self._completed_at = int(time.time())
        self._status = "completed" if reason is None else "incomplete"
        if reason is not None:
            self._incomplete = {"reason": reason}
        return self._end_with(said)

    def fail(self, error: ArcanoError) -> list[Event]:
        """It broke off: what was said stands, and the end says that it is none. Asked again, the same events.

        Also where it had come to its end, but that could not be stored: nobody was told of it yet.
        """
        if self._status == "failed" and self._ending is not None:
            return self._ending
        said = [*self._opening(), *self._end_all("incomplete")]
        if self._ending is not None:
            said = self._ending[:-1]
            self._sequence = self._ending[0]["sequence_number"]
        self._status = "failed"
        self._error = {
            "code": _ERROR_CODES.get(error.code, "server_error"),
            "message": error.detail,
        }
        return self._end_with(said)

    def cancel(self) -> list[Event]:
        """Nobody wants the rest."""
        self._status, said = "cancelled", self._end_all("incomplete")
        return self._end_with(said)

    def _end_with(self, said: list[Event]) -> list[Event]:
        last = {"type": f"response.{self._status}", "response": self.view()}
        self._ending = self._numbered([*said, last])
        return self._ending

    def _opening(self) -> list[Event]:
        if self._opened:
            return []
        self._opened = True
        return [
            {"type": "response.created", "response": self.view()},
            {"type": "response.in_progress", "response": self.view()},
        ]

    def _told(self, event: InferenceEvent) -> Iterator[Event]:
        match event:
            case TextDelta(text):
                yield from self._say(text)
            case RefusalDelta(text):
                yield from self._open_message()
                yield from self._message().refuse(text)
            case SourceCited():
                yield from self._open_message()
                yield from self._message().cite(event)
            case ReasoningDelta(text):
                yield from self._open_reasoning()
                yield from self._reasoning().think(text)
            case ReasoningSealed(seal, None):
                yield from self._open_reasoning()
                self._reasoning().seal(seal)
                yield from self._end_open()
            case ToolCallDelta():
                yield from self._call(event)
            case TargetSwitched():
                # Another one's thoughts are an item of their own, with a seal of their own.
                if isinstance(self._open, ReasoningOutput):
                    yield from self._end_open("incomplete")
            case _:
                pass

    def _say(self, text: str) -> Iterator[Event]:
        yield from self._open_message()
        yield from self._message().say(text)

    def _call(self, piece: ToolCallDelta) -> Iterator[Event]:
        call = self._calls.get(piece.index)
        if call is None:
            yield from self._end_open()
            call = CallOutput(self._id, len(self._items), piece)
            self._calls[piece.index] = call
            self._items.append(call)
            yield from self._shown(call.begin())
        yield from call.add(piece)

    def _open_message(self) -> Iterator[Event]:
        if not isinstance(self._open, MessageOutput):
            yield from self._begin(MessageOutput(self._id, len(self._items)))

    def _open_reasoning(self) -> Iterator[Event]:
        if not isinstance(self._open, ReasoningOutput):
            yield from self._begin(ReasoningOutput(self._id, len(self._items)))

    def _begin(self, item: OutputItem) -> Iterator[Event]:
        yield from self._end_open()
        self._open = item
        self._items.append(item)
        yield from self._shown(item.begin())

    def _message(self) -> MessageOutput:
        assert isinstance(self._open, MessageOutput)  # noqa: S101 - opened just now
        return self._open

    def _reasoning(self) -> ReasoningOutput:
        assert isinstance(self._open, ReasoningOutput)  # noqa: S101 - opened just now
        return self._open

    def _end_open(self, status: ItemStatus = "completed") -> Iterator[Event]:
        if self._open is not None:
            yield from self._end(self._open, status)
            self._open = None

    def _end_all(self, status: ItemStatus) -> list[Event]:
        """Calls may grow by turns: they end together, in their order."""
        said = list(self._end_open(status))
        for call in self._calls.values():
            said += self._end(call, status)
        self._calls = {}
        return said

    def _end(self, item: OutputItem, status: ItemStatus) -> list[Event]:
        said = list(item.end(status))
        done = {
            "type": "response.output_item.done",
            "output_index": item.place,
            "item": shown(item.whole(), encrypted=self._encrypted),
        }
        return [*said, done]

    def _shown(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            yield {**event, "item": shown(event["item"], encrypted=self._encrypted)}

    def _numbered(self, events: list[Event]) -> list[Event]:
        first = self._sequence
        self._sequence += len(events)
        return [{**event, "sequence_number": first + place} for place, event in enumerate(events)]


def view_of(response: dict[str, Any], *, encrypted: bool) -> dict[str, Any]:
    """A stored response as a caller sees it."""
    return {**response, "output": [shown(item, encrypted=encrypted) for item in response["output"]]}


def usage_view(usage: TokenUsage | None) -> dict[str, Any] | None:
    """What was used; None where nobody counted it."""
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cached_input_tokens or 0,
            "cache_write_tokens": usage.cache_write_tokens or 0,
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
