"""A branch weighed for one model and one window: how many tokens it is, part by part, and how sure that is."""

import math
from dataclasses import dataclass, replace

from arcano.chat.events import ContextRead
from arcano.chat.reading.branch import Branch
from arcano.chat.reading.fit import Weighed
from arcano.chat.reading.weight import Weight
from arcano.chat.reading.window import Window
from arcano.chat.thoughts import parts_with
from arcano.inference import message_units, tools_units
from arcano.providers import RequestMessage, RequestPart, TextPart, ToolDefinition


@dataclass(frozen=True, slots=True)
class Frame:
    """What goes with every question besides the conversation: instructions and tools."""

    system: tuple[RequestMessage, ...] = ()
    tools: tuple[ToolDefinition, ...] = ()

    @property
    def system_units(self) -> float:
        if not self.system:
            return 0.0
        texts = [
            part.text
            for message in self.system
            for part in message.parts
            if isinstance(part, TextPart)
        ]
        return sum(map(message_units, texts))

    @property
    def tools_units(self) -> float:
        return tools_units(self.tools) if self.tools else 0.0


BARE = Frame()


@dataclass(frozen=True, slots=True)
class Load:
    """`branch` as `model_id` would read it.

    `asked` is the place of the newest question: it and what follows it always go along. `per_unit` tokens
    make a unit, give or take the share `spread`; 0: a tokenizer counted. What was thought in the branch weighs
    nothing unless the model is sent it (`sends_thoughts`) and `reads_thoughts`.
    """

    branch: Branch
    frame: Frame
    window: Window
    model_id: str
    asked: int
    per_unit: float
    spread: float
    sends_thoughts: bool = False
    reads_thoughts: bool = True

    @property
    def units(self) -> float:
        unread = 0.0 if self._thoughts_count else self.branch.thought_units
        return self.branch.units - unread + self.frame.system_units + self.frame.tools_units

    @property
    def weight(self) -> Weight:
        words = self.branch.word_units + self.frame.system_units + self.frame.tools_units
        if not self.sends_thoughts:
            return Weight(words, None)
        return Weight(words, self.branch.thought_units)

    @property
    def total(self) -> float:
        """All tokens that would be read."""
        return self.units * self.per_unit

    @property
    def weighed(self) -> list[Weighed]:
        return [
            Weighed(message.said.role, units * self.per_unit)
            for message, units in zip(self.branch.messages, self._message_units, strict=True)
        ]

    @property
    def room(self) -> float:
        """What is there for the messages, beside what goes along anyway."""
        around = self.units - sum(self._message_units)
        return self.window.room - around * self.per_unit

    @property
    def _thoughts_count(self) -> bool:
        return self.sends_thoughts and self.reads_thoughts

    @property
    def _message_units(self) -> list[float]:
        if self._thoughts_count:
            return [message.units for message in self.branch.messages]
        return [message.word_units for message in self.branch.messages]

    def beginning_at(self, place: int, *, spread: float) -> "Load":
        """Without the messages before `place`; from now on that is how this room is used."""
        if place == 0:
            return self
        branch = replace(
            self.branch,
            messages=self.branch.messages[place:],
            complete=False,
            fitted_for=self.window.room,
        )
        return replace(self, branch=branch, asked=self.asked - place, spread=spread)

    def messages(self, *, continues: bool) -> tuple[RequestMessage, ...]:
        """As they are sent. Those without a word are not: providers refuse empty messages."""
        branch = self.branch
        said = [message.said for message in branch.messages if message.said.text]
        sent = [*self.frame.system]
        if branch.summary is not None:
            sent.append(branch.summary.message())
        for message in said:
            parts: tuple[RequestPart, ...] = (TextPart(message.text),)
            # What is continued goes without its thoughts: so most models go on from its last word.
            if message.thoughts and not (continues and message is said[-1]):
                parts = parts_with(message.text, message.thoughts)
            sent.append(RequestMessage(message.role, parts))
        return tuple(sent)

    def longest_answer(self, wanted: int | None) -> int | None:
        """How long an answer may be asked for: some servers refuse what does not fit beside the question.

        `wanted` where that fits or nobody knows the window; else what is left of it, or at least the reserve.
        """
        window = self.window
        if wanted is None or window.limit is None:
            return wanted
        left = window.size - math.ceil(self.total * (1 + self.spread))
        return min(wanted, max(left, window.reserve, 1))

    def told(self, *, summary_failed: bool = False) -> ContextRead:
        """The parts in numbers, as they are told."""
        branch = self.branch
        newest = sum(self._message_units[self.asked :])
        # Down, where the question goes up: what fits by a hair is not told to be a token too much.
        around = self.frame.system_units + self.frame.tools_units
        history = math.floor((self.units - around - newest) * self.per_unit)
        question = math.ceil(newest * self.per_unit)
        system = round(self.frame.system_units * self.per_unit)
        tools = round(self.frame.tools_units * self.per_unit)
        return ContextRead(
            limit=self.window.limit,
            reserve=self.window.reserve,
            system=system,
            history=history,
            documents=0,
            tools=tools,
            question=question,
            total=system + history + tools + question,
            exact=self.spread == 0.0,
            spread=round(self.spread, 3),
            dropped_messages=branch.left_out,
            summarised_messages=branch.summarised,
            summary_id=None if branch.summary is None else branch.summary.id,
            summary_failed=summary_failed,
            first_message_id=branch.messages[0].said.id if branch.messages else "",
        )


def corrected(told: ContextRead, tokens: int) -> ContextRead:
    """With the total that the model reported; the difference falls to the largest part."""
    off = tokens - told.total
    if told.history >= told.question:
        history, question = max(0, told.history + off), told.question
    else:
        history, question = told.history, max(0, told.question + off)
    return replace(told, history=history, question=question, total=tokens, exact=True, spread=0.0)
