"""Asking: the question is kept before anything else, and sending it twice asks once."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from tests.support.chat_house import ChatHouse, add_conversation, add_person, chat_house
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel

from arcano.chat.begin_turn import Writing
from arcano.chat.domain import MessageId, text_of
from arcano.chat.errors import (
    ClientMessageIdReusedError,
    ConversationNotFoundError,
    MessageNotFoundError,
    NotAParentError,
    TurnNotFoundError,
)
from arcano.chat.turn_repository import Question, Showing, TurnRepository
from arcano.identity import NotSignedInError, UserId
from arcano.identity.domain import PersonState
from arcano.platform.errors import ServerDrainingError
from arcano.platform.ids import new_id
from arcano.providers import Parameters, TextDelta


async def test_the_question_and_its_answer_stand_in_the_conversation(house: ChatHouse) -> None:
    turn = await house.answer("What time is it?")

    answer, question = await house.branch()
    assert (question.role, text_of(question.content)) == ("user", "What time is it?")
    assert (answer.role, text_of(answer.content)) == ("assistant", "Good morning.")
    assert answer.parent_id == question.id
    assert (turn.status, answer.status) == ("finished", "finished")
    assert answer.finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.output_tokens == 2


async def test_the_question_is_stored_while_the_model_is_still_silent(house: ChatHouse) -> None:
    pause = Pause()
    house.says(ScriptedModel(pause, FINISHED))

    turn = await house.ask("Are you there?")

    question = await house.message(turn.user_message_id)
    assert text_of(question.content) == "Are you there?"
    assert (await house.message(turn.assistant_message_id)).status == "running"
    assert (await house.the_conversation()).running_turn_ids == (turn.id,)
    pause.go_on()


async def test_the_model_reads_the_branch_and_nothing_else(house: ChatHouse) -> None:
    first = await house.answer("One")
    await house.answer("Elsewhere", parent_id=None)
    model = house.says(ScriptedModel(TextDelta("ok"), FINISHED))

    await house.answer("Two", parent_id=first.assistant_message_id)

    (request,) = model.asked
    said = [(message.role, message.parts[0]) for message in request.messages]
    assert [(role, part.text) for role, part in said if part.type == "text"] == [
        ("user", "One"),
        ("assistant", "Good morning."),
        ("user", "Two"),
    ]


async def test_ten_equal_sendings_at_once_make_one_message(house: ChatHouse) -> None:
    turns = await asyncio.gather(
        *(house.ask("Once", client_message_id="the-same") for _ in range(10))
    )

    assert len({turn.id for turn in turns}) == 1
    await house.hear(turns[0].id)
    assert len(await house.branch()) == 2


async def test_the_same_id_with_another_body_is_refused(house: ChatHouse) -> None:
    await house.ask("One", client_message_id="used")

    with pytest.raises(ClientMessageIdReusedError):
        await house.ask("Two", client_message_id="used")


async def test_a_sending_repeated_after_a_restart_gives_the_same_turn(tmp_path: Path) -> None:
    async with chat_house(tmp_path, model=ScriptedModel(FINISHED)) as before:
        turn = await before.ask("Once", client_message_id="the-same")
        person, conversation = before.person, before.conversation
        await before.hear(turn.id)

    async with chat_house(tmp_path, model=ScriptedModel(FINISHED)) as after:
        again = await after.ask(
            "Once", client_message_id="the-same", viewer=person, conversation=conversation
        )

    assert again.id == turn.id


async def test_editing_a_question_makes_a_sibling_and_keeps_the_old_branch(
    house: ChatHouse,
) -> None:
    first = await house.answer("Tpyo")
    second = await house.answer("Typo", parent_id=None)

    shown = await house.branch()
    assert [text_of(message.content) for message in shown] == ["Good morning.", "Typo"]
    assert shown[1].sibling_ids == (first.user_message_id, second.user_message_id)
    older = await house.branch(through=first.user_message_id)
    assert [message.id for message in older] == [
        first.assistant_message_id,
        first.user_message_id,
    ]


async def test_a_question_cannot_follow_a_question(house: ChatHouse) -> None:
    turn = await house.answer()

    with pytest.raises(NotAParentError):
        await house.ask(parent_id=turn.user_message_id)


async def test_a_parent_from_another_conversation_is_not_found(house: ChatHouse) -> None:
    turn = await house.answer()
    other = await add_conversation(house.database, house.clock, house.person)

    with pytest.raises(MessageNotFoundError):
        await house.ask(parent_id=turn.assistant_message_id, conversation=other)
    with pytest.raises(MessageNotFoundError):
        await house.ask(parent_id=MessageId("no-such-message"))


async def test_a_stranger_finds_neither_conversation_nor_turn(house: ChatHouse) -> None:
    turn = await house.answer()
    stranger = await add_person(house.database, house.clock, "stranger")

    with pytest.raises(ConversationNotFoundError):
        await house.ask(viewer=stranger)
    with pytest.raises(TurnNotFoundError):
        await house.database.read(lambda c: TurnRepository(c, stranger).one(turn.id))
    assert house.runner.live_log(turn.id, stranger) is None


async def test_the_next_question_waits_for_the_answer_before_it(house: ChatHouse) -> None:
    pause = Pause()
    house.says(ScriptedModel(TextDelta("slow"), pause, FINISHED))
    first = await house.ask("First")
    await pause.reached.wait()
    model = house.says(ScriptedModel(TextDelta("quick"), FINISHED))

    second = await house.ask("Second")
    pause.go_on()
    events = await house.hear(second.id)

    assert b'"waiting"' in events[1][1][1]
    assert [
        part.text for m in model.asked[0].messages for part in m.parts if part.type == "text"
    ] == [
        "First",
        "slow",
        "Second",
    ]
    assert (await house.turn(first.id)).status == "finished"


async def test_nothing_is_begun_once_the_server_drains(house: ChatHouse) -> None:
    await house.runner.drain(0)

    with pytest.raises(ServerDrainingError):
        await house.ask()
    assert await house.branch() == []


async def test_the_conversation_takes_its_title_from_the_first_question(house: ChatHouse) -> None:
    await house.answer("How tall is the *old* lighthouse? I always wondered.")
    await house.answer("And the new one?")

    assert (await house.the_conversation()).title == "How tall is the old lighthouse?"


async def test_whoever_was_disabled_a_moment_ago_begins_no_turn(house: ChatHouse) -> None:
    model = house.says(ScriptedModel(TextDelta("Yes?"), FINISHED))
    await put_in_state(house, house.person, "disabled")

    with pytest.raises(NotSignedInError):
        await house.ask("Am I still let in?")

    assert model.asked == []
    assert (await house.the_conversation()).running_turn_ids == ()


async def test_a_guest_who_was_disabled_begins_no_turn_in_somebody_elses_conversation(
    house: ChatHouse,
) -> None:
    guest = await add_person(house.database, house.clock, "guest")
    await put_in_state(house, guest, "disabled")

    with pytest.raises(NotSignedInError):
        await house.ask("May I?", asked_by=guest)


async def test_nobody_begins_to_write_in_a_conversation_whose_owner_is_being_deleted(
    house: ChatHouse,
) -> None:
    guest = await add_person(house.database, house.clock, "guest")
    await put_in_state(house, house.person, "leaving")

    with pytest.raises(ConversationNotFoundError):
        await house.ask("Anybody home?", asked_by=guest)


async def test_what_a_disabled_owner_shared_is_still_written_in(house: ChatHouse) -> None:
    guest = await add_person(house.database, house.clock, "guest")
    await put_in_state(house, house.person, "disabled")

    assert await house.ask("Shall we go on?", asked_by=guest)


async def test_a_turn_that_was_being_begun_while_its_person_was_barred_is_stopped(
    house: ChatHouse,
) -> None:
    loop = asyncio.get_running_loop()
    house.says(ScriptedModel(Pause(), FINISHED))

    def barred_meanwhile(_: Connection, __: Showing) -> Writing:
        asyncio.run_coroutine_threadsafe(house.runner.stop_all_of(house.person), loop).result()
        question = Question("Quick, before they notice", None)
        return Writing(question, MessageId(new_id()), MessageId(new_id()), "scripted")

    turn = await house.beginner().begin(
        house.conversation,
        client_message_id=None,
        asked={},
        parameters=Parameters(),
        plan=barred_meanwhile,
    )

    assert (await house.turn(turn.id)).status == "stopped"


async def test_a_question_is_answered_also_when_whoever_asked_leaves_while_it_is_written(
    house: ChatHouse,
) -> None:
    # Gone after so many steps of the loop: before it was written, meanwhile, and after.
    for steps in range(40):
        once = f"left after {steps}"
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(house.ask(parent_id=None, client_message_id=once))
            for _ in range(steps):
                await asyncio.sleep(0)
            asking.cancel()

        turn = await house.ask(parent_id=None, client_message_id=once)
        async with asyncio.timeout(5):
            await house.hear(turn.id)
        assert (await house.turn(turn.id)).status == "finished", once


async def test_what_a_guest_asked_is_stopped_with_the_guest(house: ChatHouse) -> None:
    guest = await add_person(house.database, house.clock, "guest")
    house.says(ScriptedModel(Pause(), FINISHED))
    turn = await house.ask("Go on without me", asked_by=guest)

    await house.runner.stop_all_of(guest)

    assert (await house.turn(turn.id)).status == "stopped"


async def put_in_state(house: ChatHouse, user_id: UserId, state: PersonState) -> None:
    await house.database.write(
        lambda c: c.execute(
            text("UPDATE users SET state = :state WHERE id = :id"), {"id": user_id, "state": state}
        )
    )
