"""Whether the models that routes name are there: said on the page, and never in anybody's way."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta

from arcano.inference.route_book.schemas import TargetPresence
from arcano.inference.settings import RouteSettings
from arcano.providers import ModelDirectory, ModelNotFoundError, ProviderError

ANSWER_WITHIN = timedelta(seconds=2)


async def find_models(
    routes: Iterable[RouteSettings], directory: ModelDirectory
) -> Mapping[str, TargetPresence]:
    """For every model that the routes name, whether there is one."""
    models = sorted({target.model for route in routes for target in route.targets})
    found = await asyncio.gather(*(_presence(model, directory) for model in models))
    return dict(zip(models, found, strict=True))


async def _presence(model: str, directory: ModelDirectory) -> TargetPresence:
    try:
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            await directory.find(model)
    except ModelNotFoundError:
        return "model-unknown"
    except (TimeoutError, ProviderError):
        return "not-answering"
    return "known"
