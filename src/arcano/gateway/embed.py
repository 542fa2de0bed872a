"""Vectors for a program, whatever its dialect."""

from arcano.gateway.ask import Gateway
from arcano.identity import Viewer
from arcano.inference import Embedded, EmbeddingCall
from arcano.usage import Door


async def embedded(
    model: str,
    texts: tuple[str, ...],
    *,
    door: Door,
    viewer: Viewer,
    gateway: Gateway,
    dimensions: int | None = None,
) -> Embedded:
    """A vector for each text, in the viewer's name. Raises as `Embedder.embed`.

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
    )
    return await gateway.embedder.embed(call)
