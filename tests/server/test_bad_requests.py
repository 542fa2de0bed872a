"""Asking wrongly: each mistake is one clear problem with a code, and nothing of it is stored.

What was sent is not repeated in the answer, whatever it was.
"""

import asyncio
from collections.abc import AsyncGenerator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from tests.support.server import Server
from tests.support.upstream import MODEL, Upstream
from tests.support.visitor import Answered, Turn, Visitor, closing_of, text_of

UNREADABLE = 1008
UNKNOWN_ID = "0198c5a2-7000-7000-8000-000000000000"
MEGABYTE = 1_000_000
A_DRAFT: dict[str, Any] = {"client_message_id": "c", "content": "Hello?", "model": MODEL}


def turns_of(conversation_id: str) -> str:
    return f"/api/conversations/{conversation_id}/turns"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content": ""}, "content"),
        ({"content": " \n\t "}, "content"),
        ({"content": []}, "content"),
        ({"content": [{"type": "text", "text": "  "}]}, "content"),
        ({"content": [{"type": "sound", "text": "x"}]}, "content"),
        ({"content": [{"type": "text"}]}, "content"),
        ({"content": 17}, "content"),
        ({"content": None}, "content"),
        ({"content": {"text": "x"}}, "content"),
        ({"content": "x" * (MEGABYTE + 1)}, "content"),
        ({"content": [{"type": "text", "text": "x" * 600_000}] * 2}, "content"),
        ({"client_message_id": ""}, "client_message_id"),
        ({"client_message_id": "x" * 101}, "client_message_id"),
        ({"client_message_id": None}, "client_message_id"),
        ({"model": ""}, "model"),
        ({"model": ["a"]}, "model"),
        ({"parent_id": 5}, "parent_id"),
        ({"parent_id": "x" * 100}, "parent_id"),
        ({"parameters": {"temperature": 2.1}}, "parameters.temperature"),
        ({"parameters": {"temperature": "hot"}}, "parameters.temperature"),
        ({"parameters": {"top_p": -1}}, "parameters.top_p"),
        ({"parameters": {"max_tokens": 0}}, "parameters.max_tokens"),
        ({"parameters": {"stop": ["x"] * 17}}, "parameters.stop"),
        ({"parameters": {"seed": 2**63}}, "parameters.seed"),
        ({"parameters": {"volume": 11}}, "parameters.volume"),
        ({"parameters": []}, "parameters"),
    ],
)
async def test_a_field_that_is_not_as_it_should_be_is_named(
    change: dict[str, Any], field: str, visitor: Visitor
) -> None:
    conversation_id = await visitor.new_conversation()

    answer = await visitor.post(turns_of(conversation_id), {**A_DRAFT, **change})

    assert (answer.status, answer.code) == (422, "invalid-input")
    assert answer.body["errors"][0]["field"].startswith(field)
    assert len(str(answer.body)) < 5000
    await expect_nothing_stored(visitor, conversation_id)


@pytest.mark.parametrize("missing", A_DRAFT)
async def test_a_field_that_is_missing_is_named(missing: str, visitor: Visitor) -> None:
    conversation_id = await visitor.new_conversation()
    draft = {name: value for name, value in A_DRAFT.items() if name != missing}

    answer = await visitor.post(turns_of(conversation_id), draft)

    assert (answer.status, answer.code) == (422, "invalid-input")
    assert answer.body["errors"][0]["field"] == missing


async def expect_nothing_stored(visitor: Visitor, conversation_id: str) -> None:
    conversation = (await visitor.get(f"/api/conversations/{conversation_id}")).body
    assert await visitor.messages(conversation_id) == []
    assert (conversation["head_id"], conversation["title"]) == (None, None)
    assert conversation["running_turn_ids"] == []


