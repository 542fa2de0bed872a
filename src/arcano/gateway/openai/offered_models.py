"""The models that a program may ask: those its person can choose, as far as its key goes."""

from arcano.gateway.ask import Gateway
from arcano.identity import Viewer
from arcano.providers import ListedModel, ModelNotFoundError


async def offered_models(viewer: Viewer, gateway: Gateway) -> list[ListedModel]:
    """All of them, routes and models that only make vectors among them."""
    models, _problems = await gateway.models.all(viewer.user_id, every=True)
    named = await gateway.names.among(models)
    return [model for model in named if viewer.key is None or viewer.key.allows_model(model.id)]


async def offered_model(model_id: str, viewer: Viewer, gateway: Gateway) -> ListedModel:
    """The one of this id.

    Raises:
        ModelNotFoundError: It is not there, or not for this key: the two look alike.
    """
    for model in await offered_models(viewer, gateway):
        if model.id == model_id:
            return model
    raise ModelNotFoundError(
        f"No model here is called {model_id[:100]!r}. Choose one from the list."
    )
