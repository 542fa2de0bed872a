"""The list of conversations: newest first, page by page; deleting can be undone for a day."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, text, update
from tests.support.chat_house import ChatHouse, add_conversation, an_inference
from tests.support.full_disk import FullDisk
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from typing_extensions import override

from arcano.chat.domain import Conversation, ConversationId
from arcano.chat.doors import Chat
from arcano.chat.errors import ConversationNotFoundError, TurnNotFoundError
from arcano.chat.http import delete_conversation
from arcano.chat.keep_turns import PURGED_AT_ONCE, TurnKeeper
from arcano.chat.repository import ConversationRepository
from arcano.chat.tables import CONVERSATIONS
from arcano.identity import Viewer
from arcano.identity.domain import SessionId
from arcano.platform.database import Database

T = TypeVar("T")


class Meanwhile(Database):
    """A database in which something else happens just before each thing that is written."""

    def __init__(
        self, database: Database, happens: Callable[[], Coroutine[Any, Any, object]]
    ) -> None:
        self._database = database
        self._happens = happens

    @override
    async def read(self, unit: Callable[[Connection], T]) -> T:
        return await self._database.read(unit)

    @override
    async def write(self, unit: Callable[[Connection], T]) -> T:
        await self._happens()
        return await self._database.write(unit)


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


async def test_what_another_tab_begins_while_it_is_deleted_is_stopped(house: ChatHouse) -> None:
    model = house.says(ScriptedModel(Pause(), FINISHED))
    chat = Chat(
        Meanwhile(house.database, house.ask),
        house.clock,
        house.runner,
        an_inference(house.models, house.clock),
        house.notices,
    )
    viewer = Viewer(house.person, SessionId("s"), "owner", frozenset())

    await delete_conversation(house.conversation, viewer, chat)

    assert house.runner.logs() == []
    assert model.closed == len(model.asked)


async def test_of_what_is_deleted_no_turn_is_found_either(house: ChatHouse) -> None:
    turn = await house.answer()

    await delete(house)

    with pytest.raises(TurnNotFoundError):
        await house.turn(turn.id)
    with pytest.raises(TurnNotFoundError):
        await house.hear(turn.id)


async def test_after_a_day_nothing_of_it_is_left(house: ChatHouse) -> None:
    await house.answer()
    await delete(house)

    house.clock.pass_by(timedelta(hours=23))
    await house.keeper.purge()
    assert await count_rows(house) > 0
    house.clock.pass_by(timedelta(hours=2))
    await house.keeper.purge()

    assert await count_rows(house) == 0


async def test_it_is_gone_too_where_no_server_runs_for_an_hour(house: ChatHouse) -> None:
    await house.answer()
    await delete(house)
    house.clock.pass_by(timedelta(hours=25))

    keeping = house.tasks.create_task(house.keeper.keep())

    try:
        async with asyncio.timeout(5):
            while await count_rows(house):  # noqa: ASYNC110 - rows tell nobody
                await asyncio.sleep(0.01)
    finally:
        keeping.cancel()


async def test_of_many_that_were_deleted_some_go_at_once_so_that_nobody_waits_for_all(
    house: ChatHouse,
) -> None:
    for _ in range(2 * PURGED_AT_ONCE):
        await add_conversation(house.database, house.clock, house.person)
    now = house.clock.now()
    await house.database.write(
        lambda c: c.execute(update(CONVERSATIONS).values(deleted_at=now)).rowcount
    )
    house.clock.pass_by(timedelta(hours=25))
    disk = FullDisk(house.database)

    await TurnKeeper(database=disk, runner=house.runner, clock=house.clock).purge()

    assert await count_rows(house) == 0
    assert disk.writes == 3


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
