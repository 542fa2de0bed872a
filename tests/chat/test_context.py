"""What a model is given to read: the newest of the branch, never cut in silence."""

from tests.support.chat_house import ChatHouse
from tests.support.scripted_model import FINISHED, ScriptedModel

from arcano.chat.context import CHARACTERS_PER_TOKEN, read_context
from arcano.providers import StreamCutError, TextDelta


async def test_a_branch_that_fits_is_sent_whole(house: ChatHouse) -> None:
    first = await house.answer("One")
    second = await house.answer("Two")

    context = await house.database.read(
        lambda c: read_context(
            c,
            house.person,
            house.conversation,
            second.user_message_id,
            context_tokens=None,
        )
    )

    assert first.id != second.id
    assert [message.role for message in context.messages] == ["user", "assistant", "user"]
    assert context.dropped == 0


async def test_what_does_not_fit_is_left_out_from_the_beginning(house: ChatHouse) -> None:
    for _ in range(5):
        await house.answer("x" * 100)
    last = await house.answer("y" * 100)

    context = await house.database.read(
        lambda c: read_context(
            c,
            house.person,
            house.conversation,
            last.user_message_id,
            context_tokens=400 // CHARACTERS_PER_TOKEN,
        )
    )

    assert len(context.messages) + context.dropped == 11
    assert 0 < context.dropped < 11
    assert context.messages[-1].role == "user"


async def test_a_question_larger_than_the_window_is_sent_all_the_same(house: ChatHouse) -> None:
    """The provider's own refusal is a clearer answer than an empty question."""
    turn = await house.answer("x" * 1000)

    context = await house.database.read(
        lambda c: read_context(
            c, house.person, house.conversation, turn.user_message_id, context_tokens=10
        )
    )

    assert len(context.messages) == 1


async def test_the_reader_is_told_what_was_left_out(house: ChatHouse) -> None:
    for _ in range(4):
        await house.answer("x" * 500)
    house.models.context_tokens = 300

    turn = await house.ask("And now?")
    events = await house.hear(turn.id)

    assert any(b'"context-shortened"' in data for _, (_, data) in events)


async def test_an_answer_that_failed_before_its_first_word_is_not_sent(house: ChatHouse) -> None:
    house.says(ScriptedModel(StreamCutError("Cut.")))
    await house.answer("One")
    model = house.says(ScriptedModel(TextDelta("ok"), FINISHED))

    await house.answer("Two")

    assert [message.role for message in model.asked[0].messages] == ["user", "user"]