BODIES = {
    "nothing": b"",
    "no JSON": b"{client_message_id: 1}",
    "half of JSON": b'{"client_message_id": "c", "con',
    "a lone surrogate": b'{"client_message_id": "c", "content": "\\ud83d", "model": "wordy"}',
    "a surrogate in bytes": b'{"client_message_id": "c", "content": "\xed\xa0\xbd", "model": "w"}',
    "bytes that are no text": b'{"client_message_id": "c", "content": "\xff\xfe", "model": "w"}',
    "UTF-16": '{"client_message_id": "c"}'.encode("utf-16"),
    "not a number": b'{"client_message_id": "c", "content": NaN, "model": "wordy"}',
    "endless numbers": b'{"parameters": {"temperature": Infinity}}',
    "a number without a bound": b'{"parameters": {"seed": ' + b"9" * 10_000 + b"}}",
    "a list without a bottom": b"[" * 100_000,
    "an object without a bottom": b'{"a":' * 100_000,
    "something deep but whole": b"[" * 900 + b"]" * 900,
    "a list": b"[]",
    "a word": b'"Hello?"',
    "null": b"null",
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_cannot_be_read_is_refused(name: str, visitor: Visitor) -> None:
    conversation_id = await visitor.new_conversation()

    answer = await visitor.call("POST", turns_of(conversation_id), raw=BODIES[name])

    assert (answer.status, answer.code) == (422, "invalid-input")
    await expect_nothing_stored(visitor, conversation_id)


async def test_a_form_is_no_json(visitor: Visitor) -> None:
    answer = await visitor.call(
        "POST",
        "/api/conversations",
        raw=b"title=x",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert (answer.status, answer.code) == (422, "invalid-input")


async def test_a_model_that_nobody_knows_is_refused_before_anything_is_stored(
    visitor: Visitor,
) -> None:
    conversation_id = await visitor.new_conversation()

    answer = await visitor.try_to_ask("Hello?", conversation_id=conversation_id, model="no-such")

    assert (answer.status, answer.code) == (404, "model-not-found")
    await expect_nothing_stored(visitor, conversation_id)


async def test_a_message_of_a_million_characters_is_asked_whole(
    upstream: Upstream, visitor: Visitor
) -> None:
    question = "語" * MEGABYTE

    turn = await visitor.ask(question)

    assert closing_of(await visitor.hear_out(turn))["type"] == "turn-finished"
    assert text_of((await visitor.messages(turn.conversation_id))[-1]) == question
    assert upstream.calls_about(question) != []


async def test_a_question_of_two_hundred_thousand_tokens_reaches_the_model_or_says_why_not(
    upstream: Upstream, visitor: Visitor
) -> None:
    question = "word " * 199_999 + "end."
    assert len(question) < MEGABYTE
    turn = await visitor.ask(question)

    closing = closing_of(await visitor.hear_out(turn))

    assert closing["type"] == "turn-finished"
    assert upstream.calls_about(question) != []


async def test_a_body_of_more_than_eight_megabytes_is_not_read(visitor: Visitor) -> None:
    conversation_id = await visitor.new_conversation()
    draft = b'{"client_message_id": "c", "model": "wordy", "content": "%s"}' % (b"x" * 9 * 2**20)

    announced = await cut_or_answered(visitor, turns_of(conversation_id), BytesIO(draft))
    in_chunks = await cut_or_answered(visitor, turns_of(conversation_id), chunks_of(draft))

    assert (announced.status, announced.code) == (413, "payload-too-large")
    assert (in_chunks.status, in_chunks.code) == (413, "payload-too-large")
    await expect_nothing_stored(visitor, conversation_id)


async def chunks_of(data: bytes) -> AsyncGenerator[bytes]:
    for start in range(0, len(data), 2**20):
        yield data[start : start + 2**20]


async def cut_or_answered(visitor: Visitor, path: str, data: Any) -> Answered:
    """The server answers before it has read everything: the client must hear that answer."""
    async with visitor.http.post(
        visitor.url + path, data=data, headers={"Content-Type": "application/json"}
    ) as response:
        got = {name.lower(): value for name, value in response.headers.items()}
        return Answered(response.status, await response.json(content_type=None), got)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/conversations/{id}", "conversation-not-found"),
        ("PATCH", "/api/conversations/{id}", "conversation-not-found"),
        ("DELETE", "/api/conversations/{id}", "conversation-not-found"),
        ("POST", "/api/conversations/{id}/restore", "conversation-not-found"),
        ("GET", "/api/conversations/{id}/messages", "conversation-not-found"),
        ("POST", "/api/conversations/{id}/turns", "conversation-not-found"),
        ("GET", "/api/turns/{id}", "turn-not-found"),
        ("GET", "/api/turns/{id}/events", "turn-not-found"),
        ("POST", "/api/turns/{id}/stop", "turn-not-found"),
        ("POST", "/api/messages/{id}/regenerate", "message-not-found"),
        ("POST", "/api/messages/{id}/continue", "message-not-found"),
        ("PATCH", "/api/connections/{id}", "connection-not-found"),
        ("DELETE", "/api/connections/{id}", "connection-not-found"),
        ("POST", "/api/connections/{id}/test", "connection-not-found"),
    ],
)
async def test_an_id_of_nothing_or_of_something_else_is_not_found(
    method: str, path: str, code: str, visitor: Visitor
) -> None:
    turn = await visitor.ask("Which id is which?")
    wrong = {
        UNKNOWN_ID,
        "%00",
        "..",
        "💥",
        "x" * 3000,
        turn.id,
        turn.answer_id,
        turn.conversation_id,
    }
    right = {"conversations": turn.conversation_id, "turns": turn.id, "messages": turn.answer_id}
    wrong.discard(right.get(path.split("/")[2], ""))
    body = A_DRAFT if path.endswith("/turns") else {}

    answers = [
        await visitor.call(method, path.format(id=one), None if method == "GET" else body)
        for one in wrong
        if one != ".."
    ]

    assert {(answer.status, answer.code) for answer in answers} == {(404, code)}


