"""Whatever a provider does wrong, a turn ends once, says what to do, and keeps what had arrived.

Nothing that the provider says about its key reaches a page, the log of the server or the database.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.server import CANARY_KEY, Server, a_server, free_port
from tests.support.upstream import Call, Script, Upstream, gzipped, says, words
from tests.support.visitor import (
    Visitor,
    closing_of,
    signed_in_visitor,
    text_heard,
    text_of,
)

BROKEN_OFF: dict[str, object] = {"code": "stream-cut", "retryable": True}
QUOTES_THE_KEY = {
    "error": {
        "message": f"Incorrect API key provided: {CANARY_KEY}.",
        "type": "invalid_request_error",
        "code": "invalid_api_key",
    }
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the provider does, how the turn must end, and the text that must be there."""

    script: Script
    ends: dict[str, object]
    keeps: str = ""


def refuses(status: int, body: object = None, **headers: str) -> Script:
    async def script(call: Call) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await call.refuse(status, body, headers=named)

    return script


def sends(*chunks: bytes, then: str = "end", after: str = "Half an answer") -> Script:
    """Some good text, then these bytes, and then `end`, `cut` or `hang`."""

    async def script(call: Call) -> None:
        if after:
            await call.say(after)
        for chunk in chunks:
            await call.send(chunk)
            await asyncio.sleep(0.02)
        if then == "end":
            await call.end()
        elif then == "cut":
            call.cut()
        else:
            await call.wait_for_hang_up()

    return script


async def cuts_before_a_word(call: Call) -> None:
    call.cut()


async def cuts_its_headers(call: Call) -> None:
    await call.send_bare(b"HTTP/1.1 200 OK\r\nContent-Ty")
    call.cut()


async def speaks_something_else(call: Call) -> None:
    await call.send_bare(b"220 smtp.example.org ESMTP\r\n")
    call.cut()


async def sends_broken_gzip(call: Call) -> None:
    await call.head(headers={"Content-Encoding": "gzip"})
    await call.send(gzipped({"choices": [{"delta": {"content": "Never seen"}}]})[:20] + b"\0" * 99)
    await call.end()


async def promises_more_than_it_sends(call: Call) -> None:
    body = b'data: {"choices":[{"delta":{"content":"Half an answer"}}]}\n\n'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n"
    await call.send_bare(head + body)
    await asyncio.sleep(0.05)
    call.cut()


def refuses_and(then: Script) -> Script:
    async def script(call: Call) -> None:
        await call.head(500, media_type="application/json")
        await call.send(b'{"error": {"mess')
        await asyncio.sleep(0.02)
        await then(call)

    return script


def failure(code: str, *, retryable: bool, **fields: object) -> dict[str, object]:
    return {"code": code, "retryable": retryable, **fields}


