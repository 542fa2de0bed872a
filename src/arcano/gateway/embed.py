"""Vectors for a program, whatever its dialect."""

from arcano.gateway.ask import Gateway
from arcano.identity import Viewer
from arcano.inference import Embedded, EmbeddingCall


async def embedded(
    model: str,
    texts: tuple[str, ...],
    *,
    viewer: Viewer,
    gateway: Gateway,
    dimensions: int | None = None,
) -> Embedded:
    """A vector for each text, in the viewer's name. Raises as `Embedder.embed`.

    Raises:
        KeyScopeError: A key that was made for other models.
    """
    viewer.expect_model(model)
    return await gateway.embedder.embed(
        EmbeddingCall(model, texts, viewer.user_id, dimensions=dimensions)
    )
