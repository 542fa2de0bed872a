"""The list of conversations: newest first, page by page; deleting can be undone for a day."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, text
from tests.support.chat_house import ChatHouse, add_conversation

from arcano.chat.domain import Conversation, ConversationId
from arcano.chat.errors import ConversationNotFoundError
from arcano.chat.repository import ConversationRepository


async def newest(house: ChatHouse, limit: int = 50) -> list[Conversation]:
    return await house.database.read(
        lambda c: ConversationRepository(c, house.person).newest(before=None, limit=limit)
    )


async def test_the_one_that_was_spoken_in_last_comes_first(house: ChatHouse) -> None:
    house.clock.pass_by(timedelta(seconds=1))
    other = await add_conversation(house.database, house.clock, house.person)
    house.clock.pass_by(timedelta(seconds=1))

    await house.answer()

    assert [c.id for c in await newest(house)] == [house.conversation, other]


async def test_pages_meet_without_gap_even_where_times_are_equal(house: ChatHouse) -> None:
    for _ in range(6):
        await add_conversation(house.database, house.clock, house.person)
    whole = [c.id for c in await newest(house)]

    seen: list[ConversationId] = []
    cursor = None
    while page := await house.database.read(
        lambda c, cursor=cursor: ConversationRepository(c, house.person).newest(
            before=cursor, limit=2
        )
    ):
        seen += [c.id for c in page]
        cursor = (page[-1].updated_at, page[-1].id)

    assert seen == whole
    assert len(whole) == 7


async def delete(house: ChatHouse) -> None:
    now = house.clock.now()
    await house.database.write(
        lambda c: ConversationRepository(c, house.person).mark_deleted(house.conversation, now=now)
    )


async def test_what_is_deleted_is_gone_and_can_be_restored(house: ChatHouse) -> None:
    turn = await house.answer()
    await delete(house)
    assert await newest(house) == []
    with pytest.raises(ConversationNotFoundError):
        await house.the_conversation()

    await house.database.write(
        lambda c: ConversationRepository(c, house.person).restore(house.conversation)
    )

    assert (await house.branch())[0].id == turn.assistant_message_id


async def test_after_a_day_nothing_of_it_is_left(house: ChatHouse) -> None:
    await house.answer()
    await delete(house)

    house.clock.pass_by(timedelta(hours=23))
    await house.keeper.purge()
    assert await count_rows(house) > 0
    house.clock.pass_by(timedelta(hours=2))
    await house.keeper.purge()

    assert await count_rows(house) == 0


async def count_rows(house: ChatHouse) -> int:
    tables = ("conversations", "messages", "turns", "turn_events")
    return await house.database.read(
        lambda c: sum(c.scalar(text(f"SELECT count(*) FROM {t}")) or 0 for t in tables)  # noqa: S608
    )


@pytest.mark.parametrize("limit", [1, 10])
async def test_reading_a_page_of_messages_takes_four_statements_however_many_they_are(
    house: ChatHouse, limit: int
) -> None:
    for _ in range(5):
        await house.answer()
    statements: list[str] = []

    def unit(connection: Connection) -> int:
        event.listen(connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
        repository = ConversationRepository(connection, house.person)
        return len(repository.branch(house.conversation, through=None, before=None, limit=limit))

    assert await house.database.read(unit) == limit
    assert len([one for one in statements if one != "BEGIN"]) == 4
