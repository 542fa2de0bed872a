"""The doors of OpenAI's Responses API under `/v1/responses`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.requests import HTTPConnection
from starlette.responses import Response

from arcano.gateway.answering import Answering
from arcano.gateway.ask import Gateway, answering, ask, call_of, gateway_of, limits_of
from arcano.gateway.dialect_route import dialect_route
from arcano.gateway.expressible import taken
from arcano.gateway.openai.errors import refusal
from arcano.gateway.openai.responses.ask_response import (
    AskedStored,
    Times,
    ask_stored,
    ask_unstored,
)
from arcano.gateway.openai.responses.domain import StoredResponse
from arcano.gateway.openai.responses.errors import ResponseNotInBackgroundError
from arcano.gateway.openai.responses.keep_response import kept_when_ended
from arcano.gateway.openai.responses.page_items import page_of
from arcano.gateway.openai.responses.read_request import ENCRYPTED, read_draft
from arcano.gateway.openai.responses.repository import ResponseRepository
from arcano.gateway.openai.responses.response_writers import (
    HeardAgain,
    ResponseEvents,
    WholeResponse,
)
from arcano.gateway.openai.responses.run_in_background import Running, said_after
from arcano.gateway.openai.responses.write_response import view_of
from arcano.identity import Viewer, asks_models
from arcano.inference import InferenceEvent
from arcano.platform.errors import InvalidInputError
from arcano.platform.json_answer import json_answer
from arcano.providers import ModelFinished, WirePassed

router = APIRouter(prefix="/v1", tags=["openai"], route_class=dialect_route(refusal))

_Caller = Annotated[Viewer, asks_models("openai")]
_Owner = Annotated[Viewer, asks_models("openai", at_least="owner")]
_Gateway = Annotated[Gateway, Depends(gateway_of)]


@router.post("/responses", response_class=Response)
async def create_response(body: dict[str, Any], viewer: _Caller, gateway: _Gateway) -> Response:
    """An answer as items, stored unless `store` is false. `stream` and `background` say how it is wanted."""
    draft = read_draft(body)
    viewer.expect_model(draft.model)
    if not draft.is_stored and draft.previous_response_id is None and not draft.references:
        asked, writing = ask_unstored(draft, body)
        writer = ResponseEvents(writing) if draft.stream else WholeResponse(writing)
        request = await taken(asked.request, viewer=viewer, gateway=gateway)
        return ask(request, writer, door="openai", viewer=viewer, gateway=gateway)
    stored = await gateway.responses.database.read(
        lambda c: ask_stored(draft, body, _responses(c, viewer, gateway), _times(gateway))
    )
    request = await taken(stored.asked.request, viewer=viewer, gateway=gateway)
    call = call_of(request, door="openai", viewer=viewer)
    events = gateway.inference.stream(call)
    if draft.background:
        begun = await _begin(stored, events, viewer, gateway, stream=bool(draft.stream))
        # It is let in, or not, when nobody waits for that.
        begun.headers.update(await limits_of(call.caller, draft.model, gateway))
        return begun
    if draft.is_stored:
        events = kept_when_ended(
            events, stored.writing, lambda whole: _keep(stored, whole, viewer, gateway)
        )
    writer = ResponseEvents(stored.writing) if draft.stream else WholeResponse(stored.writing)
    return answering(
        events, writer, caller=call.caller, model=draft.model, viewer=viewer, gateway=gateway
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a stored response is wanted. `after` is a `sequence_number`, -1 where all of it is."""

    stream: bool
    after: int
    encrypted: bool


async def _wanted(connection: HTTPConnection) -> _Wanted:
    query = connection.query_params
    included = {*query.getlist("include"), *query.getlist("include[]")}
    return _Wanted(
        query.get("stream", "false").lower() == "true",
        _number(query.get("starting_after"), "starting_after", default=-1),
        ENCRYPTED in included,
    )


@router.get("/responses/{response_id}", response_class=Response)
async def get_response(
    response_id: str,
    viewer: _Owner,
    gateway: _Gateway,
    wanted: Annotated[_Wanted, Depends(_wanted)],
) -> Response:
    """A stored response as far as it is; with `stream=true` the events of one in the background, also later."""
    running = gateway.responses.background.running(response_id, viewer.user_id)
    if running is not None:
        if wanted.stream:
            return _heard(running, wanted.after, viewer, gateway)
        return json_answer(view_of(running.writing.whole(), encrypted=wanted.encrypted))
    stored = await _find(response_id, viewer, gateway)
    if not wanted.stream:
        return json_answer(view_of(stored.whole, encrypted=wanted.encrypted))
    if not stored.background:
        raise ResponseNotInBackgroundError(
            "stream: Only a response that was asked for in the background can be heard again."
        )
    said = _events_in(stored.stream)[wanted.after + 1 :]
    return _pass_on(_once(b"".join(said)), viewer, gateway)


