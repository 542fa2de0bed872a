"""Rows of the routes that operators have made."""

from datetime import datetime

from sqlalchemy import Column, Named, Table, TypedColumns

from arcano.platform.tables import METADATA, UtcTime


class RouteColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    name: Named[str] = Column(unique=True)
    settings: Named[str]
    """JSON: what was said of it, as in `arcano.toml`. What was left out keeps following the defaults."""
    version: Named[int]
    created_at: Named[datetime] = Column(UtcTime)
    changed_at: Named[datetime] = Column(UtcTime)


ROUTES = Table("routes", METADATA, RouteColumns)


class RouteBookColumns(TypedColumns):
    """One row: how often any route was made, changed or removed. So a server sees that it must read anew."""

    id: Named[int] = Column(primary_key=True)
    changes: Named[int]


ROUTE_BOOK = Table("route_book", METADATA, RouteBookColumns)
