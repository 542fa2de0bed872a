"""What HTTP and the WebSocket have in common: the same commands, for the same viewer."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from arcano.chat.answer_again import AgainDraft, continue_reply, regenerate
from arcano.chat.begin_turn import TurnBeginner
from arcano.chat.domain import ConversationId, Message, MessageId, Turn, TurnId
from arcano.chat.notices import Notices
from arcano.chat.repository import ConversationRepository
from arcano.chat.schemas import (
    AnswerAgainDraft,
    GaugeView,
    ParametersDraft,
    StartTurnDraft,
    TurnBegunView,
    TurnView,
)
from arcano.chat.start_turn import start_turn
from arcano.chat.turn_repository import TurnRepository
from arcano.chat.turn_runner import TurnRunner
from arcano.identity import UserId
from arcano.inference import Inference
from arcano.platform.clock import Clock
from arcano.platform.database import Database


@dataclass(frozen=True, slots=True)
class Chat:
    """What the doors of chat work with. Put at `app.state.chat` by the wiring."""

    database: Database
    clock: Clock
    runner: TurnRunner
    inference: Inference
    notices: Notices

    async def start(
        self, viewer: UserId, conversation_id: ConversationId, draft: StartTurnDraft
    ) -> TurnBegunView:
        """Ask. What no model is called, or the model does not take, is refused before anything is written."""
        await self._expect(viewer, draft.model, draft.parameters)
        turn = await start_turn(conversation_id, draft.value(), beginner=self._beginner(viewer))
        return TurnBegunView.of(turn)

    async def regenerate(
        self, viewer: UserId, message_id: MessageId, draft: AnswerAgainDraft
    ) -> TurnBegunView:
        answer = await self._answer(viewer, message_id, draft)
        turn = await regenerate(answer, _again(draft), beginner=self._beginner(viewer))
        return TurnBegunView.of(turn)

    async def continue_reply(
        self, viewer: UserId, message_id: MessageId, draft: AnswerAgainDraft
    ) -> TurnBegunView:
        answer = await self._answer(viewer, message_id, draft)
        turn = await continue_reply(answer, _again(draft), beginner=self._beginner(viewer))
        return TurnBegunView.of(turn)

    async def stop(self, viewer: UserId, turn_id: TurnId) -> TurnView:
        await self.runner.stop(turn_id, viewer)
        return await self.turn(viewer, turn_id)

    async def turn(self, viewer: UserId, turn_id: TurnId) -> TurnView:
        turn: Turn = await self.database.read(lambda c: TurnRepository(c, viewer).one(turn_id))
        live = self.runner.live_log(turn_id, viewer)
        last = turn.last_sequence if live is None else live.last_sequence
        return TurnView.of(turn, last_sequence=last)

    async def look(
        self,
        viewer: UserId,
        conversation_id: ConversationId | None,
        model: str,
        *,
        max_tokens: int | None,
    ) -> GaugeView:
        """What `model` would be given to read if something were asked now."""
        chosen = await self.inference.look_up(model, viewer)
        readings = self.runner.readings
        head: MessageId | None = None
        if conversation_id is not None:
            head = await self.database.read(
                lambda c: ConversationRepository(c, viewer).head(conversation_id)
            )
        if conversation_id is None or head is None:
            return GaugeView.of_load(readings.look_at_nothing(chosen, max_tokens=max_tokens))
        load = await readings.look(viewer, conversation_id, head, chosen, max_tokens=max_tokens)
        return GaugeView.of_load(load)

    async def _answer(
        self, viewer: UserId, message_id: MessageId, draft: AnswerAgainDraft
    ) -> Message:
        answer = await self.database.read(
            lambda c: ConversationRepository(c, viewer).message(message_id)
        )
        if answer.role == "assistant":
            # A question names no model; that it is one, the deed says.
            await self._expect(viewer, draft.model or answer.model or "", draft.parameters)
        return answer

    async def _expect(self, viewer: UserId, model: str, parameters: ParametersDraft) -> None:
        chosen = await self.inference.look_up(model, viewer)
        chosen.takes.check(parameters.value(), parameters.answer_schema, model=model)

    def _beginner(self, viewer: UserId) -> TurnBeginner:
        return TurnBeginner(self.database, self.runner, self.clock, viewer)


async def chat_of(connection: HTTPConnection) -> Chat:
    """The dependency by which routes get at `Chat`."""
    return connection.app.state.chat


def _again(draft: AnswerAgainDraft) -> AgainDraft:
    parameters = draft.parameters
    return AgainDraft(
        draft.client_message_id, draft.model, parameters.value(), parameters.answer_schema
    )
