"""The tree of messages: whatever is asked, edited and regenerated, every branch reads as it was."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.chat_house import ChatHouse, add_person, chat_house
from tests.support.scripted_model import FINISHED, ScriptedModel

from arcano.chat.answer_again import AgainDraft, regenerate
from arcano.chat.domain import Message, MessageId
from arcano.chat.errors import ConversationNotFoundError, MessageNotFoundError
from arcano.chat.repository import ConversationRepository
from arcano.providers import Parameters, TextDelta

AS_BEFORE = AgainDraft(None, None, Parameters())

DEEDS = st.lists(
    st.tuples(st.sampled_from(["ask", "edit", "begin", "regenerate"]), st.integers(0, 30)),
    min_size=1,
    max_size=10,
)


@given(deeds=DEEDS)
@settings(max_examples=12)
def test_the_tree_is_what_a_simple_model_of_it_says(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int]]
) -> None:
    asyncio.run(_grow(tmp_path_factory.mktemp("house"), deeds))


async def _grow(folder: Path, deeds: list[tuple[str, int]]) -> None:
    async with chat_house(folder, model=ScriptedModel(TextDelta("Hm."), FINISHED)) as house:
        parents: dict[MessageId, MessageId | None] = {}
        answers: list[MessageId] = []
        for deed, which in deeds:
            chosen = answers[which % len(answers)] if answers else None
            await _do(house, deed, chosen, parents, answers)

        everything = await house.database.read(
            lambda c: ConversationRepository(c, house.person).tree(
                house.conversation, before=None, limit=200
            )
        )
        assert {m.id: m.parent_id for m in everything} == parents
        assert [m.id for m in everything] == sorted(parents, reverse=True)
        for message in everything:
            siblings = sorted(i for i, parent in parents.items() if parent == message.parent_id)
            assert list(message.sibling_ids) == siblings
            assert _ids(await house.branch(through=message.id)) == _path(
                parents, _newest_below(parents, message.id)
            )
        assert _ids(await house.branch()) == _path(parents, answers[-1])


async def _do(
    house: ChatHouse,
    deed: str,
    chosen: MessageId | None,
    parents: dict[MessageId, MessageId | None],
    answers: list[MessageId],
) -> None:
    if deed == "regenerate" and chosen is not None:
        turn = await regenerate(await house.message(chosen), AS_BEFORE, beginner=house.beginner())
        await house.hear(turn.id)
    else:
        parent: MessageId | None = None
        if deed == "ask":
            parent = answers[-1] if answers else None
        elif deed == "edit":
            parent = chosen
        place = "at-head" if deed == "ask" else parent
        turn = await house.answer(parent_id=place)
        parents[turn.user_message_id] = parent
    parents[turn.assistant_message_id] = turn.user_message_id
    answers.append(turn.assistant_message_id)


def _path(parents: dict[MessageId, MessageId | None], leaf: MessageId | None) -> list[MessageId]:
    path: list[MessageId] = []
    while leaf is not None:
        path.append(leaf)
        leaf = parents[leaf]
    return path


def _newest_below(parents: dict[MessageId, MessageId | None], top: MessageId) -> MessageId:
    return max(message for message in parents if top in _path(parents, message))


def _ids(messages: list[Message]) -> list[MessageId]:
    return [message.id for message in messages]


async def test_a_long_branch_is_read_page_by_page_without_gap_or_double(house: ChatHouse) -> None:
    for number in range(7):
        await house.answer(f"Question {number}")
    whole = _ids(await house.branch())

    pages: list[MessageId] = []
    before: MessageId | None = None
    while page := _ids(await house.branch(before=before, limit=3)):
        pages += page
        before = page[-1]

    assert pages == whole
    assert len(whole) == 14


async def test_the_branch_that_is_shown_can_be_chosen(house: ChatHouse) -> None:
    first = await house.answer("One")
    await house.answer("Two", parent_id=None)

    await house.database.write(
        lambda c: ConversationRepository(c, house.person).change(
            house.conversation, head_id=first.user_message_id
        )
    )

    assert (await house.branch())[0].id == first.assistant_message_id


async def test_a_message_that_is_not_there_opens_no_branch(house: ChatHouse) -> None:
    await house.answer()

    with pytest.raises(MessageNotFoundError):
        await house.branch(through=MessageId("nothing"))
    with pytest.raises(MessageNotFoundError):
        await house.database.write(
            lambda c: ConversationRepository(c, house.person).change(
                house.conversation, head_id="nothing"
            )
        )


async def test_a_stranger_sees_nothing_of_a_conversation(house: ChatHouse) -> None:
    turn = await house.answer()
    stranger = await add_person(house.database, house.clock, "stranger")

    def looks(repository: ConversationRepository) -> list[object]:
        found: list[object] = []
        for look in (
            lambda: repository.one(house.conversation),
            lambda: repository.tree(house.conversation, before=None, limit=10),
            lambda: repository.branch(house.conversation, through=None, before=None, limit=10),
            lambda: repository.message(turn.assistant_message_id),
            lambda: repository.role_of(house.conversation, turn.user_message_id),
        ):
            try:
                found.append(look())
            except (ConversationNotFoundError, MessageNotFoundError):
                continue
        return found

    seen = await house.database.read(lambda c: looks(ConversationRepository(c, stranger)))
    listed = await house.database.read(
        lambda c: ConversationRepository(c, stranger).newest(before=None, limit=10)
    )
    assert (seen, listed) == ([], [])


Change = Callable[[ConversationRepository, ChatHouse], None]

CHANGES: list[Change] = [
    lambda repository, house: repository.change(house.conversation, title="Mine"),
    lambda repository, house: repository.mark_deleted(house.conversation, now=house.clock.now()),
    lambda repository, house: repository.restore(house.conversation),
]


@pytest.mark.parametrize("change", CHANGES)
async def test_a_stranger_can_neither_change_nor_delete_nor_restore(
    house: ChatHouse, change: Change
) -> None:
    stranger = await add_person(house.database, house.clock, "stranger")

    with pytest.raises(ConversationNotFoundError):
        await house.database.write(lambda c: change(ConversationRepository(c, stranger), house))
