"""The context window of a whole server: looked at before asking, chosen for, told, and kept over a restart."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.server import Server, a_server
from tests.support.upstream import MODEL, Call, Upstream, an_upstream
from tests.support.visitor import Visitor, signed_in_visitor

WINDOW = 1_200
QUESTION = "How far is it to the next stop of the library van, and who is on it? " * 3


async def answers_or_summarises(call: Call) -> None:
    told = call.body["messages"][0]
    if told["role"] == "system":
        await call.say("The van was asked about, ", "many times.")
    else:
        await call.say("Not far.")
    await call.finish()


@asynccontextmanager
async def a_world(folder: Path) -> AsyncGenerator[tuple[Upstream, Server, Visitor]]:
    async with an_upstream() as upstream:
        upstream.window = WINDOW
        upstream.otherwise = answers_or_summarises
        async with (
            a_server(folder / "data", OPENAI_BASE_URL=upstream.base_url) as server,
            signed_in_visitor(server.url) as visitor,
        ):
            yield upstream, server, visitor


async def gauge(visitor: Visitor, conversation: str) -> dict[str, Any]:
    answered = await visitor.get(f"/api/conversations/{conversation}/context?model={MODEL}")
    assert answered.status == 200, answered
    return answered.body


async def ask_and_wait(visitor: Visitor, conversation: str, question: str) -> dict[str, Any]:
    turn = await visitor.ask(question, conversation_id=conversation)
    await visitor.hear_out(turn)
    return await visitor.turn(turn)


async def test_the_gauge_fills_with_the_conversation_and_is_looked_at_before_asking(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as (_, _, visitor):
        conversation = await visitor.new_conversation()
        before = await gauge(visitor, conversation)
        empty = await visitor.get(f"/api/context?model={MODEL}&max_tokens=200")
        await ask_and_wait(visitor, conversation, QUESTION)
        after = await gauge(visitor, conversation)

    assert (before["limit"], before["reserve"], before["total"]) == (WINDOW, WINDOW // 4, 0)
    assert empty.body["reserve"] == 200
    assert after["history"] == after["total"] > 20
    assert after["question"] == 0
    assert 0.5 <= after["tokens_per_unit"] <= 4


async def test_what_happens_when_it_is_full_is_chosen_and_kept(tmp_path: Path) -> None:
    async with a_world(tmp_path) as (_, _, visitor):
        conversation = await visitor.new_conversation()
        path = f"/api/conversations/{conversation}"
        assert (await visitor.get(path)).body["context_policy"] == {"name": "slide", "model": None}

        for policy, kept in (
            ({"name": "summarise", "model": "other"}, {"name": "summarise", "model": "other"}),
            ({"name": "refuse", "model": "other"}, {"name": "refuse", "model": None}),
            (None, {"name": "slide", "model": None}),
        ):
            changed = await visitor.call("PATCH", path, {"context_policy": policy})
            assert changed.body["context_policy"] == kept
        wrong = await visitor.call("PATCH", path, {"context_policy": {"name": "explode"}})
        assert wrong.code == "invalid-input"


async def test_a_summary_is_told_read_by_its_owner_and_used_after_a_restart(tmp_path: Path) -> None:
    async with an_upstream() as upstream:
        upstream.window = WINDOW
        upstream.otherwise = answers_or_summarises
        data = tmp_path / "data"
        async with a_server(data, OPENAI_BASE_URL=upstream.base_url) as server:
            async with signed_in_visitor(server.url) as visitor:
                conversation = await visitor.new_conversation()
                path = f"/api/conversations/{conversation}"
                await visitor.call("PATCH", path, {"context_policy": {"name": "summarise"}})
                turn: dict[str, Any] = {"context": {"summarised_messages": 0}}
                while not turn["context"]["summarised_messages"]:
                    turn = await ask_and_wait(visitor, conversation, QUESTION)
                summary_id = turn["context"]["summary_id"]
                summary = await visitor.get(f"{path}/summaries/{summary_id}")
                (newest, *_) = await visitor.messages(conversation)
                elsewhere = await visitor.get(
                    f"/api/conversations/{await visitor.new_conversation()}/summaries/{summary_id}"
                )
            server.ask_to_stop()
            assert await server.exit_code() == 0
        made = sum(call.body["messages"][0]["role"] == "system" for call in upstream.calls)
        async with (
            a_server(data, OPENAI_BASE_URL=upstream.base_url) as server,
            signed_in_visitor(server.url) as visitor,
        ):
            again = await ask_and_wait(visitor, conversation, "And now?")
            learned = await gauge(visitor, await visitor.new_conversation())

    assert summary.body["text"] == "The van was asked about, many times."
    assert summary.body["summarised_messages"] == turn["context"]["summarised_messages"]
    assert elsewhere.code == "summary-not-found"
    assert newest["left_out"]["summary_id"] == summary_id
    assert again["context"]["summary_id"] == summary_id
    assert sum(call.body["messages"][0]["role"] == "system" for call in upstream.calls) == made == 1
    assert "many times" in upstream.calls[-1].body["messages"][0]["content"]
    # The upstream reports seven tokens whatever it reads: the server learned that, and kept it.
    assert learned["tokens_per_unit"] < 0.95


async def test_a_question_larger_than_the_window_is_refused_and_nothing_is_sent(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as (upstream, _, visitor):
        turn = await ask_and_wait(visitor, await visitor.new_conversation(), "word " * 5_000)
        await asyncio.sleep(0)

    assert turn["status"] == "failed"
    assert turn["error"]["code"] == "context-too-long"
    assert upstream.calls == []
