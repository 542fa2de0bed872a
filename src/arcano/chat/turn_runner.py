"""The turns this process is writing: started, stopped, drained, and each given its one ending."""

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from arcano.chat.asked_with import SIGNED_IN, AskedWith
from arcano.chat.domain import Failure, MessageId, PathMessage, Status, Turn, TurnId
from arcano.chat.errors import TurnEndedElsewhereError
from arcano.chat.events import (
    ClosingEvent,
    ContextRead,
    Phase,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
    TurnStarted,
    TurnStopped,
)
from arcano.chat.live_log import KeptWords, LiveLog, encoded
from arcano.chat.notices import Notice, NoticeName, Notices
from arcano.chat.reading.load import corrected
from arcano.chat.reading.prepare import Reading, Readings
from arcano.chat.reading.weight import Weight
from arcano.chat.run_turn import failed, run_turn, unforeseen
from arcano.chat.starts import Start, Starts
from arcano.chat.turn_repository import Ending, Question, end_turn
from arcano.identity import UserId
from arcano.inference import Call, Chosen, Inference
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import ArcanoError, ServerDrainingError
from arcano.platform.ids import new_id
from arcano.platform.logs import running_turn
from arcano.providers import TokenUsage

logger = logging.getLogger(__name__)

STOP_WAIT_SECONDS = 1.0
RETRY_STORE_SECONDS = 1.0

STATUS_OF: dict[str, Status] = {
    "turn-finished": "finished",
    "turn-stopped": "stopped",
    "turn-failed": "failed",
    "turn-interrupted": "interrupted",
}


@dataclass(slots=True, eq=False)
class LiveTurn:
    """A turn being written here.

    `question` is what was asked just now, until it is sent; None where an old question is asked again.
    `ends_early` is the ending it is to have if it is cut short; `begun` tells whether its task runs:
    a task that is cancelled before its first step never runs at all, and could write no ending.
    """

    log: LiveLog
    question: Question | None
    start: Start
    weight: Weight | None = None
    """How much the model was given to read."""
    task: asyncio.Task[None] | None = None
    begun: bool = False
    ends_early: ClosingEvent | None = None
    asked_with: AskedWith = SIGNED_IN