@router.delete("/responses/{response_id}", response_class=Response)
async def delete_response(response_id: str, viewer: _Owner, gateway: _Gateway) -> Response:
    """Take it away for good; one that is being written ends."""
    await _find(response_id, viewer, gateway)
    running = gateway.responses.background.running(response_id, viewer.user_id)
    if running is not None:
        await gateway.responses.background.cancel(running)
    await gateway.responses.database.write(
        lambda c: _responses(c, viewer, gateway).delete(response_id)
    )
    return json_answer({"id": response_id, "object": "response", "deleted": True})


@router.post("/responses/{response_id}/cancel", response_class=Response)
async def cancel_response(response_id: str, viewer: _Owner, gateway: _Gateway) -> Response:
    """End one that is written in the background; one that has ended stays as it is."""
    stored = await _find(response_id, viewer, gateway)
    if not stored.background:
        raise ResponseNotInBackgroundError(
            "Only a response that was asked for in the background can be cancelled."
        )
    running = gateway.responses.background.running(response_id, viewer.user_id)
    if running is not None:
        await gateway.responses.background.cancel(running)
        stored = await _find(response_id, viewer, gateway)
    return json_answer(view_of(stored.whole, encrypted=False))


@dataclass(frozen=True, slots=True)
class _Page:
    after: str | None
    limit: int
    newest_first: bool


async def _page(connection: HTTPConnection) -> _Page:
    query = connection.query_params
    limit = _number(query.get("limit"), "limit", default=20)
    order = query.get("order", "desc")
    if not 1 <= limit <= 100:
        raise InvalidInputError("limit: From 1 to 100.")
    if order not in ("asc", "desc"):
        raise InvalidInputError("order: `asc` or `desc`.")
    return _Page(query.get("after"), limit, order == "desc")


@router.get("/responses/{response_id}/input_items", response_class=Response)
async def list_input_items(
    response_id: str,
    viewer: _Owner,
    gateway: _Gateway,
    page: Annotated[_Page, Depends(_page)],
) -> Response:
    """The items that were sent with it; what came before them is found at the response that it goes on from."""
    stored = await _find(response_id, viewer, gateway)
    items = page_of(
        stored.items, after=page.after, limit=page.limit, newest_first=page.newest_first
    )
    return json_answer(items)


async def _begin(
    stored: AskedStored,
    events: AsyncGenerator[InferenceEvent],
    viewer: Viewer,
    gateway: Gateway,
    *,
    stream: bool,
) -> Response:
    running = await gateway.responses.background.start(
        stored.response(viewer.user_id),
        stored.writing,
        events,
        viewer=viewer,
        sessions=gateway.sessions,
    )
    if stream:
        return _heard(running, -1, viewer, gateway)
    return json_answer(stored.writing.view())


async def _keep(
    stored: AskedStored, whole: dict[str, Any], viewer: Viewer, gateway: Gateway
) -> None:
    response = stored.response(viewer.user_id, whole)
    await gateway.responses.database.write(lambda c: _responses(c, viewer, gateway).add(response))


async def _find(response_id: str, viewer: Viewer, gateway: Gateway) -> StoredResponse:
    return await gateway.responses.database.read(
        lambda c: _responses(c, viewer, gateway).one(response_id)
    )


def _responses(connection: Connection, viewer: Viewer, gateway: Gateway) -> ResponseRepository:
    return ResponseRepository(connection, viewer.user_id, now=gateway.responses.clock.now())


def _times(gateway: Gateway) -> Times:
    return Times(gateway.responses.clock.now(), gateway.responses.keep)


def _heard(running: Running, after: int, viewer: Viewer, gateway: Gateway) -> Response:
    return _pass_on(said_after(running, after), viewer, gateway)


def _pass_on(said: AsyncGenerator[bytes], viewer: Viewer, gateway: Gateway) -> Response:
    async def events() -> AsyncGenerator[InferenceEvent]:
        async with aclosing(said):
            async for piece in said:
                yield WirePassed(piece, 0)
        yield ModelFinished("stop")

    return Answering(events(), HeardAgain(), sessions=gateway.sessions, viewer=viewer)


async def _once(said: bytes) -> AsyncGenerator[bytes]:
    yield said


def _events_in(stream: bytes) -> list[bytes]:
    """The events of a stored stream: the number of each is its place."""
    return [event + b"\n\n" for event in stream.split(b"\n\n") if event]


def _number(text: str | None, name: str, *, default: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInputError(f"{name}: A whole number.")
    return int(text)
