"""Hearing an answer: the same events for everybody, from any number on, with one ending."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection
from tests.support.chat_house import ChatHouse, chat_house
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from typing_extensions import override

from arcano.chat.domain import text_of
from arcano.chat.errors import TurnNotFoundError
from arcano.chat.follow_turn import follow_turn
from arcano.chat.live_log import Entry
from arcano.chat.run_turn import MAX_ANSWER
from arcano.platform.database import Database, T
from arcano.platform.errors import StorageError
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.keys import FixedKeys, KeyRing, new_key
from arcano.platform.secrets.texts import MARK, Texts
from arcano.providers import (
    ModelEvent,
    PhaseEntered,
    ProviderOverloadedError,
    ReasoningDelta,
    RefusalDelta,
    StreamCutError,
    TextDelta,
    ToolCallDelta,
)


def kinds(events: list[tuple[int, Entry]]) -> list[str]:
    return [kind for _, (kind, _) in events]


def words(events: list[tuple[int, Entry]]) -> str:
    return "".join(orjson.loads(data)["text"] for _, (kind, data) in events if kind == "text-delta")


async def test_the_events_of_an_answer_come_in_order_and_end_once(house: ChatHouse) -> None:
    house.says(
        ScriptedModel(
            PhaseEntered("model-loading"), ReasoningDelta("Hm."), TextDelta("Yes."), FINISHED
        )
    )

    turn = await house.ask()
    events = await house.hear(turn.id)

    assert kinds(events) == [
        "turn-started",
        "context",
        "phase",
        "phase",
        "reasoning-delta",
        "phase",
        "text-delta",
        "usage",
        "turn-finished",
    ]
    assert [sequence for sequence, _ in events] == list(range(1, 10))


async def test_live_and_stored_readers_hear_the_same_bytes(house: ChatHouse) -> None:
    pause = Pause()
    house.says(ScriptedModel(TextDelta("One, "), pause, TextDelta("two."), FINISHED))
    turn = await house.ask()

    async with asyncio.TaskGroup() as readers:
        early = readers.create_task(house.hear(turn.id))
        await pause.reached.wait()
        late = readers.create_task(house.hear(turn.id, after=2))
        pause.go_on()
    stored = await house.hear(turn.id)

    assert early.result() == stored
    assert late.result() == stored[2:]
    assert words(stored) == text_of((await house.message(turn.assistant_message_id)).content)


async def test_a_number_the_log_does_not_have_gives_everything_again(house: ChatHouse) -> None:
    turn = await house.answer()

    events = await house.hear(turn.id, after=1000)

    assert events[0][0] == 1
    assert kinds(events)[0] == "turn-started"


async def test_a_turn_that_does_not_exist_is_not_found(house: ChatHouse) -> None:
    turn = await house.answer()

    with pytest.raises(TurnNotFoundError):
        await house.hear(type(turn.id)("no-such-turn"))


async def test_a_failure_keeps_what_was_written_and_says_what_to_do(house: ChatHouse) -> None:
    busy = ProviderOverloadedError("Slow down.", retry_after=timedelta(seconds=30))
    house.says(ScriptedModel(TextDelta("Sal"), busy))

    turn = await house.answer()

    events = await house.hear(turn.id)
    assert orjson.loads(events[-1][1][1]) == {
        "type": "turn-failed",
        "code": "provider-overloaded",
        "message": "Slow down.",
        "retryable": True,
        "retry_after": 30,
        "provider_request_id": None,
    }
    message = await house.message(turn.assistant_message_id)
    assert text_of(message.content) == "Sal"
    assert message.failure is not None
    assert message.failure.code == "provider-overloaded"


async def test_a_stream_without_an_end_is_a_failure(house: ChatHouse) -> None:
    house.says(ScriptedModel(TextDelta("Half an ans")))

    turn = await house.answer()

    assert turn.status == "failed"
    assert turn.failure is not None
    assert turn.failure.code == "stream-cut"


async def test_a_bug_in_a_model_ends_the_turn_without_its_details(house: ChatHouse) -> None:
    house.says(ScriptedModel(TextDelta("So "), ZeroDivisionError("secret detail")))

    turn = await house.answer()

    assert turn.failure is not None
    assert turn.failure.code == "internal-error"
    assert "secret detail" not in turn.failure.message


async def test_a_refusal_is_what_the_person_reads(house: ChatHouse) -> None:
    house.says(ScriptedModel(RefusalDelta("I would rather not."), FINISHED))

    turn = await house.answer()

    message = await house.message(turn.assistant_message_id)
    assert text_of(message.content) == "I would rather not."


async def test_a_reader_that_leaves_disturbs_nobody(house: ChatHouse) -> None:
    pause = Pause()
    house.says(ScriptedModel(TextDelta("One"), pause, FINISHED))
    turn = await house.ask()
    async with asyncio.TaskGroup() as readers:
        leaving = readers.create_task(house.hear(turn.id))
        staying = readers.create_task(house.hear(turn.id))
        await pause.reached.wait()
        await asyncio.sleep(0)
        leaving.cancel()
        pause.go_on()

    assert kinds(staying.result())[-1] == "turn-finished"


PIECES = st.lists(
    st.one_of(
        st.builds(TextDelta, st.text(min_size=1)),
        st.builds(ReasoningDelta, st.text(min_size=1)),
        st.just(ToolCallDelta(0, "call", "name", "{}")),
        st.just(PhaseEntered("waiting", 3, 1.5)),
    ),
    max_size=20,
)


@given(pieces=PIECES, after=st.integers(0, 50), cut=st.booleans())
@example(pieces=[ReasoningDelta(f"{MARK}no"), TextDelta(f"{MARK}yes")], after=0, cut=False)
def test_whatever_a_model_says_readers_and_message_agree(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[ModelEvent],
    after: int,
    cut: bool,
) -> None:
    asyncio.run(_agree(tmp_path_factory.mktemp("house"), pieces, after, cut=cut))


async def _agree(folder: Path, pieces: list[ModelEvent], after: int, *, cut: bool) -> None:
    ending = StreamCutError("Cut.") if cut else FINISHED
    # With a key, as every server has: words that begin like sealed ones are sealed in any case.
    texts = Texts(SecretBox(FixedKeys(KeyRing((new_key(place="a test"),)))))
    async with chat_house(folder, model=ScriptedModel(*pieces, ending), texts=texts) as house:
        turn = await house.ask()
        live = await house.hear(turn.id)
        stored = await house.hear(turn.id, after=after)

        assert stored == (live[after:] if after <= len(live) else live)
        assert [number for number, _ in live] == list(range(1, len(live) + 1))
        assert sum(kind.startswith("turn-") for kind in kinds(live)) == 2
        message = await house.message(turn.assistant_message_id)
        said = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
        assert words(live) == said == text_of(message.content)


class Unsteady(Database):
    """A database that cannot be read now and then."""

    def __init__(self, database: Database, *, refuses: set[int]) -> None:
        self._database = database
        self._refuses = refuses
        self.reads = 0

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        self.reads += 1
        if self.reads in self._refuses:
            raise StorageError("Another program holds the database. Close it and try again.")
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        return await self._database.write(unit)


async def test_a_database_that_fails_for_a_moment_does_not_break_what_is_heard(
    tmp_path: Path,
) -> None:
    pause = Pause()
    async with chat_house(
        tmp_path, model=ScriptedModel(TextDelta("Yes."), pause, FINISHED)
    ) as writer:
        turn = await writer.ask()
        await pause.reached.wait()
        await writer.keeper.store()
        database = Unsteady(writer.database, refuses={2})
        async with chat_house(tmp_path, model=ScriptedModel(FINISHED)) as other:
            stretches = follow_turn(
                turn.id, after=0, viewer=writer.person, runner=other.runner, database=database
            )
            async with aclosing(stretches):
                first = await anext(stretches)
                pause.go_on()
                await writer.hear(turn.id)
                rest = [entry async for stretch in stretches for entry in stretch.entries]

    assert database.reads > 2
    assert [kind for kind, _ in [*first.entries, *rest]][-1] == "turn-finished"


async def test_an_answer_without_end_is_ended_and_what_came_is_kept(house: ChatHouse) -> None:
    piece = "x" * 1_000_000
    house.says(ScriptedModel(*[TextDelta(piece)] * 21, FINISHED))

    turn = await house.answer("Never stop.")
    message = await house.message(turn.assistant_message_id)

    assert turn.failure is not None
    assert (turn.failure.code, turn.failure.retryable) == ("answer-too-long", False)
    assert len(text_of(message.content)) == MAX_ANSWER
