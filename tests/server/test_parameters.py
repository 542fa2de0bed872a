"""How a model is to write: what it does not take is refused by name, before anything is stored."""

from typing import Any

import pytest
from tests.support.upstream import MODEL, Upstream
from tests.support.visitor import Visitor, closing_of

SHAPE = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


async def connected(visitor: Visitor, upstream: Upstream, kind: str, model: str) -> None:
    """A model that nobody asks: what it takes is known by its name."""
    draft = {"kind": kind, "base_url": upstream.base_url, "key": "k", "models": [model]}
    made = await visitor.post("/api/connections", draft)
    assert made.status == 201, made


async def listed(visitor: Visitor, name: str) -> dict[str, Any]:
    items = (await visitor.get("/api/models")).body["items"]
    return next(item for item in items if item["name"] == name)


async def test_the_list_says_what_each_model_takes(visitor: Visitor, upstream: Upstream) -> None:
    await connected(visitor, upstream, "anthropic", "claude-opus-5")

    claude = await listed(visitor, "claude-opus-5")

    assert claude["takes"] == {
        "temperature": None,
        "top_p": None,
        "max_tokens": {"least": 1, "most": 128_000},
        "stop": 16,
        "seed": False,
        "reasoning_efforts": ["none", "low", "medium", "high"],
        "json_schema": True,
    }
    assert claude["price"] is None  # its server is on this machine


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"temperature": 0.5}, "temperature: claude-opus-5 does not take it."),
        ({"seed": 1}, "seed: claude-opus-5 does not take it."),
        ({"max_tokens": 200_000}, "max_tokens: claude-opus-5 takes 1 to 128000."),
    ],
)
async def test_what_the_model_does_not_take_is_refused_and_nothing_is_stored(
    visitor: Visitor, upstream: Upstream, asked: dict[str, Any], told: str
) -> None:
    await connected(visitor, upstream, "anthropic", "claude-opus-5")
    place = await visitor.new_conversation()

    refused = await visitor.try_to_ask(
        "Hm?", conversation_id=place, model="claude-opus-5", parameters=asked
    )

    assert (refused.status, refused.code) == (422, "parameter-not-taken")
    assert refused.body["detail"].startswith(told)
    assert await visitor.messages(place) == []


async def test_another_answer_is_held_to_what_its_own_model_takes(
    visitor: Visitor, upstream: Upstream
) -> None:
    await connected(visitor, upstream, "anthropic", "claude-opus-5")
    turn = await visitor.ask("Warmly?", parameters={"temperature": 1.2})
    await visitor.hear_out(turn)
    again = {"model": "claude-opus-5", "parameters": {"temperature": 1.2}}

    refused = await visitor.post(f"/api/messages/{turn.answer_id}/regenerate", again)

    assert (refused.status, refused.code) == (422, "parameter-not-taken")
    assert len(await visitor.messages(turn.conversation_id)) == 2


async def test_the_shape_of_an_answer_reaches_the_model(
    visitor: Visitor, upstream: Upstream
) -> None:
    turn = await visitor.ask("Which city, as JSON?", parameters={"json_schema": SHAPE})
    events = await visitor.hear_out(turn)
    call = await upstream.call_about("Which city, as JSON?")

    assert closing_of(events)["type"] == "turn-finished"
    wanted = call.body["response_format"]["json_schema"]
    assert (wanted["name"], wanted["schema"]) == ("answer", SHAPE)


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "objekt"}, "schema.type"),
        ({"type": "object", "properties": {"a": {"type": 3}}}, "schema.properties.a.type"),
        ({"type": "array"}, "describes an object"),
        ({}, "describes an object"),
        ({"type": "object", "description": "x" * 70_000}, "64 kB at most"),
    ],
)
async def test_what_is_no_schema_is_refused_with_the_place_that_is_wrong(
    visitor: Visitor, schema: dict[str, Any], told: str
) -> None:
    place = await visitor.new_conversation()

    refused = await visitor.try_to_ask(
        "Hm?", conversation_id=place, parameters={"json_schema": schema}
    )

    assert refused.status == 422
    assert told in str(refused.body)
    assert await visitor.messages(place) == []


@pytest.mark.parametrize("depth", [100, 250, 450])
async def test_a_schema_without_a_bottom_does_no_harm(visitor: Visitor, depth: int) -> None:
    deep = '{"type":"object","properties":{"a":' * depth + '{"type":3}' + "}}" * depth
    place = await visitor.new_conversation()
    body = f'{{"client_message_id":"m","content":"Hm?","model":"{MODEL}","parameters":{{"json_schema":{deep}}}}}'

    refused = await visitor.call("POST", f"/api/conversations/{place}/turns", raw=body.encode())

    assert refused.status == 422
    assert await visitor.messages(place) == []
