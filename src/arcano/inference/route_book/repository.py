"""Routes in the database. They belong to the workspace; the doors let only its owner change them."""

import logging
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import Insert, Row, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from arcano.inference.errors import RouteChangedError, RouteClashesError, RouteNotFoundError
from arcano.inference.route_book.kept_route import KeptRoute, RouteId
from arcano.inference.route_book.tables import ROUTE_BOOK, ROUTES
from arcano.inference.settings import RouteSettings

logger = logging.getLogger(__name__)

_COLUMNS = ROUTES.c
_ALL = select(*_COLUMNS).order_by(ROUTES.c.id)
_CHANGES = select(ROUTE_BOOK.c.changes)
_COUNT_CHANGE = (
    update(ROUTE_BOOK).values(changes=ROUTE_BOOK.c.changes + 1).returning(ROUTE_BOOK.c.changes)
)


class RouteRepository:
    """Reads and writes routes inside one unit of work."""

    def __init__(self, database: DatabaseConnection) -> None:
        self._database = database

    def changes(self) -> int:
        """How often any route was made, changed or removed. Cheap: one row is read."""
        return self._database.execute(_CHANGES).scalar_one()

    def all(self) -> list[KeptRoute]:
        """Every route, oldest first. One that another version of Arcano wrote, and this cannot read, is left alone."""
        routes: list[KeptRoute] = []
        for row in self._database.execute(_ALL):
            try:
                routes.append(_route(row))
            except ValidationError as unreadable:
                logger.warning(
                    "The route %r is not in effect, it cannot be read: %s", row.name, unreadable
                )
        return routes

    def add(self, route_id: RouteId, settings: RouteSettings, *, at: datetime) -> KeptRoute:
        """Keep a new route. Whether it fits beside the others is the caller's to know.

        Raises:
            RouteClashesError: Its name is that of one that cannot be read.
        """
        route = KeptRoute(route_id, settings, self._count_change(), created_at=at, changed_at=at)
        self._write(insert(ROUTES), route)
        return route

    def change(
        self, route_id: RouteId, settings: RouteSettings, *, version: int, at: datetime
    ) -> KeptRoute:
        """Put `settings` in the place of what the route was at `version`.

        Raises:
            RouteNotFoundError: It was removed.
            RouteChangedError: It has another version by now.
            RouteClashesError: Its new name is that of one that cannot be read.
        """
        before = self._at_version(route_id, version)
        route = KeptRoute(
            route_id, settings, self._count_change(), created_at=before.created_at, changed_at=at
        )
        self._write(update(ROUTES).where(ROUTES.c.id == route_id), route)
        return route

    def remove(self, route_id: RouteId, *, version: int) -> None:
        """Forget the route.

        Raises:
            RouteNotFoundError: It was removed.
            RouteChangedError: It has another version by now.
        """
        self._at_version(route_id, version)
        self._count_change()
        self._database.execute(delete(ROUTES).where(ROUTES.c.id == route_id))

    def _write(self, statement: Insert | Update, route: KeptRoute) -> None:
        try:
            self._database.execute(statement.values(_values(route)))
        except IntegrityError as taken:
            # One that cannot be read is in no list, and has its name all the same.
            raise RouteClashesError(
                f"There is a route {route.name!r} already, which this version of Arcano cannot read. Choose another name."
            ) from taken

    def _at_version(self, route_id: RouteId, version: int) -> KeptRoute:
        row = self._database.execute(_ALL.where(ROUTES.c.id == route_id)).one_or_none()
        if row is None:
            raise RouteNotFoundError("There is no such route.")
        if row.version != version:
            raise RouteChangedError(
                f"Somebody else has changed the route {row.name!r} meanwhile. "
                "Nothing of yours was kept: read it again, then change it."
            )
        return _route(row)

    def _count_change(self) -> int:
        return self._database.execute(_COUNT_CHANGE).scalar_one()


def _route(row: Row[Any]) -> KeptRoute:
    return KeptRoute(
        id=RouteId(row.id),
        settings=RouteSettings.model_validate_json(row.settings),
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _values(route: KeptRoute) -> dict[str, Any]:
    return {
        "id": route.id,
        "name": route.name,
        "settings": route.settings.model_dump_json(exclude_defaults=True),
        "version": route.version,
        "created_at": route.created_at,
        "changed_at": route.changed_at,
    }
