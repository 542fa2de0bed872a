"""Servers that leave out the mark of an answer's end: a failure that says so, until their connection allows it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import openai
import pytest
from tests.support.house import a_house
from tests.support.openai_programs import a_client
from tests.support.server import Server
from tests.support.upstream import Call, Upstream
from tests.support.visitor import Visitor, closing_of, text_of

QUESTION = "How do you end?"
SAID = "I just stop."
MODEL = "unmarked"


async def stops_without_a_mark(call: Call) -> None:
    await call.say("I just ", "stop.")
    await call.delta(finish_reason="stop")
    await call.end()


async def is_cut_before_its_reason(call: Call) -> None:
    await call.say("I just ", "stop.")
    await call.end()


@asynccontextmanager
async def a_connection(
    visitor: Visitor, upstream: Upstream, **fields: object
) -> AsyncGenerator[str]:
    """Where it can be changed. `MODEL` is its own."""
    draft = {"kind": "openai-compatible", "name": "Quiet", "base_url": upstream.base_url}
    made = await visitor.post("/api/connections", {**draft, "models": [MODEL], **fields})
    assert made.status == 201, made
    place = f"/api/connections/{made.body['id']}"
    try:
        yield place
    finally:
        await visitor.call("DELETE", place)


async def ending(visitor: Visitor) -> tuple[str, str | None, str]:
    """How the answer to the question ended: its last event, a failure's code, and the text that is kept."""
    turn = await visitor.ask(QUESTION, model=MODEL)
    closing = closing_of(await visitor.hear_out(turn))
    return closing["type"], closing.get("code"), text_of(await visitor.answer(turn))


async def test_it_is_a_failure_that_names_what_is_missing_until_the_connection_allows_it(
    visitor: Visitor, upstream: Upstream
) -> None:
    upstream.when_asked(QUESTION, stops_without_a_mark)
    async with a_connection(visitor, upstream) as place:
        as_ever = await ending(visitor)
        changed = await visitor.call("PATCH", place, {"unmarked_end": True})
        allowed = await ending(visitor)

    assert changed.body["unmarked_end"] is True
    assert as_ever == ("turn-failed", "end-unmarked", SAID)
    assert allowed == ("turn-finished", None, SAID)


async def test_an_answer_that_did_not_say_why_it_ends_stays_cut(
    visitor: Visitor, upstream: Upstream
) -> None:
    upstream.when_asked(QUESTION, is_cut_before_its_reason)
    async with a_connection(visitor, upstream, unmarked_end=True):
        ended = await ending(visitor)

    assert ended == ("turn-failed", "stream-cut", SAID)


async def test_a_program_hears_the_mark_that_the_server_left_out(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    upstream.when_asked(QUESTION, stops_without_a_mark)
    async with a_connection(visitor, upstream) as place, a_client(server, visitor) as client:

        async def heard() -> str:
            stream = await client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": QUESTION}], stream=True
            )
            return "".join([piece.choices[0].delta.content or "" async for piece in stream])

        with pytest.raises(openai.APIError, match="DONE"):
            await heard()
        await visitor.call("PATCH", place, {"unmarked_end": True})
        said = await heard()

    assert said == SAID


async def test_a_kind_whose_answers_always_mark_their_end_is_not_asked(visitor: Visitor) -> None:
    draft = {"kind": "anthropic", "key": "sk-1", "unmarked_end": True}
    refused = await visitor.post("/api/connections", draft)
    kinds = (await visitor.get("/api/connection-kinds")).body["items"]

    assert (refused.status, refused.body["code"]) == (422, "invalid-input")
    assert "unmarked_end" in refused.body["detail"]
    assert [kind["id"] for kind in kinds if kind["may_end_unmarked"]] == ["openai-compatible"]


async def test_it_is_remembered_over_a_restart(upstream: Upstream, tmp_path: Path) -> None:
    draft = {"kind": "openai-compatible", "base_url": upstream.base_url, "unmarked_end": True}
    async with a_house(upstream, tmp_path) as (_, owner):
        await owner.post("/api/connections", {**draft, "name": "Quiet"})
    async with a_house(upstream, tmp_path) as (_, owner):
        listed = (await owner.get("/api/connections")).body["items"]

    assert {one["name"]: one["unmarked_end"] for one in listed if one["source"] == "person"} == {
        "Quiet": True
    }
