"""A branch as a model reads it: its newest messages, what they weigh, and what stands for the older ones.

Read once and then kept (`branches`): a turn adds its question and its answer and reads nothing back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from arcano.chat.domain import ContextPolicy, ConversationId, MessageId, PathMessage
from arcano.chat.reading.summaries import SUMMARY_UNITS, Summary, SummaryRepository
from arcano.chat.reading.weight import Seen
from arcano.chat.reading.window import Window
from arcano.chat.repository import ConversationRepository
from arcano.chat.tables import MESSAGES, TURNS
from arcano.identity import UserId
from arcano.inference import message_units, text_units
from arcano.providers import Seal

PAGE = 100

_CONTEXT_OF = (
    select(TURNS.c.context)
    .join(MESSAGES, MESSAGES.c.turn_id == TURNS.c.id)
    .where(MESSAGES.c.id == bindparam("answer"))
)


@dataclass(frozen=True, slots=True)
class BranchMessage:
    """A message, and its units (`arcano.inference.text_units`): counted once, whoever reads it.

    `thought_units` of them are what was thought: some models read that again, others never do.
    """

    said: PathMessage
    units: float
    thought_units: float = 0.0

    @property
    def word_units(self) -> float:
        return self.units - self.thought_units

    @property
    def characters(self) -> int:
        """What it takes to keep it, its thoughts and their seals included."""
        said = self.said
        if not said.thoughts:
            return len(said.text)
        return len(said.text) + sum(len(one.text) + len(one.seal.proof) for one in said.thoughts)

    @classmethod
    def of(cls, said: PathMessage) -> "BranchMessage":
        """One without a word weighs nothing: it is not sent."""
        if not said.text:
            return cls(said, 0.0)
        thought = sum(text_units(thought.text) for thought in said.thoughts)
        return cls(said, message_units(said.text) + thought, thought)


@dataclass(frozen=True, slots=True)
class Branch:
    """The newest messages of a branch, oldest first, and how the older ones are dealt with.

    `complete`: nothing comes before them but what `summary` speaks of. Otherwise what is older was left
    out for a room of `fitted_for` tokens, or, with None, is simply not read. `policy` is None where
    nobody had to know it yet. `settled`: nothing of it is being written. `seen` is what a model was seen to make of this conversation.
    """

    messages: tuple[BranchMessage, ...]
    policy: ContextPolicy | None
    complete: bool
    summary: Summary | None = None
    fitted_for: int | None = None
    settled: bool = True
    seen: Seen | None = field(default=None, compare=False)

    @property
    def leaf(self) -> MessageId:
        return self.messages[-1].said.id

    @property
    def units(self) -> float:
        # Not a generator: this is asked in every turn.
        return sum([message.units for message in self.messages]) + self.summary_units

    @property
    def thought_units(self) -> float:
        return sum([message.thought_units for message in self.messages])

    @property
    def word_units(self) -> float:
        """Without what was thought."""
        return self.units - self.thought_units

    def sends_thoughts(self, gets_back: Callable[[Seal], bool]) -> bool:
        """Whether any of what was thought in it is sent to a model that `gets_back` what is sealed so."""
        return any(
            gets_back(thought.seal)
            for message in self.messages
            for thought in message.said.thoughts
        )

    @property
    def summary_units(self) -> float:
        return 0.0 if self.summary is None else self.summary.units + SUMMARY_UNITS

    @property
    def characters(self) -> int:
        return sum([message.characters for message in self.messages])

    @property
    def left_out(self) -> int:
        """How many messages before these are neither sent nor summarised."""
        if not self.messages:
            return 0
        return self.messages[0].said.depth - 1 - self.summarised

    @property
    def summarised(self) -> int:
        return 0 if self.summary is None else self.summary.summarised

    def until(self, leaf: MessageId) -> "Branch | None":
        """The same branch as far as `leaf`; None if that is not on it."""
        for place in range(len(self.messages) - 1, -1, -1):
            if self.messages[place].said.id == leaf:
                return replace(self, messages=self.messages[: place + 1])
        return None

    def grown(self, said: PathMessage) -> "Branch":
        """With one more message, an answer or a question to the last one."""
        said = replace(said, depth=self.messages[-1].said.depth + 1)
        return replace(self, messages=(*self.messages, BranchMessage.of(said)))

    def serves(self, window: Window) -> bool:
        """Whether nothing older has to be read, or looked at, for this window."""
        return self.complete or self.fitted_for == window.room


def read_branch(
    connection: Connection,
    viewer: UserId,
    conversation_id: ConversationId,
    leaf: MessageId,
    *,
    budget_units: float,
    window: Window,
) -> Branch:
    """The branch that ends in `leaf`, newest first, until what is read is too much to be sent.

    Reading costs what is sent, not what the conversation holds: it ends where a summary takes over, or
    where an earlier turn with the same window began.

    Raises:
        ConversationNotFoundError, MessageNotFoundError: Not there for this viewer.
    """
    conversations = ConversationRepository(connection, viewer)
    policy = conversations.context_policy(conversation_id)
    summaries: dict[MessageId | None, Summary] = {
        summary.through_message_id: summary
        for summary in SummaryRepository(connection).of_conversation(conversation_id)
        if policy.name == "summarise"
    }
    if policy.name == "summarise":
        budget_units *= 2  # what is too much is read all the same: somebody is to summarise it
    reader = _Reader(budget_units, summaries)
    following: MessageId | None = leaf
    while following is not None and not reader.ended:
        page = conversations.path(conversation_id, following, limit=PAGE)
        if policy.name == "slide" and not reader.kept:
            reader.begins = _began_before(connection, page, window)
        following = reader.read(page)
    first = reader.kept[-1].said
    fitted = first.id == reader.begins
    return Branch(
        messages=tuple(reversed(reader.kept)),
        policy=policy,
        complete=first.parent_id is None or first.parent_id in summaries,
        summary=summaries.get(first.parent_id),
        fitted_for=window.room if fitted else None,
        settled=not any(message.said.is_running for message in reader.kept),
    )


class _Reader:
    """Takes messages newest first until it has enough."""

    def __init__(self, budget_units: float, summaries: Mapping[MessageId | None, Summary]) -> None:
        self.kept: list[BranchMessage] = []
        self.begins: MessageId | None = None
        self.ended = False
        self._left = budget_units
        self._summaries = summaries

    def read(self, page: list[PathMessage]) -> MessageId | None:
        """Take a page. The message that is to be read next, or None."""
        for said in page:
            message = BranchMessage.of(said)
            self.kept.append(message)
            # By its words alone: a model that does not read what it thought has room for much more of it.
            self._left -= message.word_units
            begins = said.id == self.begins or said.parent_id in self._summaries
            if begins or self._left < 0:
                self.ended = True
                return None
        return page[-1].parent_id if page else None


def _began_before(
    connection: Connection, page: list[PathMessage], window: Window
) -> MessageId | None:
    """Where the last turn of this branch began to read, if it had this room and left some out."""
    for said in page[:2]:
        if said.role == "assistant":
            stored = connection.scalar(_CONTEXT_OF, {"answer": said.id})
            context: dict[str, Any] = orjson.loads(stored) if stored else {}
            had = (context.get("limit"), context.get("reserve"))
            if context.get("dropped_messages") and had == (window.limit, window.reserve):
                return context.get("first_message_id")
    return None
