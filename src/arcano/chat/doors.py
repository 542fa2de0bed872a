"""What HTTP and the WebSocket have in common: the same commands, for the same viewer."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from arcano.chat.answer_again import AgainDraft, continue_reply, regenerate
from arcano.chat.asked_with import AskedWith
from arcano.chat.begin_turn import TurnBeginner
from arcano.chat.domain import ConversationId, Message, MessageId, Turn, TurnId
from arcano.chat.follow_turn import follow_turn
from arcano.chat.live_log import Stretch
from arcano.chat.notices import Notices
from arcano.chat.repository import ConversationRepository
from arcano.chat.schemas import (
    AnswerAgainDraft,
    ConversationView,
    GaugeView,
    ParametersDraft,
    StartTurnDraft,
    TurnBegunView,
    TurnView,
)
from arcano.chat.sharing import Standing, Thing, as_owner
from arcano.chat.start_turn import start_turn
from arcano.chat.turn_repository import TurnRepository
from arcano.chat.turn_runner import TurnRunner
from arcano.chat.usage_schemas import ConversationUsageView
from arcano.identity import Level, Viewer, names_of
from arcano.inference import Inference
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import ArcanoError
from arcano.usage import usage_of_conversation

T = TypeVar("T")


class _Begin(Protocol):
    """Regenerating or continuing."""

    async def __call__(
        self, answer: Message, draft: AgainDraft, *, beginner: TurnBeginner
    ) -> Turn: ...


@dataclass(frozen=True, slots=True)
class Chat:
    """What the doors of chat work with. Put at `app.state.chat` by the wiring."""

    database: Database
    clock: Clock
    runner: TurnRunner
    inference: Inference
    notices: Notices

    async def conversation(self, viewer: Viewer, conversation_id: str) -> ConversationView:
        async def deed(standing: Standing) -> ConversationView:
            def unit(connection: Connection) -> ConversationView:
                owner = standing.owner_id
                found = ConversationRepository(connection, owner).one(
                    ConversationId(conversation_id)
                )
                names = {} if owner == viewer.user_id else names_of(connection, {owner})
                return ConversationView.of(
                    found, access=standing.level, owner_name=names.get(owner)
                )

            return await self.database.read(unit)

        return await self.as_owner(viewer, Thing("conversation", conversation_id), deed)

    async def usage(self, viewer: Viewer, conversation_id: str) -> ConversationUsageView:
        async def deed(standing: Standing) -> ConversationUsageView:
            def unit(connection: Connection) -> ConversationUsageView:
                # Asked first: whoever may not read it learns not even that it cost something.
                shown = ConversationRepository(connection, standing.owner_id).shown(
                    ConversationId(conversation_id)
                )
                found = usage_of_conversation(connection, conversation_id)
                return ConversationUsageView.of(found, shown=shown)

            return await self.database.read(unit)

        return await self.as_owner(viewer, Thing("conversation", conversation_id), deed)

    async def start(
        self, viewer: Viewer, conversation_id: ConversationId, draft: StartTurnDraft
    ) -> TurnBegunView:
        """Ask. What no model is called, or the model does not take, is refused before anything is written."""
        refused = await self._refusal(viewer, draft.model, draft.parameters)

        async def deed(standing: Standing) -> TurnBegunView:
            beginner = self._beginner(viewer, standing, refused)
            return TurnBegunView.of(
                await start_turn(conversation_id, draft.value(), beginner=beginner)
            )

        thing = Thing("conversation", conversation_id)
        return await self.as_owner(viewer, thing, deed, at_least="editor")

    async def regenerate(
        self, viewer: Viewer, message_id: MessageId, draft: AnswerAgainDraft
    ) -> TurnBegunView:
        return await self._again(viewer, message_id, draft, regenerate)

    async def continue_reply(
        self, viewer: Viewer, message_id: MessageId, draft: AnswerAgainDraft
    ) -> TurnBegunView:
        return await self._again(viewer, message_id, draft, continue_reply)

    async def stop(self, viewer: Viewer, turn_id: TurnId) -> TurnView:
        async def deed(standing: Standing) -> TurnView:
            await self.runner.stop(turn_id, standing.owner_id)
            return await self._turn(standing, turn_id)

        return await self.as_owner(viewer, Thing("turn", turn_id), deed, at_least="editor")

    async def turn(self, viewer: Viewer, turn_id: TurnId) -> TurnView:
        return await self.as_owner(
            viewer, Thing("turn", turn_id), lambda standing: self._turn(standing, turn_id)
        )

    async def hear(
        self, viewer: Viewer, turn_id: TurnId, *, after: int
    ) -> tuple[Stretch, AsyncGenerator[Stretch]]:
        """The first stretch of a turn's events, and the later ones as they come.

        The first is taken here, so that a foreign turn is an error and not a broken stream.
        """

        async def deed(standing: Standing) -> tuple[Stretch, AsyncGenerator[Stretch]]:
            stretches = follow_turn(
                turn_id,
                after=after,
                viewer=standing.owner_id,
                runner=self.runner,
                database=self.database,
            )
            return await anext(stretches), stretches

        return await self.as_owner(viewer, Thing("turn", turn_id), deed)

    async def maybe_shared(self, viewer: Viewer, turn_id: TurnId) -> str | None:
        """The conversation of a turn, where it may be somebody else's, who can take it back while it is heard.

        Ask before `hear`, so that nobody takes it back in between.
        """
        if self.runner.live_log(turn_id, viewer.user_id) is not None:
            return None
        return (await self.turn(viewer, turn_id)).conversation_id

    async def look(
        self,
        viewer: Viewer,
        conversation_id: ConversationId | None,
        model: str,
        *,
        max_tokens: int | None,
    ) -> GaugeView:
        """What `model` would be given to read if something were asked now."""
        chosen = await self.inference.look_up(model, viewer.user_id)
        readings = self.runner.readings

        if conversation_id is None:
            return GaugeView.of_load(readings.look_at_nothing(chosen, max_tokens=max_tokens))

        async def deed(standing: Standing) -> GaugeView:
            owner = standing.owner_id
            head = await self.database.read(
                lambda c: ConversationRepository(c, owner).head(conversation_id)
            )
            if head is None:
                return GaugeView.of_load(readings.look_at_nothing(chosen, max_tokens=max_tokens))
            load = await readings.look(owner, conversation_id, head, chosen, max_tokens=max_tokens)
            return GaugeView.of_load(load)

        return await self.as_owner(viewer, Thing("conversation", conversation_id), deed)

    async def as_owner(
        self,
        viewer: Viewer,
        thing: Thing,
        deed: Callable[[Standing], Awaitable[T]],
        *,
        at_least: Level = "viewer",
    ) -> T:
        """See `sharing.as_owner`."""
        return await as_owner(self.database, viewer, thing, deed, at_least=at_least)

    async def _turn(self, standing: Standing, turn_id: TurnId) -> TurnView:
        owner = standing.owner_id
        turn: Turn = await self.database.read(lambda c: TurnRepository(c, owner).one(turn_id))
        live = self.runner.live_log(turn_id, owner)
        last = turn.last_sequence if live is None else live.last_sequence
        return TurnView.of(turn, last_sequence=last)

    async def _again(
        self, viewer: Viewer, message_id: MessageId, draft: AnswerAgainDraft, begin: _Begin
    ) -> TurnBegunView:
        async def deed(standing: Standing) -> TurnBegunView:
            answer = await self.database.read(
                lambda c: ConversationRepository(c, standing.owner_id).message(message_id)
            )
            refused = None
            if answer.role == "assistant":
                # A question names no model; that it is one, the deed says.
                model = draft.model or answer.model or ""
                refused = await self._refusal(viewer, model, draft.parameters)
            beginner = self._beginner(viewer, standing, refused)
            return TurnBegunView.of(await begin(answer, _draft_of(draft), beginner=beginner))

        return await self.as_owner(viewer, Thing("message", message_id), deed, at_least="editor")

    async def _refusal(
        self, viewer: Viewer, model: str, parameters: ParametersDraft
    ) -> ArcanoError | None:
        """Why the model cannot be asked so. Not raised yet: it may be what was sent, and taken, before."""
        try:
            viewer.expect_model(model)
            chosen = await self.inference.look_up(model, viewer.user_id)
            chosen.takes.check(parameters.value(), parameters.answer_schema, model=model)
        except ArcanoError as refused:
            return refused
        return None

    def _beginner(
        self, viewer: Viewer, standing: Standing, refused: ArcanoError | None
    ) -> TurnBeginner:
        asked_by = None if standing.owner_id == viewer.user_id else viewer.user_id
        return TurnBeginner(
            self.database,
            self.runner,
            self.clock,
            standing.owner_id,
            asked_by,
            AskedWith.by(viewer),
            refused,
        )


async def chat_of(connection: HTTPConnection) -> Chat:
    """The dependency by which routes get at `Chat`."""
    return connection.app.state.chat


def _draft_of(draft: AnswerAgainDraft) -> AgainDraft:
    parameters = draft.parameters
    return AgainDraft(
        draft.client_message_id, draft.model, parameters.value(), parameters.answer_schema
    )
