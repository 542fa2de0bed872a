"""Responses that are stored: gone on from, listed, deleted; written in the background, and heard again from any event on."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import openai
import pytest
import pytest_asyncio
from openai import AsyncOpenAI
from tests.support.house import a_house
from tests.support.members import a_member
from tests.support.openai_programs import WEATHER_FUNCTION, a_client, a_loose_client
from tests.support.server import Server, a_server
from tests.support.upstream import Call, Upstream
from tests.support.vendors import GREETING, SLOW, THOUGHTFUL, Vendor, vendors
from tests.support.visitor import Visitor, a_visitor

Behind = Mapping[str, Vendor]


@pytest_asyncio.fixture(loop_scope="session")
async def behind(visitor: Visitor) -> AsyncGenerator[Behind]:
    async with vendors(visitor) as found:
        yield found


async def ended(client: AsyncOpenAI, response_id: str) -> Any:
    """The response, asked for again and again until it is no longer being written."""
    async with asyncio.timeout(30):
        while True:
            response = await client.responses.retrieve(response_id)
            if response.status not in ("queued", "in_progress"):
                return response
            await asyncio.sleep(0.05)


async def test_a_response_is_stored_as_it_was_told(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        told = await client.responses.create(model=behind["ollama"].model, input="Hello?")
        found = await client.responses.retrieve(told.id)

    assert found == told


async def test_a_response_that_was_not_to_be_stored_is_not_there(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        told = await client.responses.create(
            model=behind["ollama"].model, input="Hello?", store=False
        )
        with pytest.raises(openai.NotFoundError):
            await client.responses.retrieve(told.id)
        with pytest.raises(openai.BadRequestError) as raised:
            await client.responses.create(
                model=behind["ollama"].model, input="And?", previous_response_id=told.id
            )

    assert raised.value.code == "previous_response_not_found"


async def test_what_was_said_before_is_read_again_but_not_its_instructions(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    ollama = behind["ollama"]
    async with a_client(server, visitor) as client:
        first = await client.responses.create(
            model=ollama.model, input="One?", instructions="Be brief."
        )
        second = await client.responses.create(
            model=ollama.model, input="Two?", previous_response_id=first.id
        )
        await client.responses.create(
            model=ollama.model, input="Three?", previous_response_id=second.id, instructions="Sing."
        )

    said = [(one["role"], one["content"]) for one in ollama.asked[-1]["messages"]]
    answer = ("assistant", "".join(GREETING))
    asked = [("user", "One?"), answer, ("user", "Two?"), answer, ("user", "Three?")]
    assert said == [("system", "Sing."), *asked]


async def test_items_are_referred_to_by_their_ids(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    claude = behind["anthropic"]
    tools = [WEATHER_FUNCTION]
    async with a_client(server, visitor) as client:
        called = await client.responses.create(
            model=claude.model, input=f"Oslo? {THOUGHTFUL}", tools=tools
        )
        thought, call = called.output
        assert call.type == "function_call"
        answered = await client.responses.create(
            model=claude.model,
            tools=tools,
            input=[
                {"role": "user", "content": f"Oslo? {THOUGHTFUL}"},
                {"type": "item_reference", "id": str(thought.id)},
                {"type": "item_reference", "id": str(call.id)},
                {"type": "function_call_output", "call_id": call.call_id, "output": "7 degrees"},
            ],
        )

    assert answered.output_text == "It is 7 degrees in Oslo."


async def test_a_response_is_read_once_however_many_of_its_items_are_referred_to(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    ollama, many = behind["ollama"], 6000
    said = [{"role": "user", "content": f"One of many, number {n}."} for n in range(many)]
    async with a_loose_client(server, visitor) as client:
        told = await client.responses.create(model=ollama.model, input=said)
        page = await client.responses.input_items.list(told.id, order="asc", limit=1)
        first = page.data[0].id
        references = [{"type": "item_reference", "id": f"{first[:-4]}{n:04x}"} for n in range(many)]

        # Read anew for each of them it took minutes, in which nobody else could read anything.
        async with asyncio.timeout(15):
            await client.responses.create(model=ollama.model, input=references)

    assert len(ollama.asked[-1]["messages"]) == many


async def test_one_item_is_not_taken_up_twice(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_loose_client(server, visitor) as client:
        told = await client.responses.create(model=behind["ollama"].model, input="Hello?")
        reference = {"type": "item_reference", "id": told.output[0].id}

        with pytest.raises(openai.BadRequestError, match="twice"):
            await client.responses.create(
                model=behind["ollama"].model, input=[reference, reference]
            )


async def test_more_than_any_model_reads_is_not_taken_up(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    model, text = behind["ollama"].model, "all of it " * 700_000
    async with a_loose_client(server, visitor) as client:
        references: list[dict[str, str]] = []
        for _ in range(5):
            # Too long for the model, and kept all the same.
            told = await client.responses.create(model=model, input=text, background=True)
            await ended(client, told.id)
            (item,) = (await client.responses.input_items.list(told.id)).data
            references.append({"type": "item_reference", "id": item.id})

        with pytest.raises(openai.BadRequestError, match="More is stored"):
            await client.responses.create(model=model, input=references)


async def test_the_items_that_were_sent_are_listed_page_by_page(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    texts = ["One?", "Two?", "Three?"]
    async with a_client(server, visitor) as client:
        told = await client.responses.create(
            model=behind["ollama"].model,
            input=[{"role": "user", "content": text} for text in texts],
        )
        page = await client.responses.input_items.list(told.id, limit=2, order="asc")
        items = [item async for item in page]
        newest = await client.responses.input_items.list(told.id, limit=1)

    assert [item.content[0].text for item in items] == texts  # type: ignore[union-attr]
    assert page.has_more
    assert newest.data[0].content[0].text == "Three?"  # type: ignore[union-attr]


async def test_a_deleted_response_is_gone(server: Server, visitor: Visitor, behind: Behind) -> None:
    async with a_client(server, visitor) as client:
        told = await client.responses.create(model=behind["ollama"].model, input="Hello?")
        await client.responses.delete(told.id)
        with pytest.raises(openai.NotFoundError):
            await client.responses.retrieve(told.id)
        with pytest.raises(openai.NotFoundError):
            await client.responses.delete(told.id)


async def test_the_responses_of_others_are_not_there(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    model = behind["ollama"].model
    async with (
        a_client(server, visitor) as client,
        a_member(server) as other,
        a_client(server, other) as others,
    ):
        told = await client.responses.create(model=model, input="Hello?")
        item = told.output[0].id
        tried: list[Any] = [
            others.responses.retrieve(told.id),
            others.responses.delete(told.id),
            others.responses.cancel(told.id),
            others.responses.input_items.list(told.id),
        ]
        for one in tried:
            with pytest.raises(openai.NotFoundError):
                await one
        with pytest.raises(openai.BadRequestError):
            await others.responses.create(model=model, input="?", previous_response_id=told.id)
        with pytest.raises(openai.BadRequestError):
            await others.responses.create(
                model=model, input=[{"type": "item_reference", "id": str(item)}]
            )
        assert (await client.responses.retrieve(told.id)).id == told.id


async def test_a_response_in_the_background_is_asked_for_until_it_is_there(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        begun = await client.responses.create(
            model=behind["ollama"].model, input=f"Hello, {SLOW}", background=True
        )
        response = await ended(client, begun.id)

    assert begun.status == "queued"
    assert (response.status, response.output_text) == ("completed", "".join(GREETING))
    assert response.background is True


async def test_a_stream_that_was_left_is_heard_again_from_any_event_on(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        stream = await client.responses.create(
            model=behind["ollama"].model, input=f"Hello, {SLOW}", background=True, stream=True
        )
        first: list[Any] = []
        async for event in stream:
            first.append(event)
            if event.type == "response.output_text.delta":
                break
        await stream.close()
        created = first[0]
        assert created.type == "response.created"
        after = first[-1].sequence_number
        resumed = await client.responses.retrieve(
            created.response.id, stream=True, starting_after=after
        )
        rest = [event async for event in resumed]
        again = await client.responses.retrieve(created.response.id, stream=True)
        whole = [event async for event in again]

    numbers = [event.sequence_number for event in [*first, *rest]]
    assert numbers == list(range(len(numbers)))
    assert [*first, *rest] == whole
    assert whole[1].type == "response.queued"
    assert whole[-1].type == "response.completed"
    text = "".join(event.delta for event in whole if event.type == "response.output_text.delta")
    assert text == "".join(GREETING)


async def test_a_cancelled_response_ends_its_call_within_a_second(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def go_on(call: Call) -> None:
        await call.say(*(["word "] * 500), every=0.05)
        await call.finish()

    upstream.when_asked("a response that is cancelled", go_on)
    async with a_client(server, visitor) as client:
        begun = await client.responses.create(
            model="wordy", input="a response that is cancelled", background=True
        )
        call = await upstream.call_about("a response that is cancelled")
        left = time.monotonic()
        cancelled = await client.responses.cancel(begun.id)
        async with asyncio.timeout(5):
            await call.wait_for_hang_up()
        again = await client.responses.cancel(begun.id)

    assert (cancelled.status, again.status) == ("cancelled", "cancelled")
    assert call.closed_at is not None
    assert call.closed_at - left < 1


async def test_only_what_runs_in_the_background_is_cancelled_or_heard_again(
    server: Server, visitor: Visitor, behind: Behind
) -> None:
    async with a_client(server, visitor) as client:
        told = await client.responses.create(model=behind["ollama"].model, input="Hello?")
        with pytest.raises(openai.BadRequestError):
            await client.responses.cancel(told.id)
        with pytest.raises(openai.BadRequestError):
            await client.responses.retrieve(told.id, stream=True)
        with pytest.raises(openai.BadRequestError):
            await client.responses.create(
                model=behind["ollama"].model, input="Hello?", background=True, store=False
            )


async def test_a_stream_that_breaks_off_ends_as_failed_and_is_stored_so(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def break_off(call: Call) -> None:
        await call.say("Once upon a time, in a land far away, there was ")
        call.cut()

    upstream.when_asked("a response that breaks off", break_off)
    async with a_client(server, visitor) as client:
        stream = await client.responses.create(
            model="wordy", input="a response that breaks off", stream=True
        )
        events = [event async for event in stream]
        last = events[-1]
        assert last.type == "response.failed"
        stored = await client.responses.retrieve(last.response.id)

    assert stored.status == "failed"
    assert stored.error is not None
    assert stored.output_text.startswith("Once upon a time")


async def test_a_caller_who_leaves_a_stream_ends_the_call_upstream_within_a_second(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def go_on(call: Call) -> None:
        await call.say(*(["word "] * 500), every=0.05)
        await call.finish()

    upstream.when_asked("a response nobody hears out", go_on)
    async with a_client(server, visitor) as client:
        stream = await client.responses.create(
            model="wordy", input="a response nobody hears out", stream=True
        )
        async for event in stream:
            if event.type == "response.output_text.delta":
                break
        left = time.monotonic()
        await stream.close()
    call = await upstream.call_about("a response nobody hears out")
    async with asyncio.timeout(5):
        await call.wait_for_hang_up()

    assert call.closed_at is not None
    assert call.closed_at - left < 1


async def test_what_a_killed_server_was_writing_has_failed_and_the_rest_is_there(
    upstream: Upstream, tmp_path: Path
) -> None:
    async def never(call: Call) -> None:
        await call.say("Half of ")
        await asyncio.sleep(60)

    upstream.when_asked("a response that is killed", never)
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        async with a_client(server, visitor) as client:
            told = await client.responses.create(model="wordy", input="Hello?", background=True)
            done = await ended(client, told.id)
            begun = await client.responses.create(
                model="wordy", input="a response that is killed", background=True
            )
            await upstream.call_about("a response that is killed")
            key = client.api_key
            server.kill()
        async with (
            a_server(tmp_path / "data", OPENAI_BASE_URL=upstream.base_url) as again,
            AsyncOpenAI(base_url=f"{again.url}/v1", api_key=key, max_retries=0) as client,
        ):
            lost = await client.responses.retrieve(begun.id)
            heard = await client.responses.retrieve(begun.id, stream=True)
            events = [event async for event in heard]

            assert (await client.responses.retrieve(done.id)) == done
    assert lost.status == "failed"
    assert events[-1].type == "response.failed"


async def test_responses_are_sealed_where_texts_are_and_go_when_their_time_is_over(
    upstream: Upstream, tmp_path: Path
) -> None:
    settings = {
        "ARCANO_SECRETS__ENCRYPT_TEXT": "true",
        "ARCANO_GATEWAY__KEEP_RESPONSES": "PT2S",
    }
    async with (
        a_house(upstream, tmp_path / "data", settings=settings) as (server, visitor),
        a_client(server, visitor) as client,
    ):
        told = await client.responses.create(model="wordy", input="a canary sings", background=True)
        response = await ended(client, told.id)
        kept = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("arcano.db*"))
        await asyncio.sleep(2.1)
        with pytest.raises(openai.NotFoundError):
            await client.responses.retrieve(told.id)

    assert response.output_text == "An ordinary answer."
    assert told.id.encode() in kept
    assert b"canary sings" not in kept
    assert b"ordinary answer" not in kept


async def test_one_person_has_so_many_in_the_background_and_no_more(
    upstream: Upstream, tmp_path: Path
) -> None:
    async def never(call: Call) -> None:
        await call.say("Half of ")
        await asyncio.sleep(60)

    upstream.when_asked("one of too many", never)
    settings = {"ARCANO_GATEWAY__BACKGROUND_RESPONSES": "1"}
    async with (
        a_house(upstream, tmp_path / "data", settings=settings) as (server, visitor),
        a_client(server, visitor) as client,
    ):
        begun = await client.responses.create(
            model="wordy", input="one of too many", background=True
        )
        with pytest.raises(openai.RateLimitError):
            await client.responses.create(model="wordy", input="Hello?", background=True)
        await client.responses.cancel(begun.id)
        another = await client.responses.create(model="wordy", input="Hello?", background=True)
        assert (await ended(client, another.id)).status == "completed"


async def test_a_revoked_key_ends_what_was_begun_with_it(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async def never(call: Call) -> None:
        await call.say("Half of ")
        await asyncio.sleep(60)

    upstream.when_asked("begun with a key that is revoked", never)
    made = await visitor.post("/api/keys", {"name": "Short", "doors": ["openai"]})
    async with (
        AsyncOpenAI(base_url=f"{server.url}/v1", api_key=made.body["key"]) as client,
        a_client(server, visitor) as other,
    ):
        begun = await client.responses.create(
            model="wordy", input="begun with a key that is revoked", background=True
        )
        await upstream.call_about("begun with a key that is revoked")
        await visitor.delete(f"/api/keys/{made.body['details']['id']}")
        response = await ended(other, begun.id)

    assert response.status == "failed"


async def test_changing_a_key_ends_nothing_that_was_begun_with_it(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    changed = asyncio.Event()

    async def once_changed(call: Call) -> None:
        await call.say("Half of ")
        await changed.wait()
        await call.say("it.")
        await call.finish()

    upstream.when_asked("begun with a key that is renamed", once_changed)
    made = await visitor.post("/api/keys", {"name": "Long", "doors": ["openai"]})
    async with AsyncOpenAI(base_url=f"{server.url}/v1", api_key=made.body["key"]) as client:
        begun = await client.responses.create(
            model="wordy", input="begun with a key that is renamed", background=True
        )
        streamed = await client.chat.completions.create(
            model="wordy",
            messages=[{"role": "user", "content": "begun with a key that is renamed"}],
            stream=True,
        )
        first = await anext(aiter(streamed))
        path = f"/api/keys/{made.body['details']['id']}"
        assert (await visitor.call("PATCH", path, {"name": "Longer"})).status == 200
        # As long as an ending would take to be heard.
        await asyncio.sleep(1)
        changed.set()
        rest = [chunk.choices[0].delta.content or "" async for chunk in streamed if chunk.choices]
        response = await ended(client, begun.id)

    assert (first.choices[0].delta.content or "") + "".join(rest) == "Half of it."
    assert (response.status, response.output_text) == ("completed", "Half of it.")


async def test_nobody_comes_in_without_a_key(server: Server) -> None:
    async with a_visitor(server.url) as stranger:
        answered = await stranger.get("/v1/responses/resp_1")

    assert answered.status == 401