TROUBLES = {
    "a wrong key": Trouble(
        refuses(401, QUOTES_THE_KEY), failure("provider-refused-key", retryable=False)
    ),
    "a forbidden model": Trouble(
        refuses(403, QUOTES_THE_KEY), failure("provider-refused-key", retryable=False)
    ),
    "a model that is gone": Trouble(
        refuses(404, {"error": {"message": "no such model"}}),
        failure("model-not-found", retryable=False),
    ),
    "too many requests": Trouble(
        refuses(429, {"error": "slow down"}, Retry_After="7"),
        failure("provider-overloaded", retryable=True, retry_after=7),
    ),
    "too many requests without a word when": Trouble(
        refuses(429, b"slow down"), failure("provider-overloaded", retryable=True)
    ),
    "no credit left": Trouble(
        refuses(429, {"error": {"code": "insufficient_quota"}}),
        failure("provider-refused-key", retryable=False),
    ),
    "a failure of its own": Trouble(
        refuses(500, b"<html>Traceback (most recent call last)</html>"),
        failure("provider-error", retryable=True),
    ),
    "an overload of its own": Trouble(
        refuses(503, b""), failure("provider-overloaded", retryable=True)
    ),
    "a gateway that waited too long": Trouble(
        refuses(504, b""), failure("provider-unreachable", retryable=True)
    ),
    "a conversation too long for it": Trouble(
        refuses(400, {"error": {"code": "context_length_exceeded", "message": "8192 tokens"}}),
        failure("context-too-long", retryable=False),
    ),
    "a request it rejects": Trouble(
        refuses(400, {"error": {"message": "bad temperature"}}),
        failure("provider-rejected-request", retryable=False),
    ),
    "a refusal that breaks off": Trouble(
        refuses_and(cuts_before_a_word), failure("provider-error", retryable=True)
    ),
    "a refusal without an end": Trouble(
        refuses_and(Call.wait_for_hang_up), failure("provider-error", retryable=True)
    ),
    "a way to somewhere else": Trouble(
        refuses(302, b"", Location="http://127.0.0.1:1/"),
        failure("provider-rejected-request", retryable=False),
    ),
    "a cut before a word": Trouble(
        cuts_before_a_word, failure("provider-unreachable", retryable=True)
    ),
    "a cut in its headers": Trouble(
        cuts_its_headers, failure("provider-unreachable", retryable=True)
    ),
    "another protocol": Trouble(speaks_something_else, failure("provider-error", retryable=True)),
    "a cut in the middle": Trouble(sends(then="cut"), BROKEN_OFF, "Half an answer"),
    "a cut inside an event": Trouble(
        sends(b'data: {"choices":[{"del', then="cut"), BROKEN_OFF, "Half an answer"
    ),
    "an end without its end": Trouble(sends(), BROKEN_OFF, "Half an answer"),
    "a body shorter than promised": Trouble(
        promises_more_than_it_sends, BROKEN_OFF, "Half an answer"
    ),
    "an end without a reason": Trouble(sends(b"data: [DONE]\n\n"), BROKEN_OFF, "Half an answer"),
    "a chunk that is no JSON": Trouble(
        sends(b"data: {not json}\n\n", then="hang"), BROKEN_OFF, "Half an answer"
    ),
    "a chunk of another shape": Trouble(
        sends(b'data: {"choices":[{"delta":{"content":[1,2]}}]}\n\n', then="hang"),
        BROKEN_OFF,
        "Half an answer",
    ),
    "a chunk that is a number": Trouble(
        sends(b"data: 17\n\n", then="hang"), BROKEN_OFF, "Half an answer"
    ),
    "bytes that are no text": Trouble(
        sends(b'data: {"choices":[{"delta":{"content":"\xff\xfe"}}]}\n\n', then="hang"),
        BROKEN_OFF,
        "Half an answer",
    ),
    "JSON without a bottom": Trouble(
        sends(b"data: " + b"[" * 100_000 + b"\n\n", then="hang"), BROKEN_OFF, "Half an answer"
    ),
    "an event without an end": Trouble(
        sends(*(b"data: " + b"x" * 4_000_000 for _ in range(3)), then="hang"),
        BROKEN_OFF,
        "Half an answer",
    ),
    "a page instead of a stream": Trouble(
        sends(b"<html>Welcome to the proxy</html>", after=""), BROKEN_OFF
    ),
    "compressed rubbish": Trouble(sends_broken_gzip, BROKEN_OFF),
    "an error in the stream": Trouble(
        sends(b'data: {"error":{"message":"The model crashed.","code":500}}\n\n', then="hang"),
        failure("provider-error", retryable=True),
        "Half an answer",
    ),
    "an error in the stream that quotes the key": Trouble(
        sends(
            f'data: {{"error":{{"message":"{CANARY_KEY} is wrong","code":401}}}}\n\n'.encode(),
            then="hang",
        ),
        failure("provider-refused-key", retryable=False),
        "Half an answer",
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
async def test_every_trouble_ends_once_says_what_to_do_and_keeps_the_text(
    name: str, upstream: Upstream, visitor: Visitor, server: Server
) -> None:
    trouble = TROUBLES[name]
    question = f"What about {name}?"
    upstream.when_asked(question, trouble.script)
    turn = await visitor.ask(question)

    heard = await visitor.hear_out(turn, within=10)

    closing = closing_of(heard)
    said = {field: closing.get(field) for field in trouble.ends}
    assert closing["type"] == "turn-failed"
    assert said == trouble.ends
    assert closing.get("retry_after") == trouble.ends.get("retry_after")
    assert text_heard(heard) == trouble.keeps
    answer = await visitor.answer(turn)
    assert (answer["status"], text_of(answer)) == ("failed", trouble.keeps)
    assert {**answer["error"], "type": "turn-failed"} == without_wait(closing)
    assert (await visitor.turn(turn))["error"] == answer["error"]
    await expect_nobody_told(closing["message"], server)


def without_wait(closing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in closing.items() if name != "retry_after"}


async def expect_nobody_told(message: str, server: Server) -> None:
    """No key and no stack trace: not in the message, the log of the server, or any of its files."""
    assert CANARY_KEY not in message
    assert "Traceback" not in message
    assert "Traceback" not in server.log
    assert CANARY_KEY not in server.log
    for path in server.data_dir.rglob("*"):
        if path.is_file():
            assert CANARY_KEY.encode() not in path.read_bytes(), path


async def test_the_key_reaches_the_provider_and_nobody_else(
    upstream: Upstream, visitor: Visitor, server: Server
) -> None:
    await visitor.hear_out(await visitor.ask("Who has the key?"))

    call = await upstream.call_about("Who has the key?")
    connections = await visitor.get("/api/connections")

    assert call.headers["authorization"] == f"Bearer {CANARY_KEY}"
    assert CANARY_KEY not in str(connections.body)
    await expect_nobody_told("", server)


async def test_a_provider_that_is_not_there_is_named(visitor: Visitor) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/v1"
    draft = {
        "kind": "openai-compatible",
        "name": "Nowhere",
        "base_url": nowhere,
        "models": ["lost"],
    }
    connection = (await visitor.post("/api/connections", draft)).body
    turn = await visitor.ask("Is anybody there?", model="lost")

    closing = closing_of(await visitor.hear_out(turn))

    assert (closing["code"], closing["retryable"]) == ("provider-unreachable", True)
    assert "Nowhere" in closing["message"]
    await visitor.call("DELETE", f"/api/connections/{connection['id']}")


async def test_a_key_that_a_person_entered_is_stored_sealed(
    upstream: Upstream, visitor: Visitor, server: Server
) -> None:
    draft = {
        "kind": "openai-compatible",
        "name": "Mine",
        "base_url": upstream.base_url,
        "key": CANARY_KEY,
        "models": ["mine"],
    }

    added = await visitor.post("/api/connections", draft)

    assert added.status == 201
    assert CANARY_KEY not in str(added.body)
    await expect_nobody_told("", server)
    await visitor.call("DELETE", f"/api/connections/{added.body['id']}")


@pytest.mark.parametrize("size", [1, 3, 7])
async def test_characters_cut_anywhere_arrive_whole(
    size: int, upstream: Upstream, visitor: Visitor
) -> None:
    text = "Grüße, 語 und 🦉🏳️‍🌈!"
    question = f"Cut into {size}?"

    async def cuts_characters(call: Call) -> None:
        event = f'data: {{"choices":[{{"delta":{{"content":"{text}"}}}}]}}\n\n'.encode()
        for start in range(0, len(event), size):
            await call.send(event[start : start + size])
        await call.finish()

    upstream.when_asked(question, cuts_characters)
    turn = await visitor.ask(question)

    heard = await visitor.hear_out(turn)

    assert text_heard(heard) == text_of(await visitor.answer(turn)) == text


async def test_an_owl_escaped_in_two_chunks_is_one_owl(
    upstream: Upstream, visitor: Visitor
) -> None:
    async def cuts_the_escape(call: Call) -> None:
        for half in (rb"An owl: \ud83e", rb"\udd89, and half of one: \ud83e"):
            await call.send(b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % half)
            await asyncio.sleep(0.02)
        await call.finish()

    upstream.when_asked("An owl?", cuts_the_escape)
    turn = await visitor.ask("An owl?")

    heard = await visitor.hear_out(turn)

    assert closing_of(heard)["type"] == "turn-finished"
    assert text_of(await visitor.answer(turn)) == text_heard(heard)
    assert text_heard(heard) == "An owl: 🦉, and half of one: \ufffd"


async def test_thinking_is_kept_apart_from_the_answer(upstream: Upstream, visitor: Visitor) -> None:
    async def thinks_first(call: Call) -> None:
        await call.delta(reasoning_content="Let me see. ")
        await call.delta(reasoning="It is four.")
        await call.say("Four.")
        await call.finish()

    upstream.when_asked("Two and two?", thinks_first)
    turn = await visitor.ask("Two and two?")

    heard = await visitor.hear_out(turn)

    answer = await visitor.answer(turn)
    assert (answer["reasoning"], text_of(answer)) == ("Let me see. It is four.", "Four.")
    phases = [one.event["name"] for one in heard if one.type == "phase"]
    assert phases == ["thinking", "writing"]


async def test_a_compressed_stream_is_read(upstream: Upstream, visitor: Visitor) -> None:
    async def compresses(call: Call) -> None:
        await call.head(headers={"Content-Encoding": "gzip"})
        await call.send(
            gzipped({"choices": [{"delta": {"content": "Small."}, "finish_reason": "stop"}]})
        )
        await call.end()

    upstream.when_asked("Small?", compresses)
    turn = await visitor.ask("Small?")

    assert text_heard(await visitor.hear_out(turn)) == "Small."


async def test_an_event_of_a_megabyte_is_text_like_any_other(
    upstream: Upstream, visitor: Visitor
) -> None:
    upstream.when_asked("Much at once?", says("m" * 1_000_000))
    turn = await visitor.ask("Much at once?")

    assert len(text_heard(await visitor.hear_out(turn))) == 1_000_000


async def test_a_slow_first_word_is_waited_for(upstream: Upstream, visitor: Visitor) -> None:
    async def hesitates(call: Call) -> None:
        await call.head()
        await call.send(b": still here\n\n")
        await asyncio.sleep(1)
        await call.say("At last.")
        await call.finish()

    upstream.when_asked("Slow?", hesitates)
    turn = await visitor.ask("Slow?")

    heard = await visitor.hear_out(turn)

    assert (text_heard(heard), closing_of(heard)["type"]) == ("At last.", "turn-finished")


async def test_an_answer_that_failed_half_way_can_be_continued(
    upstream: Upstream, visitor: Visitor
) -> None:
    async def breaks_once(call: Call) -> None:
        if call.beginning:
            await call.say(" and the other half.")
            await call.finish()
        else:
            await call.say("One half")
            call.cut()

    upstream.when_asked("Both halves?", breaks_once)
    turn = await visitor.ask("Both halves?")
    await visitor.hear_out(turn)

    await visitor.hear_out(await visitor.go_on(turn))

    answer = await visitor.answer(turn)
    assert (answer["status"], text_of(answer)) == ("finished", "One half and the other half.")
    assert answer["error"] is None


async def test_a_long_list_of_models_may_arrive_in_pieces(tmp_path: Path) -> None:
    names = [f"model-{number:04}" for number in range(2000)]

    async def list_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        listed = ",".join(f'{{"id":"{name}"}}' for name in names)
        body = f'{{"data":[{listed}]}}'.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 10_000):
            writer.write(body[start : start + 10_000])
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()

    listing = await asyncio.start_server(list_slowly, "127.0.0.1", 0)
    port = listing.sockets[0].getsockname()[1]
    async with (
        listing,
        a_server(tmp_path / "data", OPENAI_BASE_URL=f"http://127.0.0.1:{port}/v1") as server,
        signed_in_visitor(server.url) as visitor,
    ):
        listed = (await visitor.get("/api/models")).body

    assert listed["problems"] == []
    assert [model["id"] for model in listed["items"]] == names


async def test_a_hundred_answers_at_once_all_end_well(upstream: Upstream, visitor: Visitor) -> None:
    questions = [f"One of a hundred: {number}?" for number in range(100)]
    for question in questions:
        upstream.when_asked(question, says(*words(20, seed=question), every=0.01))

    turns = await asyncio.gather(*(visitor.ask(question) for question in questions))
    heard = await asyncio.gather(*(visitor.hear_out(turn) for turn in turns))

    assert [text_heard(one) for one in heard] == ["".join(words(20, seed=q)) for q in questions]
