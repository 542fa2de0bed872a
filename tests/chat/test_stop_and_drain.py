"""Ending a turn early: by a person, by the server going down, by a process that died."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, delete
from tests.support.chat_house import ChatHouse, add_conversation, chat_house
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from typing_extensions import override

from arcano.chat.begin_turn import Writing
from arcano.chat.domain import MessageId, Turn, text_of
from arcano.chat.follow_turn import follow_turn
from arcano.chat.keep_turns import STORE_EVERY
from arcano.chat.notices import Notice
from arcano.chat.tables import CONVERSATIONS
from arcano.chat.turn_repository import Question, Showing, TurnRepository, stored_events
from arcano.platform.ids import new_id
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.errors import SecretKeyError
from arcano.platform.secrets.keys import KeyRing, KeySource, new_key
from arcano.platform.secrets.texts import Texts
from arcano.providers import Parameters, ReasoningDelta, TextDelta


async def a_turn_in_the_middle(house: ChatHouse) -> tuple[ScriptedModel, Pause]:
    pause = Pause()
    model = house.says(ScriptedModel(TextDelta("Half a "), pause, TextDelta("word."), FINISHED))
    return model, pause


async def test_stopping_reaches_the_model_and_keeps_the_text(house: ChatHouse) -> None:
    model, pause = await a_turn_in_the_middle(house)
    turn = await house.ask()
    await pause.reached.wait()

    await house.runner.stop(turn.id, house.person)

    assert model.closed == 1
    assert (await house.turn(turn.id)).status == "stopped"
    assert text_of((await house.message(turn.assistant_message_id)).content) == "Half a "
    events = await house.hear(turn.id)
    assert events[-1][1][0] == "turn-stopped"


async def test_stopping_twice_or_too_late_changes_nothing(house: ChatHouse) -> None:
    turn = await house.answer()

    await house.runner.stop(turn.id, house.person)
    await house.runner.stop(turn.id, house.person)

    assert (await house.turn(turn.id)).status == "finished"


async def test_a_turn_stopped_before_its_first_word_ends_all_the_same(house: ChatHouse) -> None:
    house.says(ScriptedModel(Pause(), FINISHED))
    turn = await house.ask()

    await house.runner.stop(turn.id, house.person)

    assert (await house.turn(turn.id)).status == "stopped"
    assert (await house.the_conversation()).running_turn_ids == ()


async def test_draining_lets_a_quick_answer_finish(house: ChatHouse) -> None:
    _, pause = await a_turn_in_the_middle(house)
    turn = await house.ask()
    await pause.reached.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(house.runner.drain(5))
        await asyncio.sleep(0)
        pause.go_on()

    assert (await house.turn(turn.id)).status == "finished"


async def test_draining_interrupts_what_takes_too_long_and_keeps_the_text(
    house: ChatHouse,
) -> None:
    _, pause = await a_turn_in_the_middle(house)
    turn = await house.ask()
    await pause.reached.wait()

    await house.runner.drain(0.05)

    message = await house.message(turn.assistant_message_id)
    assert (message.status, text_of(message.content)) == ("interrupted", "Half a ")


async def test_what_is_being_written_is_stored_on_the_way(house: ChatHouse) -> None:
    _, pause = await a_turn_in_the_middle(house)
    turn = await house.ask()
    await pause.reached.wait()

    await house.keeper.store()
    await house.keeper.store()

    stretches = await house.database.read(lambda c: TurnRepository(c, house.person).events(turn.id))
    assert [kind for s in stretches for kind, _ in s.entries] == [
        "turn-started",
        "context",
        "phase",
        "text-delta",
    ]
    pause.go_on()
    assert [kind for _, (kind, _) in await house.hear(turn.id)].count("text-delta") == 2


async def test_the_turns_of_a_dead_process_are_closed_with_all_their_text(tmp_path: Path) -> None:
    pause = Pause()
    script = ScriptedModel(ReasoningDelta("Hm."), TextDelta("Half a "), pause, FINISHED)
    async with chat_house(tmp_path, model=script) as dead:
        turn = await dead.ask()
        await pause.reached.wait()
        await dead.keeper.store()

        async with chat_house(tmp_path, model=ScriptedModel(FINISHED)) as heir:
            assert await heir.keeper.reap(alone=False) == 0
            heir.clock.pass_by(timedelta(seconds=4))
            assert await heir.keeper.reap(alone=False) == 1
            assert await heir.keeper.reap(alone=False) == 0

        message = await dead.message(turn.assistant_message_id)
        assert (message.status, text_of(message.content)) == ("interrupted", "Half a ")
        assert message.reasoning == "Hm."
        pause.go_on()

    assert (turn.status, message.status) == ("running", "interrupted")


async def test_a_process_that_was_taken_for_dead_does_not_write_a_second_ending(
    tmp_path: Path,
) -> None:
    pause = Pause()
    script = ScriptedModel(TextDelta("Half a "), pause, TextDelta("word."), FINISHED)
    async with chat_house(tmp_path, model=script) as slow:
        turn = await slow.ask()
        await pause.reached.wait()
        await slow.keeper.store()
        async with chat_house(tmp_path, model=ScriptedModel(FINISHED)) as heir:
            await heir.keeper.reap(alone=True)

        pause.go_on()
        live = slow.runner.live_log(turn.id, slow.person)
        if live is not None:
            await live.ended()

        stored = await slow.hear(turn.id)
        assert [kind for _, (kind, _) in stored][-1] == "turn-interrupted"
        assert text_of((await slow.message(turn.assistant_message_id)).content) == "Half a "


async def test_a_lease_is_renewed_while_the_process_lives(house: ChatHouse) -> None:
    _, pause = await a_turn_in_the_middle(house)
    await house.ask()
    await pause.reached.wait()
    house.clock.pass_by(timedelta(minutes=5))

    await house.keeper.renew_and_reap()

    assert len((await house.the_conversation()).running_turn_ids) == 1
    pause.go_on()


async def test_silence_is_told_apart_from_death_by_ticks(house: ChatHouse) -> None:
    _, pause = await a_turn_in_the_middle(house)
    turn = await house.ask()
    await pause.reached.wait()
    stretches = follow_turn(
        turn.id, after=4, viewer=house.person, runner=house.runner, database=house.database
    )
    assert (await anext(stretches)).entries == []
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(anext(stretches))
        await asyncio.sleep(0)
        await house.keeper.tick()

    assert waiting.result().entries == []
    pause.go_on()
    await stretches.aclose()


async def test_other_tabs_are_told_when_a_turn_starts_and_ends(house: ChatHouse) -> None:
    with house.notices.listening(house.person) as queue:
        turn = await house.answer()

        assert queue.get_nowait() == Notice("turn-started", house.conversation, turn.id, "running")
        assert queue.get_nowait() == Notice("turn-ended", house.conversation, turn.id, "finished")


async def test_a_question_that_is_being_written_when_the_server_goes_down_is_interrupted(
    house: ChatHouse,
) -> None:
    house.says(ScriptedModel(Pause(), FINISHED))
    loop, reached, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def plan(_connection: Connection, _shown: Showing) -> Writing:
        loop.call_soon_threadsafe(reached.set)
        go_on.wait(10)
        return Writing(
            Question("Quick?", None), MessageId(new_id()), MessageId(new_id()), "scripted"
        )

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        begun = house.beginner().begin(
            house.conversation,
            client_message_id=None,
            asked={},
            parameters=Parameters(),
            plan=plan,
        )
        asking = tasks.create_task(begun)
        await reached.wait()
        asking.cancel()
        tasks.create_task(house.runner.drain(0.05))
        await asyncio.sleep(0.2)
        go_on.set()

    answer, _ = await house.branch()
    assert answer.status == "interrupted"
    assert (await house.the_conversation()).running_turn_ids == ()


class KeyThatGoes(KeySource):
    """A key that cannot be read for a while, as when its file has lost its mode."""

    def __init__(self) -> None:
        self.is_there = True
        self._ring = KeyRing((new_key(place="a test"),))

    @property
    @override
    def ring(self) -> KeyRing:
        if not self.is_there:
            raise SecretKeyError("Others can read it. Take that from them: chmod 600 secret.key")
        return self._ring


async def test_an_answer_that_cannot_be_sealed_ends_alone_and_is_stored_once_it_can_be(
    tmp_path: Path,
) -> None:
    key, pause = KeyThatGoes(), Pause()
    texts = Texts(SecretBox(key), sealing=True)
    model = ScriptedModel(TextDelta("Half a "), pause, TextDelta("word."), FINISHED)
    async with chat_house(tmp_path, model=model, texts=texts) as house:
        turn = await house.ask()
        await pause.reached.wait()
        key.is_there = False
        pause.go_on()

        heard = await house.hear(turn.id)
        key.is_there = True
        while (await house.turn(turn.id)).status == "running":  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.05)

        assert heard[-1][1][0] == "turn-failed"
        message = await house.message(turn.assistant_message_id)
        assert text_of(message.content) == "Half a word."
        house.says(ScriptedModel(TextDelta("Yes."), FINISHED))
        assert (await house.answer("Still there?")).status == "finished"


async def test_words_that_cannot_be_written_end_the_answer_and_not_what_came_before(
    house: ChatHouse,
) -> None:
    house.says(ScriptedModel(TextDelta("Half a "), TextDelta("\ud83d"), FINISHED))
    turn = await house.ask()

    async with asyncio.timeout(5):
        heard = await house.hear(turn.id)

    message = await house.message(turn.assistant_message_id)
    assert heard[-1][1][0] == "turn-failed"
    assert (message.status, text_of(message.content)) == ("failed", "Half a ")


async def test_what_is_deleted_under_its_writer_keeps_no_other_answer_from_being_stored(
    house: ChatHouse,
) -> None:
    others = await add_conversation(house.database, house.clock, house.person)
    turns: list[Turn] = []
    pauses: list[Pause] = []
    for conversation in (house.conversation, others):
        pause = Pause()
        house.says(ScriptedModel(TextDelta("Half a "), pause, FINISHED))
        turns.append(await house.ask(conversation=conversation))
        await pause.reached.wait()
        pauses.append(pause)
    gone, left = turns
    await house.database.write(
        lambda c: c.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.id == gone.conversation_id))
    )

    await house.keeper.store()

    stored = await house.database.read(lambda c: stored_events(c, left.id))
    assert [name for stretch in stored for name, _ in stretch.entries][-1] == "text-delta"
    for pause in pauses:
        pause.go_on()
    await house.hear(left.id)
    assert (await house.turn(left.id)).status == "finished"


async def test_a_deed_by_the_clock_that_fails_as_nobody_foresaw_is_done_again(
    tmp_path: Path,
) -> None:
    key, pause = KeyThatGoes(), Pause()
    texts = Texts(SecretBox(key), sealing=True)
    model = ScriptedModel(TextDelta("Half a "), pause, FINISHED)
    async with chat_house(tmp_path, model=model, texts=texts) as house:
        turn = await house.ask()
        await pause.reached.wait()
        keeping = house.tasks.create_task(house.keeper.keep())
        key.is_there = False
        await asyncio.sleep(3 * STORE_EVERY)
        key.is_there = True
        while not await house.database.read(  # noqa: ASYNC110 - rows tell nobody
            lambda c: stored_events(c, turn.id)
        ):
            await asyncio.sleep(0.05)
        keeping.cancel()
        pause.go_on()