class TurnRunner:
    """Runs turns inside `tasks`, the application's task group."""

    def __init__(
        self,
        *,
        database: Database,
        inference: Inference,
        clock: Clock,
        notices: Notices,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.id = new_id()
        self.starts = Starts()
        self._database = database
        self._inference = inference
        self._clock = clock
        self._notices = notices
        self._tasks = tasks
        self.readings = Readings(database=database, inference=inference, clock=clock)
        self._live: dict[TurnId, LiveTurn] = {}
        self._answers: dict[MessageId, LiveTurn] = {}
        self._barred: Counter[UserId] = Counter()
        self._drain_until: float | None = None
        self._interrupts = False
        self._beginnings: set[asyncio.Task[Turn | Exception]] = set()

    def refuse_if_draining(self) -> None:
        """Take nothing new while the server goes down.

        Raises:
            ServerDrainingError: Try again in a moment, with the server's successor.
        """
        if self._drain_until is not None:
            raise ServerDrainingError("The server is restarting. Try again in a moment.")

    async def see_through(self, beginning: Coroutine[Any, Any, Turn]) -> Turn:
        """Begin a turn, to the end: what was written also runs, though whoever asked has left meanwhile."""
        task = self._tasks.create_task(_outcome(beginning))
        self._beginnings.add(task)
        task.add_done_callback(self._beginnings.discard)
        outcome = await asyncio.shield(task)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def start(
        self,
        turn: Turn,
        start: Start,
        *,
        kept: KeptWords,
        question: Question | None,
        asked_with: AskedWith = SIGNED_IN,
    ) -> None:
        """Begin to write. An answer that `question` follows is waited for; None: it is an old question.

        `start` is told as soon as the model was asked.
        """
        live = LiveTurn(LiveLog(turn, kept=kept), question, start, asked_with=asked_with)
        live.log.append(TurnStarted(turn.model, turn.assistant_message_id))
        if self._interrupts:
            live.ends_early = TurnInterrupted()
        self._live[turn.id] = live
        self._answers[turn.assistant_message_id] = live
        self._tell("turn-started", turn, "running")
        live.task = self._tasks.create_task(self._run(live), name=f"turn {turn.id}")

    def live_log(self, turn_id: TurnId, viewer: UserId) -> LiveLog | None:
        """The log of a turn being written here, if the viewer may hear it."""
        live = self._live.get(turn_id)
        return live.log if live is not None and live.log.turn.owner_id == viewer else None

    def logs(self) -> list[LiveLog]:
        return [live.log for live in self._live.values()]

    @property
    def unstored_events(self) -> int:
        """How many events the running turns have that the database has not yet."""
        return sum(live.log.last_sequence - live.log.stored for live in self._live.values())

    async def stop(self, turn_id: TurnId, viewer: UserId) -> None:
        """End a turn at a person's wish. Returns when it has ended, or is about to."""
        live = self._live.get(turn_id)
        if live is None or live.log.turn.owner_id != viewer:
            return
        self._cut_short(live, TurnStopped())
        try:
            async with asyncio.timeout(STOP_WAIT_SECONDS):
                await live.log.ended()
        except TimeoutError:
            logger.warning("turn %s has not stopped within %ss", turn_id, STOP_WAIT_SECONDS)

    def times_barred(self, user_id: UserId) -> int:
        """How often all turns of this person were stopped; by another number, so was one that only began then."""
        return self._barred[user_id]

    async def stop_all_of(self, user_id: UserId, *, within: float = STOP_WAIT_SECONDS) -> bool:
        """End every turn of somebody who may not come in any more, what they asked in others' conversations too.

        Returns whether all have ended by then.
        """
        self._barred[user_id] += 1
        turns = [(live, live.log.turn) for live in self._live.values()]
        theirs = [live for live, turn in turns if user_id in (turn.owner_id, turn.asker)]
        for live in theirs:
            self._cut_short(live, TurnStopped())
        try:
            async with asyncio.timeout(within):
                for live in theirs:
                    await live.log.ended()
        except TimeoutError:
            return False
        return True

    async def drain(self, seconds: float) -> None:
        """Take nothing new, let the running turns end, and interrupt those that take longer.

        Asked again, it waits no longer than was said the first time.
        """
        loop = asyncio.get_running_loop()
        if self._drain_until is None:
            self._drain_until = loop.time() + seconds
        try:
            async with asyncio.timeout_at(self._drain_until):
                await self._all_ended()
        except TimeoutError:
            self.interrupt()
            await self._all_ended()

    def interrupt(self) -> None:
        """End every turn now; what was written is kept and can be continued."""
        self._drain_until, self._interrupts = 0.0, True
        for live in self._live.values():
            self._cut_short(live, TurnInterrupted())

    def let_go(self) -> None:
        """Give up what still cannot be stored, after draining. The reaper of the next start ends it."""
        for live in self._live.values():
            if live.task is not None:
                live.task.cancel()

    async def _all_ended(self) -> None:
        if self._beginnings:
            await asyncio.wait(self._beginnings)
        for live in list(self._live.values()):
            await live.log.ended()

    def _cut_short(self, live: LiveTurn, ending: ClosingEvent) -> None:
        if live.log.sealed or live.ends_early is not None:
            return
        live.ends_early = ending
        if live.begun and live.task is not None:
            live.task.cancel()

    async def _run(self, live: LiveTurn) -> None:
        live.begun = True
        running_turn.set(live.log.turn.id)
        usage: TokenUsage | None = None
        closing = live.ends_early
        if closing is None:
            try:
                closing, usage = await self._answer(live)
            except asyncio.CancelledError:
                closing = live.ends_early or TurnInterrupted()
                if live.task is not None:
                    # The cancellation was ours and has done its work; what follows must be written.
                    live.task.uncancel()
        live.start.under_way()
        await self._end(live, closing, usage)

    async def _answer(self, live: LiveTurn) -> tuple[ClosingEvent, TokenUsage | None]:
        log = live.log
        await self._wait_for_answer_before(live)
        # Who asks an old question again wants another answer than the one that was kept.
        anew = live.question is None
        try:
            chosen = await self._inference.look_up(log.turn.model, log.turn.asker)
            reading = await self._reading(live, chosen)
            call = Call(
                reading.request,
                log.turn.asker,
                log.turn.conversation_id,
                anew=anew,
                input_tokens=reading.told.total,
                message_id=log.turn.assistant_message_id,
                rooms=reading.rooms,
                key=live.asked_with.key,
                door=live.asked_with.door,
                group_ids=live.asked_with.groups,
            )
            del reading
            events = self._inference.stream(call)
        except ArcanoError as failure:
            return failed(failure), None
        except Exception:
            logger.exception("turn %s could not begin", log.turn.id)
            return unforeseen(), None
        return await run_turn(events, log=log, start=live.start)

    async def _wait_for_answer_before(self, live: LiveTurn) -> None:
        """Let an answer that the question follows be written first: it belongs to what is asked."""
        if live.question is None or live.question.parent_id is None:
            return
        before = self._answers.get(live.question.parent_id)
        if before is not None and not before.log.closed:
            live.start.under_way()
            live.log.append(Phase("waiting"))
            await before.log.ended()

    async def _reading(self, live: LiveTurn, chosen: Chosen) -> Reading:
        turn, log = live.log.turn, live.log
        reading = await self.readings.prepare(
            turn,
            live.question,
            chosen,
            asked_with=live.asked_with,
            continues=turn.continues and bool(log.kept.text),
            tell=log.append,
        )
        # From here on the request has it. An answer may take an hour; the question need not stay.
        live.question = None
        live.weight = reading.weight
        log.append(reading.told)
        return reading

    async def _end(self, live: LiveTurn, closing: ClosingEvent, usage: TokenUsage | None) -> None:
        """Store the ending, then let the readers hear it: what they hear is always on disk."""
        log = live.log
        log.sealed = True
        self._learn(live)
        try:
            await self._store(log, closing, usage)
        except Exception as refused:  # noqa: BLE001 - any: the other turns live in the same group of tasks
            # Tell the reader now, and keep trying: the text must not be lost with the process.
            closing = _not_stored(refused, log)
            log.close(closing)
            await self._store_at_last(log, closing, usage)
        self._remember(log)
        if not log.closed:
            log.close(closing)
        self._live.pop(log.turn.id, None)
        if self._answers.get(log.turn.assistant_message_id) is live:
            del self._answers[log.turn.assistant_message_id]
        self._tell("turn-ended", log.turn, STATUS_OF[closing.type])

    def _learn(self, live: LiveTurn) -> None:
        """From what was reported, if one model read it all and said how much that was."""
        tokens = _tokens_read(live.log)
        if tokens is not None and live.weight is not None:
            model = live.log.counted[0].model
            self.readings.learned(live.log.turn, model, live.weight, tokens=tokens)

    def _remember(self, log: LiveLog) -> None:
        """So that the question which follows finds its conversation without reading it."""
        turn = log.turn
        self.readings.answered(
            turn,
            PathMessage(
                turn.assistant_message_id,
                "assistant",
                log.text,
                turn.user_message_id,
                depth=0,
                thoughts=tuple(log.thoughts.kept),
            ),
        )

    async def _store(self, log: LiveLog, closing: ClosingEvent, usage: TokenUsage | None) -> None:
        entries = log.since(0).entries
        ending = Ending(
            status=STATUS_OF[closing.type],
            text=log.text,
            reasoning=log.reasoning,
            usage=usage,
            failure=failure_of(closing),
            finish_reason=closing.finish_reason if isinstance(closing, TurnFinished) else None,
            answered_by=log.answered_by,
            from_cache=log.from_cache,
            entries=entries if log.closed else [*entries, encoded(closing)],
            ended_at=self._clock.now(),
            thoughts=log.thoughts.kept,
            context=_as_counted(log),
        )
        try:
            await self._database.write(lambda connection: end_turn(connection, log.turn, ending))
        except TurnEndedElsewhereError:
            logger.warning("turn %s was given its ending by another process", log.turn.id)

    async def _store_at_last(
        self, log: LiveLog, closing: ClosingEvent, usage: TokenUsage | None
    ) -> None:
        stored = False
        while not stored:
            await asyncio.sleep(RETRY_STORE_SECONDS)
            with suppress(Exception):  # it was told when it failed first
                await self._store(log, closing, usage)
                stored = True

    def _tell(self, name: NoticeName, turn: Turn, status: Status) -> None:
        notice = Notice(name, turn.conversation_id, turn.id, status)
        for person in {turn.owner_id, turn.asker}:
            self._notices.publish(person, notice)


def _not_stored(refused: Exception, log: LiveLog) -> TurnFailed:
    """The ending that a reader hears whose answer cannot be written now."""
    if isinstance(refused, ArcanoError):
        logger.warning("turn %s cannot be stored yet: %s", log.turn.id, refused.detail)
        return failed(refused)
    logger.error("turn %s cannot be stored yet", log.turn.id, exc_info=refused)
    return unforeseen()


def _tokens_read(log: LiveLog) -> int | None:
    """What one model reported to have read of this; None where several did, or none said."""
    if len(log.counted) != 1 or log.counted[0].usage is None:
        return None
    if log.from_cache is not None and log.from_cache.kind == "similar":
        return None  # it read another question
    return log.counted[0].usage.input_tokens


def _as_counted(log: LiveLog) -> ContextRead | None:
    tokens = _tokens_read(log)
    if log.context is None or not tokens:
        return log.context
    return corrected(log.context, tokens)


def failure_of(closing: ClosingEvent) -> Failure | None:
    """What a message remembers of a failed ending."""
    if isinstance(closing, TurnFailed):
        return Failure(
            closing.code, closing.message, closing.retryable, closing.provider_request_id
        )
    return None


async def _outcome(beginning: Coroutine[Any, Any, Turn]) -> Turn | Exception:
    """What it gives or raises. Raised in a task of the application's group, an error would end them all."""
    try:
        return await beginning
    except Exception as refused:  # noqa: BLE001 - raised again where it is waited for
        return refused
