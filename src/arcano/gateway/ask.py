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
from arcano.usage import Door, Limiter


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
    """The answer to a request in the viewer's name: it is asked for once the response is sent."""
    viewer.expect_model(request.model)
    call = Call(request, viewer.user_id, priority="program", door=door, key=viewer.key)

    async def late_headers() -> Mapping[str, str]:
        standing = await gateway.limiter.standing(call.caller, request.model)
        return limit_headers(door, standing, gateway.clock.now())

    return Answering(
        gateway.inference.stream(call),
        writer,
        sessions=gateway.sessions,
        viewer=viewer,
        headers=headers,
        late_headers=late_headers,
    )


def events_of(
    request: ModelRequest, *, door: Door, viewer: Viewer, gateway: Gateway
) -> AsyncGenerator[InferenceEvent]:
    """What is heard of one call in the viewer's name.

    Raises:
        KeyScopeError: The key may not ask this model.
    """
    viewer.expect_model(request.model)
    call = Call(request, viewer.user_id, priority="program", door=door, key=viewer.key)
    return gateway.inference.stream(call)
