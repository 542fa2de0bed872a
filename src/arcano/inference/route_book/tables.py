"""Rows of the routes that operators have made."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from arcano.platform.tables import Row


class RouteRow(Row):
    __tablename__ = "routes"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    settings: Mapped[str]
    """JSON: what was said of it, as in `arcano.toml`. What was left out keeps following the defaults."""
    version: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class RouteBookRow(Row):
    """One row: how often any route was made, changed or removed. So a server sees that it must read anew."""

    __tablename__ = "route_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    changes: Mapped[int]
