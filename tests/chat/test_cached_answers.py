"""Asking what was asked before: the turn says that its answer was kept, and so does its message."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.support.chat_house import ChatHouse, chat_house
from tests.support.context_told import told
from tests.support.embedding_bench import ScriptedVectors
from tests.support.scripted_model import OneModel, Pause, ScriptedModel
from typing_extensions import override

from arcano.chat.answer_again import AgainDraft, regenerate
from arcano.chat.domain import FromCache, text_of
from arcano.inference import CacheSettings
from arcano.providers import (
    Embeddings,
    FoundModel,
    ModelFinished,
    Parameters,
    ReasoningDelta,
    TextDelta,
    TokenUsage,
)

KEPT = CacheSettings(answers="all")
FINISHED = ModelFinished("stop", TokenUsage(30, 12))


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel(ReasoningDelta("Hm."), TextDelta("Good "), TextDelta("morning."), FINISHED)


@pytest.fixture
async def house(tmp_path: Path, model: ScriptedModel) -> AsyncGenerator[ChatHouse]:
    async with chat_house(tmp_path, model=model, cache=KEPT) as house:
        yield house


async def heard(house: ChatHouse, turn_id: Any) -> list[dict[str, Any]]:
    return [orjson.loads(data) for _, (_, data) in await house.hear(turn_id)]


async def test_a_kept_answer_is_labelled_on_the_turn_and_on_its_message(
    house: ChatHouse, model: ScriptedModel
) -> None:
    await house.answer("Hello?", parent_id=None)
    given_at = house.clock.now()
    house.clock.pass_by(timedelta(minutes=5))

    turn = await house.answer("Hello?", parent_id=None)
    events = await heard(house, turn.id)
    message = await house.message(turn.assistant_message_id)

    assert [event["type"] for event in events] == [
        "turn-started",
        "context",
        "answered-from-cache",
        "phase",
        "reasoning-delta",
        "phase",
        "text-delta",
        "turn-finished",
    ]
    assert events[2] == {
        "at": given_at.isoformat(),
        "kind": "same",
        "saved_tokens": 42,
        "type": "answered-from-cache",
    }
    assert message.from_cache == FromCache(given_at, "same", 42)
    assert (text_of(message.content), message.reasoning) == ("Good morning.", "Hm.")
    assert message.usage is None, "nothing was used"
    assert len(model.asked) == 1


class OneMeaning(ScriptedVectors):
    """All texts mean the same."""

    @override
    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        return Embeddings(tuple((1.0, 0.0) for _ in texts))


class ModelAndVectors(OneModel):
    @override
    async def find(self, model_id: str) -> FoundModel:
        if model_id == "vectors":
            return FoundModel(OneMeaning(), "vectors", None)
        return await super().find(model_id)


async def test_what_was_read_for_a_similar_question_is_not_told_of_this_one(
    tmp_path: Path, model: ScriptedModel
) -> None:
    similar = CacheSettings(answers="all", similar_model="vectors")
    async with chat_house(
        tmp_path, model=model, models=ModelAndVectors(model), cache=similar
    ) as house:
        asked = await house.answer("How high is it? " * 10, parent_id=None)
        turn = await house.answer("How tall?", parent_id=None)
        again = await house.answer("And why is that?")
        estimate, later = await told(house, turn.id), await told(house, again.id)

    assert asked.context is not None
    assert (asked.context.total, asked.context.exact) == (30, True)
    assert turn.context is not None
    assert (turn.context.total, turn.context.exact) == (estimate["total"], False)
    assert later["spread"] > 0.05, "nothing was learned of how this conversation is read"


async def test_an_answer_that_was_asked_for_has_no_label(house: ChatHouse) -> None:
    turn = await house.answer()

    assert (await house.message(turn.assistant_message_id)).from_cache is None


async def test_regenerating_asks_anew_and_that_answer_is_kept_from_then_on(
    house: ChatHouse, model: ScriptedModel
) -> None:
    await house.answer("Hello?", parent_id=None)
    second = await house.answer("Hello?", parent_id=None)
    model.lines = (TextDelta("Good evening."), FINISHED)

    answer = await house.message(second.assistant_message_id)
    again = await regenerate(
        answer, AgainDraft(None, None, Parameters()), beginner=house.beginner()
    )
    await house.hear(again.id)
    third = await house.answer("Hello?", parent_id=None)

    asked_anew = await house.message(again.assistant_message_id)
    kept = await house.message(third.assistant_message_id)
    assert (text_of(asked_anew.content), asked_anew.from_cache) == ("Good evening.", None)
    assert text_of(kept.content) == "Good evening."
    assert kept.from_cache is not None
    assert len(model.asked) == 2


async def test_the_same_words_after_another_conversation_are_another_question(
    house: ChatHouse, model: ScriptedModel
) -> None:
    await house.answer("Hello?", parent_id=None)

    follow_up = await house.answer("Hello?")

    assert (await house.message(follow_up.assistant_message_id)).from_cache is None
    assert len(model.asked) == 2


async def test_two_tabs_that_ask_at_once_share_one_answer_and_the_second_says_so(
    house: ChatHouse, model: ScriptedModel
) -> None:
    pause = Pause()
    model.lines = (TextDelta("Good "), pause, TextDelta("morning."), FINISHED)
    first = await house.ask("Hello?", parent_id=None)
    await pause.reached.wait()
    second = await house.ask("Hello?", parent_id=None)
    await heard_so_far(house, second.id)
    pause.go_on()
    await house.hear(first.id)
    await house.hear(second.id)

    answers = [await house.message(turn.assistant_message_id) for turn in (first, second)]
    assert [text_of(answer.content) for answer in answers] == ["Good morning."] * 2
    assert [answer.from_cache and answer.from_cache.kind for answer in answers] == [
        None,
        "together",
    ]
    assert len(model.asked) == 1


async def heard_so_far(house: ChatHouse, turn_id: Any) -> None:
    """Returns once the first words were heard."""
    log = house.runner.live_log(turn_id, house.person)
    assert log is not None
    async for _ in log.follow(0):
        if log.text:
            return


async def test_stopping_one_of_two_tabs_leaves_the_other_its_answer(
    house: ChatHouse, model: ScriptedModel
) -> None:
    pause = Pause()
    model.lines = (TextDelta("Good "), pause, TextDelta("morning."), FINISHED)
    first = await house.ask("Hello?", parent_id=None)
    await pause.reached.wait()
    second = await house.ask("Hello?", parent_id=None)
    await heard_so_far(house, second.id)

    await house.runner.stop(first.id, house.person)
    pause.go_on()
    await house.hear(second.id)

    stopped = await house.message(first.assistant_message_id)
    finished = await house.message(second.assistant_message_id)
    assert (text_of(stopped.content), stopped.status) == ("Good ", "stopped")
    assert (text_of(finished.content), finished.status) == ("Good morning.", "finished")


async def test_an_answer_that_was_cut_off_by_a_crash_keeps_its_label(
    tmp_path: Path, model: ScriptedModel
) -> None:
    pause = Pause()
    model.lines = (TextDelta("Good "), pause, FINISHED)
    async with chat_house(tmp_path, model=model, cache=KEPT) as house:
        await house.ask("Hello?", parent_id=None)
        await pause.reached.wait()
        second = await house.ask("Hello?", parent_id=None)
        await heard_so_far(house, second.id)
        await house.keeper.store()
        async with chat_house(tmp_path, model=model, cache=KEPT) as successor:
            await successor.keeper.reap(alone=True)
            message = await house.message(second.assistant_message_id)

    assert message.status == "interrupted"
    assert message.from_cache is not None
    assert message.from_cache.kind == "together"