async def test_a_parent_must_be_an_answer_in_the_same_conversation(visitor: Visitor) -> None:
    turn = await visitor.ask("First?")
    await visitor.hear_out(turn)
    elsewhere = await visitor.ask("Elsewhere?")

    after_question = await visitor.try_to_ask(
        "Second?", conversation_id=turn.conversation_id, parent_id=turn.question_id
    )
    after_foreign = await visitor.try_to_ask(
        "Second?", conversation_id=turn.conversation_id, parent_id=elsewhere.answer_id
    )
    after_nothing = await visitor.try_to_ask(
        "Second?", conversation_id=turn.conversation_id, parent_id=UNKNOWN_ID
    )

    assert (after_question.status, after_question.code) == (422, "not-a-parent")
    assert (after_foreign.status, after_foreign.code) == (404, "message-not-found")
    assert (after_nothing.status, after_nothing.code) == (404, "message-not-found")
    assert len(await visitor.messages(turn.conversation_id)) == 2


async def test_a_question_cannot_be_regenerated_or_continued(visitor: Visitor) -> None:
    turn = await visitor.ask("Can I be regenerated?")
    await visitor.hear_out(turn)

    regenerated = await visitor.post(f"/api/messages/{turn.question_id}/regenerate", {})
    continued = await visitor.post(f"/api/messages/{turn.question_id}/continue", {})
    complete = await visitor.post(f"/api/messages/{turn.answer_id}/continue", {})

    assert (regenerated.status, regenerated.code) == (422, "not-an-answer")
    assert (continued.status, continued.code) == (422, "not-an-answer")
    assert (complete.status, complete.code) == (409, "nothing-to-continue")


async def test_a_branch_of_another_conversation_cannot_be_shown(visitor: Visitor) -> None:
    turn = await visitor.ask("Mine?")
    elsewhere = await visitor.ask("Not mine?")
    path = f"/api/conversations/{turn.conversation_id}"

    shown = await visitor.call("PATCH", path, {"head_id": elsewhere.answer_id})
    listed = await visitor.get(f"{path}/messages?through={elsewhere.answer_id}")

    assert (shown.status, shown.code) == (404, "message-not-found")
    assert (listed.status, listed.code) == (404, "message-not-found")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=ten",
        "limit=1e3",
        "limit=99999999999999999999",
        "before=" + "x" * 101,
    ],
)
async def test_a_limit_or_cursor_without_sense_is_refused(query: str, visitor: Visitor) -> None:
    turn = await visitor.ask("Where does this end?")

    answers = await lists_of(visitor, turn, query)

    assert [(answer.status, answer.code) for answer in answers] == [(422, "invalid-input")] * 3


@pytest.mark.parametrize("cursor", ["nonsense", UNKNOWN_ID, "%00", "", "12.", "%F0%9F%92%A5"])
async def test_a_cursor_that_was_never_given_is_refused(cursor: str, visitor: Visitor) -> None:
    turn = await visitor.ask("Where does that end?")

    conversations, *messages = await lists_of(visitor, turn, f"before={cursor}")

    assert (conversations.status, conversations.code) == (422, "invalid-input")
    assert {(answer.status, answer.code) for answer in messages} == {(404, "message-not-found")}


async def lists_of(visitor: Visitor, turn: Turn, query: str) -> list[Answered]:
    messages = f"/api/conversations/{turn.conversation_id}/messages"
    return [
        await visitor.get(f"/api/conversations?{query}"),
        await visitor.get(f"{messages}?{query}"),
        await visitor.get(f"{messages}?through=head&{query}"),
    ]


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 5000])
async def test_a_place_in_a_log_that_is_no_number_is_refused(after: str, visitor: Visitor) -> None:
    turn = await visitor.ask("After what?")

    answer = await visitor.get(f"/api/turns/{turn.id}/events?after={after}")

    assert (answer.status, answer.code) == (422, "invalid-input")


