"""Routes in the list of models: a name that people choose, like a model's, and in the place of one of that name."""

from collections.abc import Sequence

from typing_extensions import override

from arcano.inference.routes import Route, RouteBook
from arcano.providers import ListedModel, OfferedNames


class OfferedRoutes(OfferedNames):
    """The port `OfferedNames` of providers.

    A route is offered with the window and the parameters of its first target, and with what every one of its targets can do, as
    far as their servers say: whoever answers, no less than that holds. A route of which no model is known
    cannot answer, and is left out.
    """

    def __init__(self, routes: RouteBook) -> None:
        self._routes = routes

    @override
    async def among(self, models: Sequence[ListedModel]) -> list[ListedModel]:
        known = {model.id: model for model in models}
        offered = [_offered(route, known) for route in await self._routes.all()]
        routes = {route.id: route for route in offered if route is not None}
        # After the models: the first in the list is what people get who never chose, and is not to change.
        listed = [routes.pop(model.id, model) for model in models]
        return [*listed, *routes.values()]


def _offered(route: Route, known: dict[str, ListedModel]) -> ListedModel | None:
    targets = [known[target.model_id] for target in route.targets if target.model_id in known]
    if not targets:
        return None
    told = [set(target.capabilities) for target in targets if target.capabilities]
    return ListedModel(
        id=route.name,
        name=route.name,
        kind="route",
        connection_id=None,
        connection_name="",
        where="this-machine"
        if all(target.where == "this-machine" for target in targets)
        else "elsewhere",
        context_tokens=targets[0].context_tokens,
        capabilities=tuple(sorted(told[0].intersection(*told))) if told else (),
        targets=tuple(target.model_id for target in route.targets),
        takes=targets[0].takes,
    )
