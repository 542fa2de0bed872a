"""What asking, regenerating and continuing have in common: a turn is begun once.

The same `client_message_id` again, at the same moment or after a restart, gives the same turn.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Connection

from arcano.chat.asked_with import SIGNED_IN, AskedWith
from arcano.chat.domain import ConversationId, MessageId, Turn, TurnId
from arcano.chat.errors import ClientMessageIdReusedError, ConversationNotFoundError
from arcano.chat.live_log import NOTHING_KEPT, KeptWords
from arcano.chat.starts import Start
from arcano.chat.titles import title_from
from arcano.chat.turn_repository import (
    Place,
    Question,
    Showing,
    TurnRecord,
    TurnRepository,
    add_turn,
)
from arcano.chat.turn_runner import TurnRunner
from arcano.identity import UserId, expect_active, is_leaving
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import ArcanoError
from arcano.platform.ids import new_id
from arcano.providers import AnswerSchema, Parameters

LEASE = timedelta(seconds=3)
"""How long a silent process keeps its turns. Renewed every second (see `keep_turns`)."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is to be written: the place in the tree, and who answers."""

    question: Question | None
    user_message_id: MessageId
    assistant_message_id: MessageId
    model: str
    kept: KeptWords = NOTHING_KEPT
    continues: bool = False


@dataclass(frozen=True, slots=True)
class TurnBeginner:
    """Begins turns for one request, in a conversation of `viewer`'s; `asked_by` who asks if that is somebody else. `plan` says what to write, inside the transaction.

    It is given the branch that the conversation shows, and is called only for what is new.
    """

    database: Database
    runner: TurnRunner
    clock: Clock
    viewer: UserId
    asked_by: UserId | None = None
    asked_with: AskedWith = SIGNED_IN
    refused: ArcanoError | None = None
    """Why nothing new may be begun. What was begun before is found again all the same."""

    async def begin(
        self,
        conversation_id: ConversationId,
        *,
        client_message_id: str | None,
        asked: dict[str, Any],
        parameters: Parameters,
        answer_schema: AnswerSchema | None = None,
        plan: Callable[[Connection, Showing], Writing],
    ) -> Turn:
        """Write the turn in one transaction and start it, unless it was begun before.

        Once this returns the question is on disk. `asked` is all that was sent, to tell a repeated
        request from a changed one.

        Raises:
            ConversationNotFoundError: Not there, or not the viewer's.
            ClientMessageIdReusedError: The id was used for something else.
            ServerDrainingError: Nothing new is begun.
            NotSignedInError: Whoever asks was disabled, though their session was still remembered.
            ArcanoError: Why it is `refused`.
        """
        self.runner.refuse_if_draining()
        once = client_message_id or new_id()
        digest = hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()

        asker = self.asked_by or self.viewer

        def unit(connection: Connection) -> tuple[Turn, Writing | None]:
            expect_active(connection, asker)
            if asker != self.viewer and is_leaving(connection, self.viewer):
                # They take their conversations along: nobody begins to write in them any more.
                raise ConversationNotFoundError
            place = TurnRepository(connection, self.viewer).place(conversation_id, once)
            if place.sent_before is not None:
                turn, sent = place.sent_before
                if sent != digest:
                    raise ClientMessageIdReusedError
                return turn, None
            if self.refused is not None:
                raise self.refused
            writing = plan(connection, place.shown)
            turn = self._turn(conversation_id, writing, parameters, answer_schema)
            record = TurnRecord(
                turn, once, digest, self.runner.id, lease_until=turn.created_at + LEASE
            )
            showing = _showing(place, turn, writing.question)
            add_turn(connection, record, question=writing.question, showing=showing)
            return turn, writing

        barred = self.runner.times_barred(asker)
        start = await self.runner.starts.enter()
        return await self.runner.see_through(self._written_and_run(unit, start, asker, barred))

    async def _written_and_run(
        self,
        unit: Callable[[Connection], tuple[Turn, Writing | None]],
        start: Start,
        asker: UserId,
        barred: int,
    ) -> Turn:
        try:
            turn, writing = await self.database.write(unit)
        except BaseException:
            start.under_way()
            raise
        if writing is None:
            start.under_way()
            return turn
        self.runner.start(
            turn,
            start,
            kept=writing.kept,
            question=writing.question,
            asked_with=self.asked_with,
        )
        if self.runner.times_barred(asker) != barred:
            # Barred after it was written and before it ran: whoever stopped their turns did not see this one.
            await self.runner.stop_all_of(asker)
        return turn

    def _turn(
        self,
        conversation_id: ConversationId,
        writing: Writing,
        parameters: Parameters,
        answer_schema: AnswerSchema | None,
    ) -> Turn:
        return Turn(
            id=TurnId(new_id()),
            conversation_id=conversation_id,
            owner_id=self.viewer,
            asked_by=self.asked_by,
            user_message_id=writing.user_message_id,
            assistant_message_id=writing.assistant_message_id,
            model=writing.model,
            parameters=parameters,
            continues=writing.continues,
            status="running",
            last_sequence=0,
            created_at=self.clock.now(),
            ended_at=None,
            failure=None,
            answer_schema=answer_schema,
        )


def _showing(place: Place, turn: Turn, question: Question | None) -> Showing:
    """What the conversation shows from now on: the new answer, or what it did if one only grows."""
    title = place.shown.title
    if title is None and question is not None:
        title = title_from(question.text)
    head_id = place.shown.head_id if turn.continues else turn.assistant_message_id
    return Showing(head_id, title)
