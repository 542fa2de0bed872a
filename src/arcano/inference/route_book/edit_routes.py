"""Making, changing and removing routes. A change is in effect for new calls when the deed returns.

Calls that run keep the route that they began with.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from arcano.inference.errors import RouteClashesError
from arcano.inference.route_book.book import KeptRoutes, fit_together
from arcano.inference.route_book.kept_route import KeptRoute, RouteId
from arcano.inference.route_book.repository import RouteRepository
from arcano.inference.settings import RouteSettings, Together
from arcano.platform.database import Database
from arcano.platform.ids import new_id

MOST_ROUTES = 1000


async def add_route(
    draft: RouteSettings, *, book: KeptRoutes, database: Database, at: datetime
) -> KeptRoute:
    """Keep a new route.

    Raises:
        RouteClashesError: It does not fit beside the others; says why.
    """

    def add(connection: Connection) -> KeptRoute:
        repository = RouteRepository(connection)
        kept = repository.all()
        if len(kept) >= MOST_ROUTES:
            raise RouteClashesError(f"There are {MOST_ROUTES} routes already. Remove one first.")
        _refuse_clash(draft, configured=book.configured, others=kept)
        return repository.add(RouteId(new_id()), draft, at=at)

    route = await database.write(add)
    await book.look_again()
    return route


async def change_route(
    route_id: RouteId,
    draft: RouteSettings,
    *,
    version: int,
    book: KeptRoutes,
    database: Database,
    at: datetime,
) -> KeptRoute:
    """Put `draft` in the place of a route that was read at `version`.

    Raises:
        RouteNotFoundError: It was removed.
        RouteChangedError: Somebody else changed it meanwhile. Read it again.
        RouteClashesError: It would not fit beside the others; says why.
    """

    def change(connection: Connection) -> KeptRoute:
        repository = RouteRepository(connection)
        others = [route for route in repository.all() if route.id != route_id]
        _refuse_clash(draft, configured=book.configured, others=others)
        return repository.change(route_id, draft, version=version, at=at)

    route = await database.write(change)
    await book.look_again()
    return route


async def remove_route(
    route_id: RouteId, *, version: int, book: KeptRoutes, database: Database
) -> None:
    """Forget a route that was read at `version`.

    Raises:
        RouteNotFoundError: It was removed already.
        RouteChangedError: Somebody else changed it meanwhile. Read it again.
    """
    await database.write(lambda c: RouteRepository(c).remove(route_id, version=version))
    await book.look_again()


def _refuse_clash(
    draft: RouteSettings, *, configured: Sequence[RouteSettings], others: Sequence[KeptRoute]
) -> None:
    fitting, _ = fit_together(configured, others)
    together = Together()
    for route in (*configured, *(one.settings for one in fitting)):
        together.refuses(route)
    refusal = together.refuses(draft)
    if refusal is None and any(route.name == draft.name for route in others):
        # By one that is not in effect: it still has its name.
        refusal = f"Two routes are called {draft.name!r}."
    if refusal is not None:
        raise RouteClashesError(refusal)
