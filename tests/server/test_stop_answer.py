"""Stopping an answer: the provider hears of it at once, what was written stays, and it is told once."""

import asyncio
import time

from tests.support.upstream import Call, Upstream, says, words
from tests.support.visitor import Visitor, all_of, closing_of, text_heard, text_of

A_SECOND = 1.0


async def test_the_provider_sees_the_end_of_the_call_within_a_second(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Stop me.", says(*words(1000), every=0.01))
    turn = await visitor.ask("Stop me.")
    call = await upstream.call_about("Stop me.")
    await asyncio.sleep(0.2)

    asked_at = time.monotonic()
    stopped = await visitor.stop(turn)

    assert (stopped.status, stopped.body["status"]) == (202, "stopped")
    await asyncio.wait_for(call.wait_for_hang_up(), A_SECOND)
    assert call.closed_at is not None
    assert call.closed_at - asked_at < A_SECOND


async def test_a_provider_that_is_silent_is_left_as_quickly(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Are you asleep?", Call.wait_for_hang_up)
    turn = await visitor.ask("Are you asleep?")
    call = await upstream.call_about("Are you asleep?")

    await visitor.stop(turn)

    await asyncio.wait_for(call.wait_for_hang_up(), A_SECOND)
    assert closing_of(await visitor.hear_out(turn))["type"] == "turn-stopped"


async def test_what_was_written_stays_and_the_stop_is_told_once(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Stop me later.", says(*words(1000), every=0.01))
    turn = await visitor.ask("Stop me later.")
    async with asyncio.TaskGroup() as tasks:
        hearing = tasks.create_task(visitor.hear_out(turn))
        await asyncio.sleep(0.3)

        await asyncio.gather(*(visitor.stop(turn) for _ in range(5)))

    heard = hearing.result()
    answer = await visitor.answer(turn)
    assert closing_of(heard) == {"type": "turn-stopped"}
    assert answer["status"] == "stopped"
    assert text_of(answer) == text_heard(heard) != ""
    assert "".join(words(1000)).startswith(text_of(answer))


async def test_an_answer_that_has_ended_cannot_be_stopped_any_more(visitor: Visitor) -> None:
    turn = await visitor.ask("Quick?")
    heard = await visitor.hear_out(turn)

    stopped = await visitor.stop(turn)

    assert (stopped.status, stopped.body["status"]) == (202, "finished")
    assert [one.event for one in await visitor.hear_out(turn)] == [one.event for one in heard]


async def test_a_stop_on_the_socket_is_a_stop(upstream: Upstream, visitor: Visitor) -> None:
    upstream.when_asked("Stop me there.", says(*words(1000), every=0.01))
    turn = await visitor.ask("Stop me there.")
    call = await upstream.call_about("Stop me there.")

    async with (
        visitor.socket() as socket,
        visitor.socket() as listening,
        asyncio.TaskGroup() as tasks,
    ):
        hearing = tasks.create_task(all_of(listening.hear(turn)))
        await asyncio.sleep(0.2)
        answer = await socket.command("stop-turn", turn_id=turn.id)

    assert answer["body"]["status"] == "stopped"
    assert closing_of(hearing.result()) == {"type": "turn-stopped"}
    await asyncio.wait_for(call.wait_for_hang_up(), A_SECOND)


async def test_deleting_a_conversation_stops_what_is_being_written_in_it(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Delete me.", says(*words(1000), every=0.01))
    turn = await visitor.ask("Delete me.")
    call = await upstream.call_about("Delete me.")

    deleted = await visitor.call("DELETE", f"/api/conversations/{turn.conversation_id}")

    assert deleted.status == 204
    await asyncio.wait_for(call.wait_for_hang_up(), A_SECOND)


async def test_a_stopped_answer_can_be_continued_to_its_end(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Start and stop.", says(*words(300), every=0.01))
    turn = await visitor.ask("Start and stop.")
    await upstream.call_about("Start and stop.")
    await asyncio.sleep(0.2)
    await visitor.stop(turn)

    continued = await visitor.go_on(turn)

    assert closing_of(await visitor.hear_out(continued))["type"] == "turn-finished"
    assert continued.answer_id == turn.answer_id
    assert text_of(await visitor.answer(turn)) == "".join(words(300))
