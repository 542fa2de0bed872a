"""What a model is given to read: the newest of the branch that fits, begun alike from turn to turn, and told in numbers."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from tests.support.chat_house import ChatHouse, an_inference, chat_house
from tests.support.context_told import policy, texts, told
from tests.support.reading_models import StrictModel, WordModel, words_in
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from typing_extensions import override

from arcano.chat.domain import ContextPolicy
from arcano.chat.reading.fit import SLIDE_TO, Weighed, first_kept
from arcano.chat.reading.load import Load
from arcano.chat.reading.prepare import Readings
from arcano.chat.reading.window import window_of
from arcano.inference import Chosen
from arcano.platform.database import Database
from arcano.providers import ModelFinished, Parameters, StreamCutError, TextDelta, TokenUsage

T = TypeVar("T")
NO_USAGE = ModelFinished("stop", None)
"""A provider that does not say what it read: everything stays an estimate."""


async def long_talk(house: ChatHouse, turns: int) -> None:
    for number in range(turns):
        await house.answer(f"Question {number}: " + "how is it " * 10)


def a_silent_counter() -> ScriptedModel:
    return ScriptedModel(TextDelta("Good morning."), NO_USAGE)


async def test_a_branch_that_fits_is_sent_whole(house: ChatHouse) -> None:
    model = house.says(a_silent_counter())
    await house.answer("One")
    turn = await house.answer("Two")

    assert texts(model.asked[1]) == ["One", "Good morning.", "Two"]
    context = await told(house, turn.id)
    assert (context["dropped_messages"], context["summarised_messages"]) == (0, 0)
    assert context["total"] == context["history"] + context["question"]
    assert context["limit"] is None
    assert not context["exact"]


async def test_what_does_not_fit_is_left_out_from_the_beginning_in_whole_exchanges(
    house: ChatHouse,
) -> None:
    model = house.says(a_silent_counter())
    house.models.context_tokens = 400
    await long_talk(house, 11)
    turn = await house.answer("Question 11: " + "how is it " * 10)

    context = await told(house, turn.id)
    sent = model.asked[-1].messages
    assert sent[0].role == "user"
    assert "Question 11" in texts(model.asked[-1])[-1]
    assert context["dropped_messages"] > 0
    assert context["dropped_messages"] % 2 == 0
    assert context["dropped_messages"] + len(sent) == 23
    assert context["total"] <= 400 - context["reserve"]
    answer = await house.message(turn.assistant_message_id)
    assert answer.left_out is not None
    assert answer.left_out.dropped_messages == context["dropped_messages"]


async def test_what_is_sent_begins_alike_until_the_window_is_full_again(house: ChatHouse) -> None:
    """So that vendors find it in their caches: it grows at its end, and steps are rare."""
    model = house.says(a_silent_counter())
    house.models.context_tokens = 800
    for number in range(40):
        await house.answer(f"Question {number}: " + "how is it " * 5)

    steps = 0
    for before, after in pairwise(model.asked):
        if after.messages[: len(before.messages)] != before.messages:
            steps += 1
    assert 1 <= steps <= 8


async def test_the_beginning_is_the_same_after_a_restart(tmp_path: Path) -> None:
    model = a_silent_counter()
    async with chat_house(tmp_path, model=model) as house:
        house.models.context_tokens = 400
        for number in range(24):
            await house.answer(f"Question {number}: " + "how is it " * 5)
        person, conversation = house.person, house.conversation
        before = model.asked[-1]
    assert before.messages[0] != model.asked[0].messages[0]

    async with chat_house(tmp_path, model=model) as house:
        house.models.context_tokens = 400
        house.person, house.conversation = person, conversation
        await house.answer("And now?")

    assert model.asked[-1].messages[: len(before.messages)] == before.messages


async def test_a_larger_window_takes_up_again_what_was_left_out(house: ChatHouse) -> None:
    model = house.says(a_silent_counter())
    house.models.context_tokens = 300
    for number in range(8):
        await house.answer(f"Question {number}: " + "how is it " * 10)
    assert len(model.asked[-1].messages) < 15

    house.models.context_tokens = 100_000
    await house.answer("And now?")

    assert len(model.asked[-1].messages) == 17


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_gave_way_to_one_long_answer_is_taken_up_again_after_it(
    house: ChatHouse, *, restarted: bool
) -> None:
    model = house.says(a_silent_counter())
    house.models.context_tokens = 800
    for number in range(13):
        await house.answer(f"Question {number}: " + "how is it " * 10)
    sent = len(model.asked[-1].messages)
    await house.answer("Now at length.", parameters=Parameters(max_tokens=400))
    assert len(model.asked[-1].messages) < sent
    if restarted:
        house.runner.readings.forget(house.conversation)

    await house.answer("And now?")

    assert len(model.asked[-1].messages) == sent + 4


async def test_a_question_that_does_not_fit_by_itself_is_refused_before_anything_is_sent(
    house: ChatHouse,
) -> None:
    model = house.says(a_silent_counter())
    house.models.context_tokens = 400

    turn = await house.answer("word " * 1_000)

    assert model.asked == []
    assert turn.failure is not None
    assert turn.failure.code == "context-too-long"
    assert "more than scripted can read at once (300; 100 are kept" in turn.failure.message
    assert "Shorten it" in turn.failure.message


async def test_where_nobody_knows_the_window_the_provider_says_what_is_too_much(
    house: ChatHouse,
) -> None:
    model = house.says(a_silent_counter())

    await house.answer("word " * 150_000)

    assert len(model.asked) == 1


async def test_under_the_policy_to_refuse_the_person_is_told_by_how_much(house: ChatHouse) -> None:
    model = house.says(a_silent_counter())
    house.models.context_tokens = 300
    await policy(house, "refuse")
    for number in range(3):
        await house.answer(f"Question {number}: " + "how is it " * 5)
    answered = len(model.asked)

    turn = await house.answer("And a longer one: " + "how is it " * 100)

    assert len(model.asked) == answered
    assert turn.failure is not None
    assert turn.failure.code == "context-too-long"
    assert "more than scripted can read at once" in turn.failure.message
    assert "left out or summarised" in turn.failure.message
    await policy(house, "slide")
    await house.answer("Then leave out the oldest: " + "how is it " * 100)
    assert len(model.asked) == answered + 1


async def test_what_is_kept_for_the_answer_is_what_was_asked_for() -> None:
    assert window_of(8_000, max_tokens=None).reserve == 2_000
    assert window_of(8_000, max_tokens=500).room == 7_500
    assert window_of(8_000, max_tokens=100_000).room == 4_000
    assert window_of(1_000_000, max_tokens=None).reserve == 16_384


async def test_an_answer_is_asked_to_be_no_longer_than_fits_beside_the_question(
    house: ChatHouse,
) -> None:
    """Some servers refuse what might not fit, however short the answer would have been."""
    model = StrictModel(limit=400)
    house.says(model)
    house.models.context_tokens = 400
    long = Parameters(max_tokens=350)

    turns = [await house.answer("how is it " * 10, parameters=long) for _ in range(12)]

    assert [turn.failure for turn in turns if turn.failure] == []
    asked = [request.parameters.max_tokens or 0 for request in model.asked]
    assert asked[0] == 350
    assert all(200 <= tokens < 350 for tokens in asked[2:])
    assert turns[-1].parameters == long


async def test_a_long_answer_is_asked_for_as_it_is_where_nobody_knows_the_window(
    house: ChatHouse,
) -> None:
    model = house.says(a_silent_counter())

    await house.answer("Hello?", parameters=Parameters(max_tokens=500_000))

    assert model.asked[0].parameters.max_tokens == 500_000


async def test_near_the_limit_the_models_own_tokenizer_decides(house: ChatHouse) -> None:
    """By estimate it would be too much; it is not, so nothing is left out."""
    model = WordModel(TextDelta("Good morning."))
    house.says(model)
    house.models.context_tokens = 200
    for _ in range(3):
        await house.answer("antidisestablishmentarianism " * 12)
    assert model.counted != []

    turn = await house.answer("antidisestablishmentarianism " * 12)

    assert len(model.asked[-1].messages) == 7
    assert (await told(house, turn.id))["dropped_messages"] == 0


async def test_far_from_the_limit_nobody_is_asked_to_count(house: ChatHouse) -> None:
    model = WordModel()
    house.says(model)
    house.models.context_tokens = 8_000

    for _ in range(3):
        await house.answer("How is it?")

    assert model.counted == []


async def test_what_the_model_reports_corrects_what_was_told_and_the_next_estimate(
    house: ChatHouse,
) -> None:
    model = WordModel()
    house.says(model)
    house.models.context_tokens = 8_000

    first = await house.answer("how is it now " * 40)
    second = await house.answer("how is it now " * 40)

    assert first.context is not None
    assert first.context.exact
    assert first.context.total == words_in(model.asked[0])
    estimate = await told(house, second.id)
    assert not estimate["exact"]
    assert estimate["spread"] == 0.05
    reported = words_in(model.asked[1])
    assert abs(estimate["total"] - reported) <= 0.1 * reported


async def test_a_conversation_goes_on_without_reading_it_back(house: ChatHouse) -> None:
    """What is kept is what is on disk: a message changed behind its back shows that it was not read."""
    model = house.says(a_silent_counter())
    first = await house.answer("One")
    await house.database.write(
        lambda c: c.exec_driver_sql(
            "UPDATE messages SET content = '[]' WHERE id = ?", (first.user_message_id,)
        )
    )

    await house.answer("Two")

    assert texts(model.asked[1]) == ["One", "Good morning.", "Two"]


async def test_a_gauge_looked_at_while_an_answer_is_written_keeps_nothing_of_it_half(
    house: ChatHouse,
) -> None:
    pause = Pause()
    model = house.says(ScriptedModel(TextDelta("Half. "), pause, TextDelta("Whole."), NO_USAGE))
    turn = await house.ask("One")
    await pause.reached.wait()
    chosen = Chosen("scripted", 8_000, "scripted")

    load = await house.runner.readings.look(
        house.person, house.conversation, turn.assistant_message_id, chosen, max_tokens=None
    )
    pause.go_on()
    await house.hear(turn.id)
    await house.answer("Two")

    assert load.told().history > 0
    assert texts(model.asked[1]) == ["One", "Half. Whole.", "Two"]


async def test_a_look_that_began_before_a_change_is_not_kept_after_it(house: ChatHouse) -> None:
    turn = await house.answer("One")
    database = HeldReads(house.database)
    inference = an_inference(house.models, house.clock)
    readings = Readings(database=database, inference=inference, clock=house.clock)

    async def look() -> Load:
        chosen = Chosen("scripted", 8_000, "scripted")
        leaf = turn.assistant_message_id
        return await readings.look(house.person, house.conversation, leaf, chosen, max_tokens=None)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(look())
        await database.pause.reached.wait()
        await policy(house, "refuse")
        readings.forget(house.conversation)
        database.pause.go_on()

    assert (await look()).branch.policy == ContextPolicy("refuse")


class HeldReads(Database):
    """What was read comes when the test says so, as it was then."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pause = Pause()

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        read = await self.database.read(unit)
        await self.pause.wait()
        return read

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        return await self.database.write(unit)


