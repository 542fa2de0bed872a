"""Hearing a turn: from two places at once, after the end, after a hundred cuts, always the same."""

import asyncio

from tests.support.cut_off import hear_with_cuts
from tests.support.upstream import Upstream, says, words
from tests.support.visitor import (
    Visitor,
    all_of,
    closing_of,
    text_heard,
    text_of,
)

READERS = 10


async def test_a_hundred_cuts_of_the_reader_leave_no_mark(
    upstream: Upstream, visitor: Visitor
) -> None:
    pieces = words(600, seed="cut")
    upstream.when_asked("Tell me everything.", says(*pieces, every=0.005))
    turn = await visitor.ask("Tell me everything.")

    async with asyncio.timeout(30):
        heard = await asyncio.gather(
            *(hear_with_cuts(visitor, turn, by=number) for number in range(READERS))
        )

    assert text_of(await visitor.answer(turn)) == "".join(pieces)
    whole = [(one.sequence, one.event) for one in await visitor.hear_out(turn)]
    for events in heard:
        assert closing_of(events) == {"type": "turn-finished", "finish_reason": "stop"}
        assert [(one.sequence, one.event) for one in events] == whole


async def test_two_readers_at_once_hear_the_same(upstream: Upstream, visitor: Visitor) -> None:
    upstream.when_asked("Who is there?", says(*words(40), every=0.005))
    turn = await visitor.ask("Who is there?")

    async with visitor.socket() as socket:
        over_sse, over_socket = await asyncio.gather(
            visitor.hear_out(turn), all_of(socket.hear(turn))
        )

    assert [(one.sequence, one.event) for one in over_sse] == [
        (one.sequence, one.event) for one in over_socket
    ]
    assert text_heard(over_sse) == "".join(words(40))


async def test_a_reader_that_comes_after_the_end_hears_it_whole(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Is it late?", says(*words(20)))
    turn = await visitor.ask("Is it late?")
    live = await visitor.hear_out(turn)

    late = await visitor.hear_out(turn)

    assert [(one.sequence, one.event) for one in late] == [
        (one.sequence, one.event) for one in live
    ]


async def test_a_reader_that_knows_the_end_hears_nothing_more(visitor: Visitor) -> None:
    turn = await visitor.ask("Anything new?")
    heard = await visitor.hear_out(turn)

    again = await visitor.hear_out(turn, after=heard[-1].sequence)

    assert again == []


async def test_a_number_the_log_does_not_have_begins_again_after_the_end(visitor: Visitor) -> None:
    turn = await visitor.ask("Where were we?")
    heard = await visitor.hear_out(turn)

    again = await visitor.hear_out(turn, after=10_000)

    assert [one.sequence for one in again] == [one.sequence for one in heard]
    assert again[0].type == "turn-started"


async def test_a_number_the_log_does_not_have_begins_again_while_it_is_written(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Where are we?", says(*words(40), every=0.01))
    turn = await visitor.ask("Where are we?")

    heard = await visitor.hear_out(turn, after=10_000)

    assert closing_of(heard)["type"] == "turn-finished"
    assert text_heard(heard) == "".join(words(40))


async def test_reading_slowly_holds_up_nobody_else(upstream: Upstream, visitor: Visitor) -> None:
    upstream.when_asked("A flood, please.", says(*("x" * 50_000 for _ in range(200))))
    turn = await visitor.ask("A flood, please.")

    async with visitor.http.get(f"{visitor.url}/api/turns/{turn.id}/events") as slow:
        await slow.content.read(10)
        heard = await visitor.hear_out(turn)

    assert len(text_heard(heard)) == 10_000_000
