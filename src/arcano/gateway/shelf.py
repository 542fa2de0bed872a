"""The models that whoever asks at a door for programs may ask: every dialect lists the same."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from arcano.identity import Viewer
from arcano.providers import ListedModel, Providers


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the list of models comes from. For dependencies of routes."""

    providers: Providers

    async def seen_by(self, viewer: Viewer) -> list[ListedModel]:
        """In the order of the page's own list; a key that was made for some of them is shown those."""
        models, _ = await self.providers.models.all(viewer.user_id)
        named = await self.providers.names.among(models)
        return [model for model in named if viewer.key is None or viewer.key.allows_model(model.id)]


async def shelf_of(connection: HTTPConnection) -> Shelf:
    return Shelf(connection.app.state.providers)
