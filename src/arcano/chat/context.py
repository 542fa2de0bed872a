"""What a model is given to read: the branch that ends in the question, as much of it as fits.

The newest messages are kept whole; what no longer fits is left out from the beginning, and the
reader of the answer is told so. Reading costs what is sent, not what the conversation holds.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from arcano.chat.domain import ConversationId, MessageId, PathMessage
from arcano.chat.repository import ConversationRepository
from arcano.chat.thoughts import parts_with
from arcano.identity import UserId
from arcano.providers import RequestMessage, TextPart

PAGE = 100
DEFAULT_CHARACTERS = 400_000
CHARACTERS_PER_TOKEN = 3
"""A cautious estimate for European languages and code; a model's own count comes later."""

ANSWER_SHARE = 4
"""One part in four of the window is kept free for the answer."""


@dataclass(frozen=True, slots=True)
class Context:
    """`messages` oldest first; `dropped` says how many older ones did not fit."""

    messages: tuple[RequestMessage, ...]
    dropped: int


def first_question(text: str) -> Context:
    """The context of a question that nothing was said before."""
    return Context((RequestMessage("user", (TextPart(text),)),), 0)


def read_context(
    connection: Connection,
    viewer: UserId,
    conversation_id: ConversationId,
    leaf: MessageId,
    *,
    context_tokens: int | None,
) -> Context:
    """The path that ends in `leaf`, cut to what a window of `context_tokens` holds."""
    room = _characters(context_tokens)
    conversations = ConversationRepository(connection, viewer)
    kept: list[PathMessage] = []
    following: MessageId | None = leaf
    while following is not None:
        for message in conversations.path(conversation_id, following, limit=PAGE):
            room -= len(message.text)
            if kept and room < 0:
                return Context(_request_messages(kept), dropped=message.depth)
            kept.append(message)
            following = message.parent_id
    return Context(_request_messages(kept), dropped=0)


def _characters(context_tokens: int | None) -> int:
    if context_tokens is None:
        return DEFAULT_CHARACTERS
    return (context_tokens - context_tokens // ANSWER_SHARE) * CHARACTERS_PER_TOKEN


def _request_messages(newest_first: list[PathMessage]) -> tuple[RequestMessage, ...]:
    """Answers that failed before their first word are left out: providers refuse empty messages.

    An answer that is to be continued is sent without its thoughts: so most models go on from its last word.
    """
    begun = next(iter(newest_first), None)
    return tuple(
        RequestMessage(
            message.role,
            (TextPart(message.text),)
            if message is begun
            else parts_with(message.text, message.thoughts),
        )
        for message in reversed(newest_first)
        if message.text
    )
