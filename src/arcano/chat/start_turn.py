"""A person asks: the question and the answer to come are written, and the answer is begun."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from arcano.chat.begin_turn import TurnBeginner, Writing
from arcano.chat.domain import ConversationId, MessageId, Turn
from arcano.chat.errors import NotAParentError
from arcano.chat.repository import ConversationRepository
from arcano.chat.turn_repository import Question, Showing
from arcano.platform.ids import new_id
from arcano.providers import AnswerSchema, Parameters

AtHead = Literal["at-head"]
"""Where a question goes that names no parent: the end of the branch the conversation shows."""


@dataclass(frozen=True, slots=True)
class TurnDraft:
    client_message_id: str
    text: str
    model: str
    parent_id: MessageId | AtHead | None
    parameters: Parameters
    answer_schema: AnswerSchema | None = None


async def start_turn(
    conversation_id: ConversationId, draft: TurnDraft, *, beginner: TurnBeginner
) -> Turn:
    """Ask. When this returns, the question cannot be lost; the answer is on its way.

    Raises:
        ConversationNotFoundError: Not there, or not the viewer's.
        MessageNotFoundError: `parent_id` is not in this conversation.
        NotAParentError: `parent_id` is a question.
        ClientMessageIdReusedError: Sent before with another body.
    """

    def plan(connection: Connection, shown: Showing) -> Writing:
        parent_id = shown.head_id if draft.parent_id == "at-head" else draft.parent_id
        if parent_id is not None and parent_id != shown.head_id:
            conversations = ConversationRepository(connection, beginner.viewer)
            if conversations.role_of(conversation_id, parent_id) != "assistant":
                raise NotAParentError
        # Two ids made in this order: the question sorts before its answer.
        question_id = MessageId(new_id())
        return Writing(
            question=Question(draft.text, parent_id),
            user_message_id=question_id,
            assistant_message_id=MessageId(new_id()),
            model=draft.model,
        )

    asked = {
        "deed": "ask",
        "text": draft.text,
        "model": draft.model,
        "parent": draft.parent_id,
        "parameters": draft.parameters,
        **({"answer_schema": draft.answer_schema} if draft.answer_schema else {}),
    }
    return await beginner.begin(
        conversation_id,
        client_message_id=draft.client_message_id,
        asked=asked,
        parameters=draft.parameters,
        answer_schema=draft.answer_schema,
        plan=plan,
    )
