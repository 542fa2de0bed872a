"""What the doors for programs work with, and how a call is made through one."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from arcano.gateway.answering import Answering, AnswerWriter
from arcano.gateway.limit_headers import limit_headers
from arcano.gateway.openai.responses.stored_responses import StoredResponses
from arcano.identity import Sessions, Viewer
from arcano.inference import Call, Embedder, Inference, InferenceEvent
from arcano.platform.clock import Clock
from arcano.providers import ModelList, ModelRequest, OfferedNames
from arcano.usage import Caller, Door, Limiter


@dataclass(frozen=True, slots=True)
class Gateway:
    """Put at `app.state.gateway` by the wiring."""

    inference: Inference
    embedder: Embedder
    sessions: Sessions
    models: ModelList
    names: OfferedNames
    responses: StoredResponses
    limiter: Limiter
    clock: Clock


async def gateway_of(connection: HTTPConnection) -> Gateway:
    return connection.app.state.gateway


def ask(
    request: ModelRequest,
    writer: AnswerWriter,
    *,
    door: Door,
    viewer: Viewer,
    gateway: Gateway,
    headers: Mapping[str, str] | None = None,
) -> Answering:
    """The answer to a request in the viewer's name: it is asked for once the response is sent.

    Raises:
        KeyScopeError, NotAllowedError: They may not ask this model.
    """
    call = call_of(request, door=door, viewer=viewer)
    return answering(
        gateway.inference.stream(call),
        writer,
        caller=call.caller,
        model=request.model,
        viewer=viewer,
        gateway=gateway,
        headers=headers,
    )


def call_of(request: ModelRequest, *, door: Door, viewer: Viewer, bare: bool = False) -> Call:
    """The call that a request is, in the viewer's name; `bare` as `Call` says.

    Raises:
        KeyScopeError, NotAllowedError: They may not ask this model.
    """
    viewer.expect_model(request.model)
    return Call(
        request,
        viewer.user_id,
        priority="program",
        door=door,
        key=viewer.key,
        group_ids=viewer.groups,
        bare=bare,
    )


def answering(
    events: AsyncGenerator[InferenceEvent],
    writer: AnswerWriter,
    *,
    caller: Caller,
    model: str,
    viewer: Viewer,
    gateway: Gateway,
    headers: Mapping[str, str] | None = None,
) -> Answering:
    """The answer that a call's events become, whatever they pass through before. Its headers say how limits stand."""
    return Answering(
        events,
        writer,
        sessions=gateway.sessions,
        viewer=viewer,
        headers=headers,
        late_headers=lambda: limits_of(caller, model, gateway),
    )


async def limits_of(caller: Caller, model: str, gateway: Gateway) -> dict[str, str]:
    """Headers that say how the limits of who asks this model stand now."""
    standing = await gateway.limiter.standing(caller, model)
    return limit_headers(caller.door, standing, gateway.clock.now())
