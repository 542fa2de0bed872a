"""Vectors for a program, whatever its dialect."""

from collections.abc import AsyncGenerator, Callable

from starlette.responses import Response

from arcano.gateway.answering import Answering
from arcano.gateway.ask import Gateway, answering
from arcano.gateway.dialect_route import Refuses
from arcano.identity import Viewer
from arcano.inference import Embedded, EmbeddingCall, InferenceEvent
from arcano.platform.errors import ArcanoError
from arcano.providers import ModelFinished, WirePassed
from arcano.usage import Door

InWords = Callable[[Embedded], bytes]
"""The body of an answer with these vectors."""


def embed(
    model: str,
    texts: tuple[str, ...],
    in_words: InWords,
    refuse: Refuses,
    *,
    door: Door,
    viewer: Viewer,
    gateway: Gateway,
    dimensions: int | None = None,
) -> Answering:
    """The answer with a vector for each text, in the viewer's name: they are asked for once the response is sent.

    Raises:
        KeyScopeError, NotAllowedError: They may not ask this model.
    """
    viewer.expect_model(model)
    call = EmbeddingCall(
        model,
        texts,
        viewer.user_id,
        dimensions=dimensions,
        door=door,
        key=viewer.key,
        group_ids=viewer.groups,
    )

    async def events() -> AsyncGenerator[InferenceEvent]:
        yield WirePassed(in_words(await gateway.embedder.embed(call)), 0)
        yield ModelFinished("stop")

    return answering(
        events(),
        _Whole(refuse),
        caller=call.caller,
        model=model,
        viewer=viewer,
        gateway=gateway,
    )


class _Whole:
    """Writes what is made in one piece."""

    media_type = "application/json"
    silence = b""

    def __init__(self, refuse: Refuses) -> None:
        self._refuse = refuse
        self._body = b""

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case WirePassed(body):
                self._body = body
                return b""
            case ModelFinished():
                return self._body
            case _:
                return b""

    def failed(self, error: ArcanoError) -> bytes:
        """Never asked for: nothing is sent before the end."""
        raise error

    def refusal(self, error: ArcanoError) -> Response:
        return self._refuse(error)
