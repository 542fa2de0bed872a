"""Conversations, messages and turns, as plain values.

A conversation is a tree of append-only messages. A *turn* is a question together with the answer
being written; how it ends is told once, by its closing event.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from arcano.chat.events import ContextRead
from arcano.chat.thoughts import Thought
from arcano.identity import UserId
from arcano.inference import CacheKind
from arcano.providers import AnswerSchema, Parameters, TokenUsage

ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
TurnId = NewType("TurnId", str)

Status = Literal["running", "finished", "stopped", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class ContentPart:
    """A piece of a message. Only text so far; images and files will stand beside it."""

    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an answer failed, as it is told to a person and to a program.

    `provider_request_id`: what the provider calls the call, for its support.
    """

    code: str
    message: str
    retryable: bool
    provider_request_id: str | None = None


PolicyName = Literal["slide", "summarise", "refuse"]


@dataclass(frozen=True, slots=True)
class ContextPolicy:
    """What happens when a conversation is longer than its model can read.

    The oldest messages are left out, or summarised by `model` (None: by whoever answers), or nothing is
    sent and the person is told.
    """

    name: PolicyName = "slide"
    model: str | None = None


SLIDE = ContextPolicy()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a conversation a model did not read word by word when it gave an answer."""

    dropped_messages: int
    summarised_messages: int
    summary_id: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    id: ConversationId
    title: str | None
    created_at: datetime
    updated_at: datetime
    head_id: MessageId | None
    running_turn_ids: tuple[TurnId, ...]
    context_policy: ContextPolicy = SLIDE
    is_shared: bool = False
    """Whether its owner shares it with anybody."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wrote a question, where that was not the conversation's owner. `name` as they are called now."""

    id: UserId
    name: str


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who wrote an answer, where that was not simply the model that was asked for."""

    model: str
    target: str
    variant: str | None


@dataclass(frozen=True, slots=True)
class FromCache:
    """The answer was not asked for: it was given `at` that time. `saved_tokens` None: not known."""

    at: datetime
    kind: CacheKind
    saved_tokens: int | None


Verdict = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Rating:
    """What one person thinks of an answer, and why, if they said so."""

    verdict: Verdict
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `turn_id` is the latest turn that wrote it (None for a person's own words)."""

    id: MessageId
    conversation_id: ConversationId
    parent_id: MessageId | None
    role: Literal["user", "assistant"]
    content: tuple[ContentPart, ...]
    status: Status
    model: str | None
    created_at: datetime
    turn_id: TurnId | None
    sibling_ids: tuple[MessageId, ...]
    reasoning: str | None
    failure: Failure | None
    usage: TokenUsage | None
    finish_reason: str | None
    answered_by: Answerer | None
    from_cache: FromCache | None
    left_out: LeftOut | None
    asked_by: Asker | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    id: TurnId
    conversation_id: ConversationId
    owner_id: UserId
    user_message_id: MessageId
    assistant_message_id: MessageId
    model: str
    parameters: Parameters
    continues: bool
    status: Status
    last_sequence: int
    created_at: datetime
    ended_at: datetime | None
    failure: Failure | None
    context: ContextRead | None = None
    """What the model was given to read; None until it has ended."""
    answer_schema: AnswerSchema | None = None
    asked_by: UserId | None = None
    """Who asked, where that was not the owner of the conversation."""

    @property
    def asker(self) -> UserId:
        """Whose models are asked, and whose turn it is in the queue."""
        return self.asked_by or self.owner_id


@dataclass(frozen=True, slots=True)
class PathMessage:
    """A message as a model needs it: who said what, and after what.

    `depth` counts the messages from the root to this one, itself included.
    """

    id: MessageId
    role: Literal["user", "assistant"]
    text: str
    parent_id: MessageId | None
    depth: int
    thoughts: tuple[Thought, ...] = ()
    is_running: bool = False
    """It is being written: there will be more of it."""


def text_of(content: tuple[ContentPart, ...]) -> str:
    """All text of a message."""
    return "\n\n".join(part.text for part in content)
