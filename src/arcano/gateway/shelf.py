"""The models that whoever asks at a door for programs may ask: every dialect lists the same."""

from arcano.gateway.ask import Gateway
from arcano.identity import Viewer
from arcano.providers import ListedModel, ModelNotFoundError


async def offered_models(viewer: Viewer, gateway: Gateway) -> list[ListedModel]:
    """In the order of the page's own list: routes and models that only make vectors among them."""
    models, _problems = await gateway.models.all(viewer.user_id, every=True)
    named = await gateway.names.among(models)
    return [model for model in named if viewer.allows_model(model.id)]


async def offered_model(model_id: str, viewer: Viewer, gateway: Gateway) -> ListedModel:
    """The one of this id.

    Raises:
        ModelNotFoundError: It is not there, or not for whoever asks: the two look alike.
    """
    for model in await offered_models(viewer, gateway):
        if model.id == model_id:
            return model
    raise ModelNotFoundError(
        f"No model here is called {model_id[:100]!r}. Choose one from the list."
    )
