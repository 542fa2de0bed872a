"""One socket for everything: the same commands and events as over HTTP, and hints of what others change."""

from uuid import uuid4

from tests.support.upstream import MODEL, Upstream, says
from tests.support.visitor import (
    Answered,
    Socket,
    Turn,
    Visitor,
    all_of,
    closing_of,
    text_heard,
    text_of,
    turn_of,
)


async def accepted(socket: Socket, kind: str, place: str, **fields: object) -> Turn:
    """Send a command that begins a turn; what it began."""
    answer = await socket.command(kind, client_message_id=str(uuid4()), **fields)
    assert answer["type"] == "answer", answer
    return turn_of(place, Answered(202, answer["body"], {}))


async def test_a_whole_conversation_goes_over_the_socket(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Over the wire?", says("Yes, ", "over ", "the wire."))
    place = await visitor.new_conversation()
    async with visitor.socket() as socket:
        turn = await accepted(
            socket,
            "start-turn",
            place,
            conversation_id=place,
            content="Over the wire?",
            model=MODEL,
        )
        events = await all_of(socket.hear(turn))
        again = await accepted(socket, "regenerate", place, message_id=turn.answer_id)
        more = await all_of(socket.hear(again))

    assert closing_of(events)["type"] == closing_of(more)["type"] == "turn-finished"
    assert text_heard(events) == text_heard(more) == "Yes, over the wire."
    assert text_of(await visitor.answer(turn)) == "Yes, over the wire."
    assert (await visitor.answer(again))["sibling_ids"] == [turn.answer_id, again.answer_id]


async def test_one_socket_hears_several_conversations_at_once(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Left?", says("l" * 5, "eft", every=0.02))
    upstream.when_asked("Right?", says("r" * 5, "ight", every=0.02))
    left, right = await visitor.ask("Left?"), await visitor.ask("Right?")

    async with visitor.socket() as socket:
        await socket.command("follow-turn", turn_id=left.id)
        heard_right = await all_of(socket.hear(right))
        heard_left = await visitor.hear_out(left)

    assert text_heard(heard_left) == "llllleft"
    assert text_heard(heard_right) == "rrrrright"


async def test_a_turn_that_is_no_longer_followed_is_silent(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Quiet?", says(*(["word "] * 30), every=0.02))
    turn = await visitor.ask("Quiet?")

    async with visitor.socket() as socket:
        await socket.command("follow-turn", turn_id=turn.id)
        answer = await socket.command("unfollow-turn", turn_id=turn.id)
        after = [await socket.command("ping") for _ in range(3)]
        await visitor.hear_out(turn)
        last = await socket.command("ping")

    assert answer["body"] == after[0]["body"] == last["body"] == {}
    assert not [m for m in socket.unread if m["type"] == "event" and m["sequence"] > 15]


async def test_other_tabs_are_told_what_changes(upstream: Upstream, visitor: Visitor) -> None:
    async with visitor.socket() as socket:
        await socket.command("ping")
        turn = await visitor.ask("Who else knows?")
        await visitor.hear_out(turn)
        await visitor.call(
            "PATCH", f"/api/conversations/{turn.conversation_id}", {"title": "Known"}
        )
        await visitor.call("DELETE", f"/api/conversations/{turn.conversation_id}")
        made = await visitor.post(
            "/api/connections", {"kind": "openai-compatible", "base_url": upstream.base_url}
        )
        await visitor.call("DELETE", f"/api/connections/{made.body['id']}")
        await socket.command("ping")

    names = [m["notice"]["name"] for m in socket.unread if m["type"] == "notice"]
    assert names == [
        "conversation-changed",
        "turn-started",
        "turn-ended",
        "conversation-changed",
        "conversation-deleted",
        "models-changed",
        "models-changed",
    ]
