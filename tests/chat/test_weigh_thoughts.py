"""What was thought earlier in a conversation: it weighs where it is read, and nothing where it is not."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.chat_house import ChatHouse, chat_house
from tests.support.context_told import policy, told
from tests.support.reading_models import WordModel, words_in
from tests.support.scripted_model import OneModel
from typing_extensions import override

from arcano.chat.domain import ConversationId, MessageId, PathMessage
from arcano.chat.reading.branch import Branch, BranchMessage
from arcano.chat.reading.branches import Branches
from arcano.chat.thoughts import Thought
from arcano.providers import (
    FoundModel,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    ReasoningDelta,
    ReasoningPart,
    ReasoningSealed,
    Seal,
    TextDelta,
    TokenUsage,
)

THOUGHT = "deep thought " * 500
QUESTION = "tell me more about it please " * 4


class ThinkingModel(WordModel):
    """Thinks long before it answers. It does not read again what it thought, unless it `rereads`.

    With `hidden`, nothing of that is shown, and each thought is read again as so many tokens.
    """

    rereads = False
    hidden = 0

    def read(self, request: ModelRequest) -> int:
        thoughts = [
            part.text
            for message in request.messages
            for part in message.parts
            if isinstance(part, ReasoningPart) and (self.rereads or self.hidden)
        ]
        return words_in(request) + len(" ".join(thoughts).split()) + self.hidden * len(thoughts)

    @override
    async def count_tokens(self, request: ModelRequest) -> int:
        await super().count_tokens(request)
        return self.read(request)

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        async for event in super().stream(request):
            if isinstance(event, TextDelta):
                if not self.hidden:
                    yield ReasoningDelta(THOUGHT)
                yield ReasoningSealed(Seal("scripted", "proof"))
            if isinstance(event, ModelFinished):
                yield ModelFinished("stop", TokenUsage(self.read(request), 3))
            else:
                yield event


class Elsewhere(OneModel):
    """The model at a server that can be told from others."""

    place = "here"

    @override
    async def find(self, model_id: str) -> FoundModel:
        found = replace(await super().find("scripted"), place=self.place)
        return replace(found, context_tokens=2_000) if model_id == "small" else found


@pytest.fixture
def model() -> ThinkingModel:
    return ThinkingModel()


@pytest.fixture
async def house(tmp_path: Path, model: ThinkingModel) -> AsyncGenerator[ChatHouse]:
    async with chat_house(tmp_path, model=model, models=Elsewhere(model)) as house:
        yield house


async def test_thoughts_that_a_model_does_not_read_again_push_nothing_out(
    house: ChatHouse, model: ThinkingModel
) -> None:
    house.models.context_tokens = 3_000

    for _ in range(19):
        await house.answer(QUESTION)

    turn = await house.answer(QUESTION)

    assert (await told(house, turn.id))["dropped_messages"] == 0
    assert len(model.asked[-1].messages) == 39


async def test_they_push_nothing_out_either_when_the_conversation_is_read_back(
    house: ChatHouse, model: ThinkingModel
) -> None:
    house.models.context_tokens = 3_000
    for _ in range(20):
        await house.answer(QUESTION)
    house.runner.readings.forget(house.conversation)

    await house.answer(QUESTION)

    assert len(model.asked[-1].messages) == 41


@pytest.mark.parametrize("rereads", [False, True])
async def test_once_the_model_has_reported_what_it_read_the_next_estimate_is_right(
    house: ChatHouse, model: ThinkingModel, *, rereads: bool
) -> None:
    model.can_count, model.rereads = False, rereads
    for _ in range(4):
        await house.answer(QUESTION)

    turn = await house.answer(QUESTION)

    read = model.read(model.asked[-1])
    assert (await told(house, turn.id))["total"] == pytest.approx(read, rel=0.1)


@pytest.mark.parametrize("can_count", [False, True])
@pytest.mark.parametrize("hidden", [0, 700])
async def test_a_model_that_reads_them_again_is_sent_no_more_than_it_can_read(
    house: ChatHouse, model: ThinkingModel, *, can_count: bool, hidden: int
) -> None:
    model.can_count, house.models.context_tokens = can_count, 6_000
    model.rereads, model.hidden = not hidden, hidden

    for _ in range(12):
        await house.answer(QUESTION)

    assert all(model.read(request) <= 4_500 for request in model.asked)
    assert len(model.asked[-1].messages) > 3


async def test_they_take_no_room_from_whoever_summarises(
    house: ChatHouse, model: ThinkingModel
) -> None:
    """It is given the words alone."""
    model.rereads, house.models.context_tokens = True, 8_000
    await policy(house, "summarise", "small")

    turns = [await house.answer(QUESTION) for _ in range(8)]

    contexts = [turn.context for turn in turns if turn.context]
    assert contexts[-1].summarised_messages > 0
    assert [context.dropped_messages for context in contexts] == [0] * 8


def test_what_is_kept_of_them_counts_as_kept() -> None:
    question = PathMessage(MessageId("question"), "user", "Why?", None, 1)
    thoughts = (Thought(Seal("vendor", "proof" * 10), "Hm. " * 10, 0, None),)
    answer = PathMessage(MessageId("answer"), "assistant", "So.", question.id, 2, thoughts=thoughts)
    conversation = ConversationId("conversation")
    branch = Branch((BranchMessage.of(question),), None, complete=True)

    roomy, tight = Branches(most_characters=97), Branches(most_characters=96)
    for branches in (roomy, tight):
        branches.put(conversation, branch.grown(answer))

    assert roomy.get(conversation, answer.id) is not None
    assert tight.get(conversation, answer.id) is None

    roomy.grow(conversation, replace(answer, id=MessageId("later"), parent_id=answer.id))
    roomy.put(ConversationId("another"), branch)

    assert roomy.get(conversation, answer.id) is None


async def test_nothing_is_learned_from_them_for_other_conversations(
    house: ChatHouse, model: ThinkingModel
) -> None:
    model.can_count = False
    await house.answer(QUESTION, parent_id=None)
    estimate = await told(house, (await house.answer(QUESTION, parent_id=None)).id)
    for _ in range(10):
        await house.answer(QUESTION)

    again = await told(house, (await house.answer(QUESTION, parent_id=None)).id)

    assert again["total"] == pytest.approx(estimate["total"], rel=0.1)


async def test_neither_where_their_vendor_shows_nothing_of_them(
    house: ChatHouse, model: ThinkingModel
) -> None:
    model.hidden = 500
    await house.answer(QUESTION)
    before = await told(house, (await house.answer(QUESTION, parent_id=None)).id)
    for _ in range(10):
        await house.answer(QUESTION)

    after = await told(house, (await house.answer(QUESTION, parent_id=None)).id)

    assert after["total"] == pytest.approx(before["total"], rel=0.1)


async def test_a_model_that_is_not_sent_them_has_its_whole_window_for_the_words(
    house: ChatHouse, model: ThinkingModel
) -> None:
    model.can_count = False
    assert isinstance(house.models, Elsewhere)
    for _ in range(10):
        await house.answer(QUESTION)

    house.models.place, house.models.context_tokens = "there", 2_000
    turn = await house.answer(QUESTION)

    assert len(model.asked[-1].messages) == 21
    words = words_in(model.asked[-1])
    assert turn.context is not None
    assert (await told(house, turn.id))["total"] == pytest.approx(words, rel=0.5)
    assert turn.context.total == words
