"""Another answer to the same question, or more of an answer that ended early."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from arcano.chat.begin_turn import TurnBeginner, Writing
from arcano.chat.domain import Message, MessageId, Turn, text_of
from arcano.chat.errors import NotAnAnswerError, NothingToContinueError
from arcano.chat.live_log import KeptWords
from arcano.chat.repository import ConversationRepository
from arcano.chat.turn_repository import Showing
from arcano.platform.ids import new_id
from arcano.providers import AnswerSchema, Parameters


@dataclass(frozen=True, slots=True)
class AgainDraft:
    """What may be said about it; None means: as before."""

    client_message_id: str | None
    model: str | None
    parameters: Parameters
    answer_schema: AnswerSchema | None = None


async def regenerate(answer: Message, draft: AgainDraft, *, beginner: TurnBeginner) -> Turn:
    """A new answer beside `answer`, to the same question. Nothing is replaced.

    Raises:
        NotAnAnswerError: `answer` is a question.
        ClientMessageIdReusedError: Sent before with another body.
    """
    question_id = _question_of(answer)
    model = draft.model or answer.model or ""

    def plan(_connection: Connection, _shown: Showing) -> Writing:
        return Writing(
            question=None,
            user_message_id=question_id,
            assistant_message_id=MessageId(new_id()),
            model=model,
        )

    return await _begin("regenerate", answer, draft, beginner, plan)


async def continue_reply(answer: Message, draft: AgainDraft, *, beginner: TurnBeginner) -> Turn:
    """More of `answer`, which was stopped, interrupted, failed, or hit a length limit.

    The message grows; what it holds is never rewritten.

    Raises:
        NotAnAnswerError: `answer` is a question.
        NothingToContinueError: It ended by itself or is being written.
        ClientMessageIdReusedError: Sent before with another body.
    """
    question_id = _question_of(answer)
    model = draft.model or answer.model or ""

    def plan(connection: Connection, _shown: Showing) -> Writing:
        # Read again inside the transaction: two requests may race to continue.
        now = ConversationRepository(connection, beginner.viewer).message(answer.id)
        cut_off = now.status == "finished" and now.finish_reason == "length"
        if now.status not in ("stopped", "interrupted", "failed") and not cut_off:
            raise NothingToContinueError
        return Writing(
            question=None,
            user_message_id=question_id,
            assistant_message_id=answer.id,
            model=model,
            kept=KeptWords(text_of(now.content), now.reasoning),
            continues=True,
        )

    return await _begin("continue", answer, draft, beginner, plan)


async def _begin(
    deed: str,
    answer: Message,
    draft: AgainDraft,
    beginner: TurnBeginner,
    plan: Callable[[Connection, Showing], Writing],
) -> Turn:
    asked = {
        "deed": deed,
        "answer": answer.id,
        "model": draft.model,
        "parameters": draft.parameters,
        **({"answer_schema": draft.answer_schema} if draft.answer_schema else {}),
    }
    return await beginner.begin(
        answer.conversation_id,
        client_message_id=draft.client_message_id,
        asked=asked,
        parameters=draft.parameters,
        answer_schema=draft.answer_schema,
        plan=plan,
    )


def _question_of(answer: Message) -> MessageId:
    if answer.role != "assistant" or answer.parent_id is None:
        raise NotAnAnswerError
    return answer.parent_id
