"""An answer that a route gives: who writes it is told and kept, also when another goes on with it."""

from pathlib import Path

import orjson
from tests.support.chat_house import chat_house
from tests.support.scripted_model import FINISHED, OneModel, ScriptedModel
from typing_extensions import override

from arcano.chat.domain import Answerer, text_of
from arcano.inference import Conditions, FixedRoutes, Route, Target
from arcano.providers import (
    FoundModel,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    StreamCutError,
    TextDelta,
)


class TwoModels(OneModel):
    """`first` and `second`, each as the test has it."""

    def __init__(self, first: ScriptedModel, second: ScriptedModel) -> None:
        super().__init__(first)
        self.second = second

    @override
    async def find(self, model_id: str) -> FoundModel:
        if model_id == "second":
            return FoundModel(self.second, "second", None)
        return await super().find("scripted")


ROUTE = Route("scripted", (Target("a", "first", rank=0), Target("b", "second", rank=1)))


async def test_another_model_goes_on_where_one_broke_off(tmp_path: Path) -> None:
    first = ScriptedModel(TextDelta("The quick brown "), StreamCutError("It broke."))
    second = ScriptedModel(TextDelta("fox jumps."), FINISHED)
    async with chat_house(
        tmp_path, model=first, models=TwoModels(first, second), routes=FixedRoutes([ROUTE])
    ) as house:
        turn = await house.ask("Tell me.")
        heard = await house.hear(turn.id)
        message = await house.message(turn.assistant_message_id)

    events = [orjson.loads(data) for _, (_, data) in heard]
    switches = [event for event in events if event["type"] == "target-switched"]
    assert text_of(message.content) == "The quick brown fox jumps."
    assert message.status == "finished"
    assert message.answered_by == Answerer("second", "b", None)
    assert [(s["from_target"], s["to_target"], s["after_first_token"]) for s in switches] == [
        ("a", "b", True)
    ]
    assert second.asked[0].continues


async def test_older_messages_are_left_out_where_no_target_may_be_sent_more(tmp_path: Path) -> None:
    """Its models could read a hundred times as much; whoever made the route said how much they are sent."""
    first, second = (ScriptedModel(TextDelta("Yes."), FINISHED) for _ in range(2))
    targets = (
        Target("a", "first", rank=0, conditions=Conditions(max_input_tokens=200)),
        Target("b", "second", rank=1, conditions=Conditions(max_input_tokens=300)),
    )
    models = TwoModels(first, second)
    models.context_tokens = 30_000
    async with chat_house(
        tmp_path,
        model=first,
        models=models,
        routes=FixedRoutes([Route("scripted", targets)]),
    ) as house:
        turns = [await house.answer("How is it? " * 10) for _ in range(20)]

    assert [turn.failure for turn in turns if turn.failure] == []
    told = [turn.context for turn in turns if turn.context]
    assert max(context.total for context in told) <= 300
    assert told[-1].dropped_messages > 0
    assert first.asked
    assert second.asked


async def test_a_model_that_answers_for_itself_is_not_named_twice(tmp_path: Path) -> None:
    model = ScriptedModel(TextDelta("Yes."), FINISHED)
    async with chat_house(tmp_path, model=model) as house:
        turn = await house.answer()
        message = await house.message(turn.assistant_message_id)

    assert message.answered_by is None


async def test_when_everybody_fails_the_reader_hears_of_all(tmp_path: Path) -> None:
    first = ScriptedModel(StreamCutError("It broke."))
    second = ScriptedModel(ProviderOverloadedError("Too many ask."))
    async with chat_house(
        tmp_path, model=first, models=TwoModels(first, second), routes=FixedRoutes([ROUTE])
    ) as house:
        turn = await house.answer()

    assert turn.failure is not None
    assert turn.failure.retryable
    assert "Too many ask." in turn.failure.message or "It broke." in turn.failure.message


async def test_a_model_by_itself_is_asked_again_however_often_it_failed(tmp_path: Path) -> None:
    """Nobody else can be asked: its own error, each time anew, says more than a rest would."""
    model = ScriptedModel(ProviderRefusedKeyError("The key is wrong."))
    async with chat_house(tmp_path, model=model) as house:
        for _ in range(8):
            turn = await house.answer()
            assert turn.failure is not None
            assert turn.failure.message == "The key is wrong."

    assert len(model.asked) == 8


async def test_the_variant_is_kept_with_the_message(tmp_path: Path) -> None:
    model = ScriptedModel(TextDelta("Yes."), FINISHED)
    routes = FixedRoutes([Route("scripted", (Target("a", "scripted", variant="A"),))])
    async with chat_house(tmp_path, model=model, routes=routes) as house:
        turn = await house.answer()
        message = await house.message(turn.assistant_message_id)

    assert message.answered_by == Answerer("scripted", "a", "A")