async def test_each_branch_is_read_as_it_is(house: ChatHouse) -> None:
    model = house.says(a_silent_counter())
    first = await house.answer("One")
    await house.answer("Two")

    await house.answer("Another two", parent_id=first.assistant_message_id)
    await house.answer("A new beginning", parent_id=None)
    await house.answer("Three", parent_id=first.assistant_message_id)

    assert [texts(request)[-2:] for request in model.asked[2:]] == [
        ["Good morning.", "Another two"],
        ["A new beginning"],
        ["Good morning.", "Three"],
    ]
    assert texts(model.asked[4]) == ["One", "Good morning.", "Three"]


async def test_an_answer_that_failed_before_its_first_word_is_not_sent(house: ChatHouse) -> None:
    house.says(ScriptedModel(StreamCutError("Cut.")))
    await house.answer("One")
    model = house.says(ScriptedModel(TextDelta("ok"), FINISHED))

    await house.answer("Two")

    assert [message.role for message in model.asked[0].messages] == ["user", "user"]


exchanges = st.lists(
    st.tuples(st.floats(1, 200), st.lists(st.floats(0, 200), max_size=2)), max_size=30
)


@given(exchanges, st.lists(st.floats(1, 300), min_size=1, max_size=2), st.floats(1, 3_000))
def test_whatever_the_branch_and_the_limit_what_is_sent_fits_and_holds_the_newest_question(
    before: list[tuple[float, list[float]]], asked: list[float], room: float
) -> None:
    branch = [
        message
        for question, answers in before
        for message in (Weighed("user", question), *(Weighed("assistant", a) for a in answers))
    ]
    place_asked = len(branch)
    roles = ("user", "assistant")
    branch += [Weighed(role, tokens) for role, tokens in zip(roles, asked, strict=False)]

    place = first_kept(branch, asked=place_asked, room=room)

    newest = sum(message.tokens for message in branch[place_asked:])
    if place is None:
        assert newest > room
        return
    sent = sum(message.tokens for message in branch[place:])
    assert place <= place_asked
    assert sent <= room + 1e-6
    assert branch[place].role == "user"
    if place:
        assert sum(message.tokens for message in branch) > room
        assert sent <= room * SLIDE_TO + 1e-6 or place == place_asked


