"""What a model said in the end, whatever pieces it came in."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field

from arcano.providers import (
    CallAccepted,
    ModelEvent,
    ModelFinished,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    Seal,
    SourceCited,
    TextDelta,
    ToolCallDelta,
)


@dataclass(slots=True)
class Heard:
    """An answer put together. A call is its id, name and arguments."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    seals: list[str] = field(default_factory=list[str])
    calls: dict[int, tuple[str, str, str]] = field(default_factory=dict[int, tuple[str, str, str]])
    sources: list[SourceCited] = field(default_factory=list[SourceCited])
    accepted: CallAccepted | None = None
    finished: ModelFinished | None = None

    def add(self, event: ModelEvent) -> None:
        match event:
            case TextDelta(text):
                self.text += text
            case ReasoningDelta(text):
                self.reasoning += text
            case RefusalDelta(text):
                self.refusal += text
            case ReasoningSealed(Seal(proof=seal)):
                self.seals.append(seal)
            case ToolCallDelta():
                self._add_call(event)
            case SourceCited():
                self.sources.append(event)
            case CallAccepted():
                assert self == Heard(), "it is accepted before anything is said"
                self.accepted = event
            case ModelFinished():
                self.finished = event
            case _:
                raise AssertionError(event)

    def _add_call(self, delta: ToolCallDelta) -> None:
        if delta.index not in self.calls:
            assert delta.call_id, "the first delta of a call has its id"
            assert delta.name, "and its name"
        call_id, name, arguments = self.calls.get(delta.index, ("", "", ""))
        self.calls[delta.index] = (
            delta.call_id or call_id,
            delta.name or name,
            arguments + delta.arguments,
        )


def heard_in(events: Iterable[ModelEvent]) -> Heard:
    heard = Heard()
    for event in events:
        heard.add(event)
    return heard


async def hear_all(events: AsyncGenerator[ModelEvent], *, into: Heard | None = None) -> Heard:
    """Everything until the end. With `into`, what came before an error stays there."""
    heard = into or Heard()
    async with aclosing(events):
        async for event in events:
            heard.add(event)
    return heard