@pytest.mark.parametrize("last", ["", "x", "-1", "٣", "9" * 5000])
async def test_a_last_event_id_that_is_none_of_ours_begins_again(
    last: str, visitor: Visitor
) -> None:
    turn = await visitor.ask("Since when?")
    await visitor.hear_out(turn)
    address = f"{visitor.url}/api/turns/{turn.id}/events"

    async with visitor.http.get(address, headers={"Last-Event-ID": last}) as response:
        body = await response.text()

    assert response.status == 200
    assert body.startswith("id: 1\n")


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        "[]",
        "17",
        '{"id": 1}',
        '{"type": "ping"}',
        '{"id": null, "type": "ping"}',
        '{"id": 1, "type": "ping", "x": "\\ud83d"}',
        "[" * 100_000,
        b"\x00\x01\x02",
    ],
)
async def test_a_frame_that_cannot_be_read_closes_the_socket(
    frame: str | bytes, server: Server, visitor: Visitor
) -> None:
    async with visitor.socket() as socket:
        if isinstance(frame, bytes):
            await socket.connection.send_bytes(frame)
        else:
            await socket.connection.send_str(frame)
        farewell = await asyncio.wait_for(socket.connection.receive(), 5)

    assert (farewell.type, farewell.data) == (aiohttp.WSMsgType.CLOSE, UNREADABLE)
    assert "Traceback" not in server.log


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"type": "dance"}, "invalid-input"),
        ({"type": "start-turn"}, "invalid-input"),
        (
            {"type": "start-turn", "conversation_id": UNKNOWN_ID, **A_DRAFT},
            "conversation-not-found",
        ),
        ({"type": "start-turn", "conversation_id": 5, **A_DRAFT}, "invalid-input"),
        ({"type": "follow-turn", "turn_id": UNKNOWN_ID}, "turn-not-found"),
        ({"type": "follow-turn", "turn_id": UNKNOWN_ID, "after": "x"}, "invalid-input"),
        ({"type": "follow-turn", "turn_id": [1]}, "invalid-input"),
        ({"type": "stop-turn", "turn_id": UNKNOWN_ID}, "turn-not-found"),
        ({"type": "regenerate", "message_id": UNKNOWN_ID}, "message-not-found"),
        ({"type": "continue", "message_id": UNKNOWN_ID}, "message-not-found"),
    ],
)
async def test_a_command_that_cannot_be_obeyed_is_answered_and_the_socket_stays(
    command: dict[str, Any], code: str, visitor: Visitor
) -> None:
    fields = {name: value for name, value in command.items() if name != "type"}
    async with visitor.socket() as socket:
        answer = await socket.command(command["type"], **fields)
        still_there = await socket.command("ping")

    assert (answer["type"], answer["problem"]["code"]) == ("error", code)
    assert answer["problem"]["detail"]
    assert still_there["type"] == "answer"


async def test_a_problem_does_not_repeat_what_was_sent(visitor: Visitor, server: Server) -> None:
    secret = "my-secret-password"

    setup = await visitor.post("/api/setup", {"email": secret, "password": secret, "name": []})
    sign_in = await visitor.post("/api/session", {"email": "a@b.c", "password": [secret]})

    assert setup.code == sign_in.code == "invalid-input"
    assert secret not in str(setup.body) + str(sign_in.body) + server.log


@pytest.mark.parametrize(
    "draft",
    [
        {"base_url": "not an address"},
        {"base_url": "ftp://example.org"},
        {"base_url": "http://[::1"},
        {"base_url": "http://x:99999/v1"},
        {"base_url": "https://user:password@host/v1"},
        {"kind": "telepathy"},
        {"name": " "},
        {"key": "x" * 5000},
        {"models": ["x"] * 1001},
    ],
)
async def test_a_connection_that_makes_no_sense_is_refused(
    draft: dict[str, Any], visitor: Visitor
) -> None:
    whole = {"kind": "openai-compatible", "base_url": "http://127.0.0.1:1/v1", **draft}

    answer = await visitor.post("/api/connections", whole)

    assert (answer.status, answer.code) == (422, "invalid-input")


async def test_a_change_that_names_nothing_changes_nothing(visitor: Visitor) -> None:
    conversation_id = await visitor.new_conversation()
    path = f"/api/conversations/{conversation_id}"
    before = await visitor.get(path)

    answer = await visitor.call("PATCH", path, {})

    assert answer.status == 200
    assert answer.body == before.body


async def test_a_page_of_people_after_nobody_is_refused(visitor: Visitor) -> None:
    answer = await visitor.get(f"/api/people?cursor={UNKNOWN_ID}")

    assert (answer.status, answer.code) == (422, "invalid-input")
