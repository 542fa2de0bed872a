"""An answer in the words of OpenAI's Responses API, as our events.

Source: OpenAI API reference, "Streaming events" and "The response object". Every event has a `type`; the
ends are `response.completed`, `response.incomplete` and `response.failed`. Events and items of unknown types,
those of OpenAI's own tools among them, are ignored. `sequence_number` is not looked at: the bytes of one
connection come in order, and another connection cannot be had for an answer that is not stored.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from typing_extensions import override

from arcano.providers.adapters.answer_stream import AnswerStream, source_in
from arcano.providers.adapters.openai_errors import error_in_stream
from arcano.providers.adapters.responses_request import VENDOR, seal_of
from arcano.providers.adapters.wire_json import as_count, as_list, as_object
from arcano.providers.errors import StreamCutError
from arcano.providers.events import (
    FinishReason,
    ModelFinished,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    TextDelta,
    TokenUsage,
    ToolCallDelta,
)
from arcano.providers.request import Seal

_Texts = type[TextDelta | ReasoningDelta | RefusalDelta]
_PARTS: dict[str, tuple[_Texts, str]] = {
    "output_text": (TextDelta, "text"),
    "refusal": (RefusalDelta, "refusal"),
    "summary_text": (ReasoningDelta, "text"),
    "reasoning_text": (ReasoningDelta, "text"),
}
"""The parts that items are made of: what each is to us, and the field it is in."""


class ResponseStream(AnswerStream):
    """Reads one answer."""

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        super().__init__(provider, key=key)
        self._part_begun = False
        """Some of the present part came in pieces."""
        self._item_heard = False
        """Some of the present item was heard."""
        self._heard = False
        """Something was."""
        self._thought_begun = False
        self._arguments: dict[Any, tuple[int, list[str]]] = {}

    @override
    def _read(self, event: Any) -> None:
        kind = event.get("type")
        # The one event that comes for every token.
        if kind == "response.output_text.delta":
            self._part_begun = True
            self._say(TextDelta, event["delta"])
        elif reader := self._readers.get(kind):
            reader(self, event)
        elif kind is None and event.get("error"):
            self._read_error(event)

    @override
    def _read_answer(self, answer: Any) -> None:
        if answer.get("error") and "output" not in answer:
            self._read_error(answer)
        self._read_end({"response": answer})

    @override
    def _end(self) -> None:
        if self.finished is None:
            raise StreamCutError(
                f"{self._provider} ended the answer without saying why. What had arrived is kept."
            )

    def _read_refusal(self, event: dict[str, Any]) -> None:
        self._part_begun = True
        self._say(RefusalDelta, event["delta"])

    def _read_thought(self, event: dict[str, Any]) -> None:
        if not self._part_begun:
            self._begin_thought()
        self._part_begun = True
        self._say(ReasoningDelta, event["delta"])

    def _begin_thought(self) -> None:
        """Thoughts of one block are paragraphs: nothing else keeps them apart."""
        if self._thought_begun:
            self._say(ReasoningDelta, "\n\n")
        self._thought_begun = True

    def _begin_part(self, _event: dict[str, Any]) -> None:
        if self._part_begun:
            self._item_heard = self._heard = True
        self._part_begun = False

    def _end_part(self, event: dict[str, Any]) -> None:
        """A part in full: new only where it did not come in pieces."""
        part = as_object(event.get("part"))
        kind, field = _PARTS.get(part.get("type", ""), (None, ""))
        if kind is not None and not self._part_begun and part.get(field):
            if kind is ReasoningDelta:
                self._begin_thought()
            self._say(kind, part[field])
            self._part_begun = True
        self._begin_part(event)

    def _read_source(self, event: dict[str, Any]) -> None:
        if source := source_in(as_object(event.get("annotation"))):
            self._add(source)

    def _begin_item(self, event: dict[str, Any]) -> None:
        item = as_object(event.get("item"))
        self._begin_part(event)
        self._item_heard = self._thought_begun = False
        if item.get("type") == "function_call":
            self._add_arguments(event, item, item.get("arguments"))

    def _read_arguments(self, event: dict[str, Any]) -> None:
        self._add_arguments(event, {}, event["delta"])

    def _end_arguments(self, event: dict[str, Any]) -> None:
        """All the arguments: new only as far as they did not come in pieces."""
        item = as_object(event.get("item")) or event
        _, written = self._arguments.get(_place(event), (0, []))
        # Joined for good: a server may say the end again and again.
        written[:] = ["".join(written)]
        so_far, arguments = written[0], item.get("arguments") or ""
        if arguments.startswith(so_far):
            self._add_arguments(event, item, arguments[len(so_far) :])

    def _add_arguments(self, event: dict[str, Any], item: dict[str, Any], arguments: Any) -> None:
        arguments = _text(arguments or "")
        known = self._arguments.get(_place(event))
        if known is not None:
            known[1].append(arguments)
            if arguments:
                self._add(ToolCallDelta(known[0], None, None, arguments))
        elif item.get("type") == "function_call":
            index = len(self._arguments)
            self._arguments[_place(event)] = (index, [arguments])
            call_id, name = _text(item["call_id"]), _text(item["name"])
            self._add(ToolCallDelta(index, call_id, name, arguments))

    def _end_item(self, event: dict[str, Any]) -> None:
        item = as_object(event.get("item"))
        self._begin_part(event)
        if item.get("type") in ("message", "reasoning") and not self._item_heard:
            self._read_parts(item)
        if item.get("type") == "function_call":
            self._end_arguments(event)
        if item.get("type") == "reasoning" and (seal := seal_of(item)):
            self._add(ReasoningSealed(Seal(VENDOR, seal)))
        self._heard = True
        self._item_heard = self._thought_begun = False

    def _read_parts(self, item: dict[str, Any]) -> None:
        """What an item says, where it came in one piece."""
        for part in [*as_list(item.get("summary")), *as_list(item.get("content"))]:
            self._end_part({"part": part})
            for annotation in as_list(as_object(part).get("annotations")):
                self._read_source({"annotation": annotation})

    def _read_end(self, event: dict[str, Any]) -> None:
        response = event["response"]
        self._begin_part(event)
        if not self._heard and not self._arguments:
            # Nothing came before the end, or the answer is whole: all of it is here.
            for place, item in enumerate(as_list(response.get("output"))):
                self._begin_item({"output_index": place, "item": item})
                self._end_item({"output_index": place, "item": item})
        said = event.get("type", "").removeprefix("response.")
        reason = self._reason_in(response, status=response.get("status") or said)
        self._finish(ModelFinished(reason, _usage(as_object(response.get("usage")))))

    def _reason_in(self, response: dict[str, Any], *, status: str) -> FinishReason:
        match status:
            case "completed":
                return "tool-calls" if self._arguments else "stop"
            case "incomplete":
                details = as_object(response.get("incomplete_details"))
                # There are more reasons than these two, and in all of them it goes on somewhere.
                filtered = details.get("reason") == "content_filter"
                return "content-filter" if filtered else "length"
            case "failed":
                raise error_in_stream(self._provider, response.get("error"), key=self._key)
            case _:
                raise StreamCutError(
                    f"{self._provider} could not finish the answer. What had arrived is kept."
                )

    def _read_error(self, event: dict[str, Any]) -> None:
        error = event.get("error") or {
            name: event[name] for name in ("code", "message") if name in event
        }
        raise error_in_stream(self._provider, error, key=self._key)

    _readers: ClassVar[dict[str, Callable[["ResponseStream", dict[str, Any]], None]]] = {
        "response.refusal.delta": _read_refusal,
        "response.reasoning_summary_text.delta": _read_thought,
        "response.reasoning_text.delta": _read_thought,
        "response.content_part.added": _begin_part,
        "response.content_part.done": _end_part,
        "response.reasoning_summary_part.added": _begin_part,
        "response.reasoning_summary_part.done": _end_part,
        "response.output_text.annotation.added": _read_source,
        "response.output_item.added": _begin_item,
        "response.output_item.done": _end_item,
        "response.function_call_arguments.delta": _read_arguments,
        "response.function_call_arguments.done": _end_arguments,
        "response.completed": _read_end,
        "response.incomplete": _read_end,
        "response.failed": _read_end,
        "error": _read_error,
    }


def _place(event: dict[str, Any]) -> Any:
    """What tells the items of an answer apart."""
    place = event.get("output_index")
    return (
        event.get("item_id") or as_object(event.get("item")).get("id") if place is None else place
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _usage(wire: dict[str, Any]) -> TokenUsage | None:
    if not wire:
        return None
    written = as_object(wire.get("output_tokens_details"))
    read = as_object(wire.get("input_tokens_details"))
    return TokenUsage(
        input_tokens=as_count(wire.get("input_tokens")),
        output_tokens=as_count(wire.get("output_tokens")),
        reasoning_tokens=as_count(written.get("reasoning_tokens")),
        cached_input_tokens=as_count(read.get("cached_tokens")),
        cache_write_tokens=as_count(read.get("cache_write_tokens")),
    )