@pytest.mark.parametrize("limit", [20, 90, 333, 2_000])
async def test_in_a_tree_of_real_messages_too_what_is_sent_fits(
    house: ChatHouse, limit: int
) -> None:
    model = house.says(a_silent_counter())
    house.models.context_tokens = limit
    turns = [await house.answer("Root")]
    for number in range(14):
        parent = turns[(number * 7) % len(turns)].assistant_message_id
        text = f"Q{number} " + "чай 茶 tea " * (number % 5)
        sent = len(model.asked)
        turn = await house.answer(text, parent_id=parent)
        if turn.failure is not None:
            assert turn.failure.code == "context-too-long"
            assert len(model.asked) == sent
            continue
        turns.append(turn)
        context = await told(house, turn.id)
        assert context["total"] <= limit - context["reserve"]
        assert texts(model.asked[-1])[-1] == text


async def test_a_usage_that_is_a_lie_bends_the_estimate_only_so_far(house: ChatHouse) -> None:
    house.says(ScriptedModel(TextDelta("ok"), ModelFinished("stop", TokenUsage(1, 1))))
    house.models.context_tokens = 1_000
    await long_talk(house, 80)

    turn = await house.answer("And now?")

    context = await told(house, turn.id)
    assert context["dropped_messages"] > 0
