"""Clients that mean harm, or are merely unlucky: they harm nobody else, and what they broke off is ended properly."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.support.server import Server
from tests.support.upstream import Upstream, says, words
from tests.support.visitor import Visitor, closing_of, text_heard, text_of

HALF_OPEN = 400
COMMANDS = 20_000


async def expect_an_ordinary_answer(visitor: Visitor, question: str) -> None:
    heard = await visitor.hear_out(await visitor.ask(question), within=10)

    assert closing_of(heard)["type"] == "turn-finished"


async def test_heads_that_never_end_keep_nobody_from_an_answer(
    server: Server, visitor: Visitor
) -> None:
    opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(HALF_OPEN)]
    for _, writer in opened:
        writer.write(b"GET /livez HTTP/1.1\r\nHost: here\r\nX-Slow: ")

    await expect_an_ordinary_answer(visitor, "Among so many?")

    for _, writer in opened:
        writer.transport.abort()


async def test_a_head_without_a_bottom_is_not_remembered(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /livez HTTP/1.1\r\nHost: here\r\nX-Endless: ")

    async def go_on() -> None:
        while True:
            writer.write(b"a" * 10_000)
            await writer.drain()
            await asyncio.sleep(0)

    # Long before the time limit of a head is over.
    async with asyncio.timeout(10):
        with suppress(ConnectionError):
            await go_on()
    assert reader.at_eof() or writer.is_closing()


async def test_a_client_that_leaves_with_commands_unread_is_no_bug_of_ours(
    server: Server, visitor: Visitor
) -> None:
    for _ in range(3):
        async with visitor.socket() as socket:
            for number in range(COMMANDS):
                await socket.connection.send_str(f'{{"id":"{number}","type":"ping"}}')

    await expect_an_ordinary_answer(visitor, "After the flood?")
    assert "Traceback" not in server.log


async def while_it_is_written(
    upstream: Upstream, visitor: Visitor, question: str, deed: Callable[[str, str], Awaitable[None]]
) -> tuple[str, str]:
    """Do something to a turn in the middle of its answer. Returns its ending and what was heard."""
    upstream.when_asked(question, says(*words(40, seed=question), every=0.02))
    turn = await visitor.ask(question)
    call = await upstream.call_about(question)
    while len(call.sent) < 5:  # noqa: ASYNC110 - the upstream tells nobody
        await asyncio.sleep(0.01)
    hearing = asyncio.gather(visitor.hear_out(turn))
    await deed(turn.conversation_id, turn.answer_id)
    (heard,) = await hearing
    return heard[-1].type, text_heard(heard)


async def test_ten_who_stop_at_once_stop_it_once(upstream: Upstream, visitor: Visitor) -> None:
    question = "Who stops?"
    upstream.when_asked(question, says(*words(200, seed="stop "), every=0.02))
    turn = await visitor.ask(question)
    await upstream.call_about(question)

    answers = await asyncio.gather(*(visitor.stop(turn) for _ in range(10)))

    assert {answer.status for answer in answers} == {202}
    assert closing_of(await visitor.hear_out(turn))["type"] == "turn-stopped"


async def test_a_conversation_deleted_in_the_middle_ends_its_answer_at_the_provider_too(
    upstream: Upstream, visitor: Visitor
) -> None:
    async def delete(conversation_id: str, _: str) -> None:
        done = await visitor.call("DELETE", f"/api/conversations/{conversation_id}")
        assert done.status == 204

    ending, _ = await while_it_is_written(upstream, visitor, "Deleted?", delete)

    assert ending == "turn-stopped"
    async with asyncio.timeout(5):
        await (await upstream.call_about("Deleted?")).wait_for_hang_up()


async def test_another_answer_asked_for_in_the_middle_leaves_both_whole(
    upstream: Upstream, visitor: Visitor
) -> None:
    siblings: list[str] = []

    async def regenerate(conversation_id: str, answer_id: str) -> None:
        draft = {"client_message_id": "another", "model": "wordy"}
        done = await visitor.post(f"/api/messages/{answer_id}/regenerate", draft)
        assert done.status == 202, done
        siblings.extend((conversation_id, answer_id, done.body["assistant_message_id"]))

    whole = "".join(words(40, seed="Twice?"))
    ending, heard = await while_it_is_written(upstream, visitor, "Twice?", regenerate)

    assert (ending, heard) == ("turn-finished", whole)
    conversation_id, *answers = siblings
    async with asyncio.timeout(10):
        while True:
            kept = {one["id"]: text_of(one) for one in await visitor.messages(conversation_id)}
            if all(kept.get(answer) == whole for answer in answers):
                break
            await asyncio.sleep(0.05)


async def test_a_connection_changed_and_removed_in_the_middle_lets_its_answers_end(
    upstream: Upstream, visitor: Visitor
) -> None:
    draft = {
        "kind": "openai-compatible",
        "name": "Shaky",
        "base_url": upstream.base_url,
        "key": "k",
        "models": ["shaky"],
    }
    connection = (await visitor.post("/api/connections", draft)).body["id"]
    pieces = words(40, seed="shaky ")
    upstream.when_asked("Changed?", says(*pieces, every=0.02))
    turn = await visitor.ask("Changed?", model="shaky")
    await upstream.call_about("Changed?")

    changed = await visitor.call(
        "PATCH", f"/api/connections/{connection}", {"name": "Other", "models": ["elsewhere"]}
    )
    removed = await visitor.call("DELETE", f"/api/connections/{connection}")

    assert (changed.status, removed.status) == (200, 204)
    heard = await visitor.hear_out(turn)
    assert (closing_of(heard)["type"], text_heard(heard)) == ("turn-finished", "".join(pieces))
