"""One answer, whoever writes it: what of it was passed on, and how the next target is asked to go on."""

from dataclasses import replace

from arcano.inference.own_seals import sealed_by
from arcano.inference.seam import SHORTEST_RESTART, Seam
from arcano.providers import (
    CHARACTERS_PER_TOKEN,
    ModelEvent,
    ModelRequest,
    ProviderError,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    RequestMessage,
    SourceCited,
    TextDelta,
    TextPart,
    TokenUsage,
    ToolCallDelta,
    WirePassed,
)

FEWEST_TOKENS = 16
"""What a target is left at least where a limit is used up: the text was counted by estimate only."""

MOST_CHARACTERS = 40_000_000
"""No model writes as much. Whoever says more goes on without end."""
SHORTEST_PIECE = 100
"""What a tool call or a source is counted as besides its letters: each is kept by itself."""
MOST_HELD = 4096
"""How much of an opening is held back at most, blanks among it."""


class Answer:
    """What was said so far to `request`, by all targets together."""

    def __init__(self, request: ModelRequest) -> None:
        self._request = request
        self._texts: list[str] = []
        self._usages: list[TokenUsage | None] = []
        self.begun = False
        """Something was passed on: text, reasoning or a tool call."""
        self._tool_called = False
        self._unread = False

    @property
    def may_go_on_elsewhere(self) -> bool:
        """Half a tool call cannot be continued, and neither can half of what must fit a schema."""
        in_schema = self._request.answer_schema is not None and any(self._texts)
        return not (self._tool_called or self._unread or in_schema)

    @property
    def extent(self) -> tuple[int, bool]:
        """Another one than before: text or a tool call was passed on meanwhile."""
        return len(self._texts), self._tool_called

    def part(self, *, holds_opening: bool, holds_refusal: bool, maker: str | None = None) -> "Part":
        """What the next target will say. `maker` is whose seals it gives."""
        before = self._before()
        return Part(
            self,
            Seam(before),
            holds_opening=holds_opening and not before,
            holds_refusal=holds_refusal,
            maker=maker,
        )

    def request_for(self, upstream_name: str) -> ModelRequest:
        """The question, or the demand to go on with what was said."""
        request, text = self._request, "".join(self._texts)
        if not text.strip():
            return replace(request, model=upstream_name)
        messages = request.messages
        if request.continues:
            messages = (*messages[:-1], _going_on(messages[-1], text))
        else:
            messages = (*messages, RequestMessage("assistant", (TextPart(text),)))
        return replace(
            request,
            model=upstream_name,
            wire=None,
            messages=messages,
            continues=True,
            parameters=replace(request.parameters, max_tokens=self._tokens_left(text)),
        )

    def passed_text(self, text: str) -> None:
        self._texts.append(text)
        self.begun = True

    def passed_tool_call(self) -> None:
        self._tool_called = self.begun = True

    def passed_wire(self) -> None:
        """What it says nobody here has read: nobody else can go on with it."""
        self._unread = self.begun = True

    def count(self, usage: TokenUsage | None) -> None:
        """A target that said something used this much; None if it did not tell."""
        self._usages.append(usage)

    def usage(self) -> TokenUsage | None:
        """What all targets used together. A sum of which a part is unknown is unknown."""
        told = [usage for usage in self._usages if usage is not None]
        if len(self._usages) == 1 or not told:
            return told[0] if told else None
        all_told = len(told) == len(self._usages)
        return TokenUsage(
            _sum([usage.input_tokens for usage in told]) if all_told else None,
            _sum([usage.output_tokens for usage in told]) if all_told else None,
            _sum_of_told([usage.reasoning_tokens for usage in told]),
            _sum_of_told([usage.cached_input_tokens for usage in told]),
            _sum_of_told([usage.cache_write_tokens for usage in told]),
            estimated=any(usage.estimated for usage in told),
        )

    def _before(self) -> str:
        """The text that the next word is written after."""
        own = ""
        if self._request.continues:
            parts = self._request.messages[-1].parts
            own = "".join(part.text for part in parts if isinstance(part, TextPart))
        return own + "".join(self._texts)

    def _tokens_left(self, text: str) -> int | None:
        limit = self._request.parameters.max_tokens
        if limit is None:
            return None
        return min(limit, max(FEWEST_TOKENS, limit - len(text) // CHARACTERS_PER_TOKEN))


class Part:
    """What one target says of an answer, at one attempt.

    `heard`: it said something, shown or held back. Held back is what may repeat the text before it; with
    `holds_opening` the first few characters of an answer, for so little cannot be continued by somebody
    else: nobody could tell whether it was begun anew; and with `holds_refusal` a refusal, which need
    not be read if the next target answers.
    """

    def __init__(
        self,
        answer: Answer,
        seam: Seam,
        *,
        holds_opening: bool,
        holds_refusal: bool,
        maker: str | None,
    ) -> None:
        self._answer = answer
        self._seam = seam
        self._opening: str = ""
        self._opens = holds_opening
        self._refusals: list[str] = []
        self._room = MOST_CHARACTERS
        self._maker = maker
        self.holds_refusal = holds_refusal
        self.heard = False
        self.refused = False
        self.characters = 0
        self.usage: TokenUsage | None = None

    def hear_text(self, event: TextDelta) -> TextDelta | None:
        """The text as it may be passed on now; None if all of it is held back."""
        text = event.text
        self.characters += len(text)
        self._take_room(len(text))
        if self._opens or not self._seam.settled:
            text = self._let_through(text)
            if not text:
                return None
            event = TextDelta(text)
        self._answer.passed_text(text)
        return event

    def hear_reasoning(self, event: ReasoningDelta) -> None:
        """Reasoning is passed on as it comes."""
        self.characters += len(event.text)
        self._take_room(len(event.text))
        self._answer.begun = True

    def hear(self, event: ModelEvent) -> list[ModelEvent]:
        """Anything else. What may be passed on now."""
        match event:
            case RefusalDelta(text):
                self.refused = True
                self.characters += len(text)
                self._take_room(len(text))
                if self.holds_refusal:
                    self._refusals.append(text)
                    return []
                self._answer.begun = True
                return [*self.end_text(), event]
            case ToolCallDelta():
                self._take_room(SHORTEST_PIECE + len(event.arguments))
                self._answer.passed_tool_call()
                return [*self.end_text(), sealed_by(self._maker, event)]
            case ReasoningSealed(on_text=int()):
                # What it seals must stand before it.
                return [*self.end_text(), sealed_by(self._maker, event)]
            case ReasoningSealed():
                return [sealed_by(self._maker, event)]
            case WirePassed(_, tokens):
                self.characters += tokens * CHARACTERS_PER_TOKEN
                self._answer.passed_wire()
                return [event]
            case SourceCited():
                said = (event.url, event.title, event.quote)
                self._take_room(SHORTEST_PIECE + sum(len(text or "") for text in said))
                self._answer.begun = True
                return [event]
            case _:
                return [event]

    def end(self) -> list[ModelEvent]:
        """The target came to its own end: what was held of it."""
        return [*self.end_text(), *self._refusal()]

    def end_text(self) -> list[ModelEvent]:
        text = self._seam.settle() + self._opening
        self._opening, self._opens = "", False
        if not text:
            return []
        self._answer.passed_text(text)
        return [TextDelta(text)]

    def unshown(self) -> list[ModelEvent]:
        """The target is left: what is to be shown after all if nobody else says anything.

        What may be a repetition is not among it: whoever goes on from what was shown writes it again.
        """
        events: list[ModelEvent] = []
        if self._opening:
            events.append(TextDelta(self._opening))
        return [*events, *self._refusal()]

    def _refusal(self) -> list[ModelEvent]:
        text = "".join(self._refusals)
        return [RefusalDelta(text)] if text else []

    def _take_room(self, characters: int) -> None:
        """What is said is kept by somebody: by the caller, or here, for whoever is to go on with it.

        Raises:
            ProviderError: There is no room for more.
        """
        self._room -= characters
        if self._room < 0:
            raise ProviderError(
                f"The model went on without end and was cut off after {MOST_CHARACTERS:,} characters."
            )

    def _let_through(self, text: str) -> str:
        if not self._seam.settled:
            return self._seam.hear(text)
        text = self._opening + text
        if len(text) < MOST_HELD and len(text.strip()) < SHORTEST_RESTART:
            self._opening = text
            return ""
        self._opening, self._opens = "", False
        return text


def _going_on(message: RequestMessage, text: str) -> RequestMessage:
    """`text` goes on where the last part ends: two parts may be sent as two paragraphs."""
    *before, last = message.parts
    if isinstance(last, TextPart):
        return replace(message, parts=(*before, TextPart(last.text + text)))
    return replace(message, parts=(*message.parts, TextPart(text)))


def _sum(numbers: list[int | None]) -> int | None:
    told = [number for number in numbers if number is not None]
    return sum(told) if len(told) == len(numbers) else None


def _sum_of_told(numbers: list[int | None]) -> int | None:
    """Not every vendor has the kind: who says nothing of it adds nothing."""
    told = [number for number in numbers if number is not None]
    return sum(told) if told else None
