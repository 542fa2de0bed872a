"""Making, changing and removing routes. A change is in effect for new calls when the deed returns.

Calls that run keep the route that they began with.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from arcano.inference.errors import RouteClashesError
from arcano.inference.route_book.book import KeptRoutes, fit_together
from arcano.inference.route_book.kept_route import KeptRoute, RouteId
from arcano.inference.route_book.repository import RouteRepository
from arcano.inference.settings import RouteSettings, Together
from arcano.platform.acts import Act, Actor, Subject, record
from arcano.platform.database import Database
from arcano.platform.ids import new_id

MOST_ROUTES = 1000


async def add_route(
    draft: RouteSettings, *, by: Actor, book: KeptRoutes, database: Database, at: datetime
) -> KeptRoute:
    """Keep a new route.

    Raises:
        RouteClashesError: It does not fit beside the others; says why.
    """
    act = Act("route.made", by)

    def add(connection: Connection) -> KeptRoute:
        repository = RouteRepository(connection)
        kept = repository.all()
        if len(kept) >= MOST_ROUTES:
            raise RouteClashesError(f"There are {MOST_ROUTES} routes already. Remove one first.")
        _refuse_clash(draft, configured=book.configured, others=kept)
        route = repository.add(RouteId(new_id()), draft, at=at)
        record(connection, _of(route, act), now=at)
        return route

    route = await database.write(add)
    await book.look_again()
    return route


async def change_route(
    route_id: RouteId,
    draft: RouteSettings,
    *,
    version: int,
    by: Actor,
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
    act = Act("route.changed", by)

    def change(connection: Connection) -> KeptRoute:
        repository = RouteRepository(connection)
        others = [route for route in repository.all() if route.id != route_id]
        _refuse_clash(draft, configured=book.configured, others=others)
        route = repository.change(route_id, draft, version=version, at=at)
        record(connection, _of(route, act), now=at)
        return route

    route = await database.write(change)
    await book.look_again()
    return route


async def remove_route(
    route: KeptRoute,
    *,
    version: int,
    by: Actor,
    book: KeptRoutes,
    database: Database,
    at: datetime,
) -> None:
    """Forget a route that was read at `version`.

    Raises:
        RouteNotFoundError: It was removed already.
        RouteChangedError: Somebody else changed it meanwhile. Read it again.
    """
    act = _of(route, Act("route.removed", by))

    def remove(connection: Connection) -> None:
        RouteRepository(connection).remove(route.id, version=version)
        record(connection, act, now=at)

    await database.write(remove)
    await book.look_again()


def _of(route: KeptRoute, act: Act) -> Act:
    told = act.noting(name=route.name, version=route.version, targets=len(route.settings.targets))
    return replace(told, subject=Subject("route", route.id))


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
