"""Another answer beside the first, and more of an answer that ended early."""

import pytest
from tests.support.chat_house import ChatHouse
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel

from arcano.chat.answer_again import AgainDraft, continue_reply, regenerate
from arcano.chat.domain import text_of
from arcano.chat.errors import NotAnAnswerError, NothingToContinueError
from arcano.providers import (
    ModelFinished,
    Parameters,
    ReasoningDelta,
    StreamCutError,
    TextDelta,
)

AS_BEFORE = AgainDraft(None, None, Parameters())


async def test_a_new_answer_stands_beside_the_old_one(house: ChatHouse) -> None:
    turn = await house.answer("Hello")
    house.says(ScriptedModel(TextDelta("Good evening."), FINISHED))

    again = await regenerate(
        await house.message(turn.assistant_message_id), AS_BEFORE, beginner=house.beginner()
    )
    await house.hear(again.id)

    shown = await house.branch()
    assert [text_of(message.content) for message in shown] == ["Good evening.", "Hello"]
    assert shown[0].sibling_ids == (turn.assistant_message_id, again.assistant_message_id)
    assert text_of((await house.message(turn.assistant_message_id)).content) == "Good morning."


async def test_a_cut_answer_grows_where_it_ended(house: ChatHouse) -> None:
    house.says(
        ScriptedModel(ReasoningDelta("Hm. "), TextDelta("Once upon "), StreamCutError("Cut."))
    )
    turn = await house.answer("Tell me")
    assert turn.status == "failed"
    model = house.says(ScriptedModel(ReasoningDelta("Ah."), TextDelta("a time."), FINISHED))

    more = await continue_reply(
        await house.message(turn.assistant_message_id), AS_BEFORE, beginner=house.beginner()
    )
    events = await house.hear(more.id)

    message = await house.message(turn.assistant_message_id)
    assert more.assistant_message_id == turn.assistant_message_id
    assert text_of(message.content) == "Once upon a time."
    assert message.reasoning == "Hm. Ah."
    assert (message.status, message.failure) == ("finished", None)
    assert model.asked[0].continues
    assert [m.role for m in model.asked[0].messages] == ["user", "assistant"]
    assert [kind for _, (kind, _) in events].count("text-delta") == 1


async def test_an_answer_that_failed_before_its_first_word_is_simply_asked_again(
    house: ChatHouse,
) -> None:
    house.says(ScriptedModel(StreamCutError("Cut.")))
    turn = await house.answer("Tell me")
    model = house.says(ScriptedModel(TextDelta("Yes."), FINISHED))

    more = await continue_reply(
        await house.message(turn.assistant_message_id), AS_BEFORE, beginner=house.beginner()
    )
    await house.hear(more.id)

    assert not model.asked[0].continues
    assert [m.role for m in model.asked[0].messages] == ["user"]


async def test_an_answer_that_hit_its_limit_can_be_continued(house: ChatHouse) -> None:
    house.says(ScriptedModel(TextDelta("One, two"), ModelFinished("length")))
    turn = await house.answer("Count")
    house.says(ScriptedModel(TextDelta(", three"), FINISHED))

    more = await continue_reply(
        await house.message(turn.assistant_message_id), AS_BEFORE, beginner=house.beginner()
    )
    await house.hear(more.id)

    assert text_of((await house.message(turn.assistant_message_id)).content) == "One, two, three"


async def test_continuing_an_earlier_answer_hides_nothing_that_followed(
    house: ChatHouse,
) -> None:
    house.says(ScriptedModel(TextDelta("Half"), StreamCutError("Cut.")))
    first = await house.answer("One")
    house.says(ScriptedModel(TextDelta(" and whole"), FINISHED))
    second = await house.answer("Two")

    more = await continue_reply(
        await house.message(first.assistant_message_id), AS_BEFORE, beginner=house.beginner()
    )
    await house.hear(more.id)

    shown = await house.branch()
    assert shown[0].id == second.assistant_message_id
    assert text_of(shown[2].content) == "Half and whole"


async def test_a_complete_answer_cannot_be_continued(house: ChatHouse) -> None:
    turn = await house.answer()

    with pytest.raises(NothingToContinueError):
        await continue_reply(
            await house.message(turn.assistant_message_id), AS_BEFORE, beginner=house.beginner()
        )


async def test_an_answer_being_written_cannot_be_continued(house: ChatHouse) -> None:
    pause = Pause()
    house.says(ScriptedModel(pause, FINISHED))
    turn = await house.ask()

    with pytest.raises(NothingToContinueError):
        await continue_reply(
            await house.message(turn.assistant_message_id), AS_BEFORE, beginner=house.beginner()
        )
    pause.go_on()


async def test_a_question_is_not_an_answer(house: ChatHouse) -> None:
    turn = await house.answer()
    question = await house.message(turn.user_message_id)

    with pytest.raises(NotAnAnswerError):
        await regenerate(question, AS_BEFORE, beginner=house.beginner())
    with pytest.raises(NotAnAnswerError):
        await continue_reply(question, AS_BEFORE, beginner=house.beginner())
