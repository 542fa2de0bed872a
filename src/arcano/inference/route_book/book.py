"""The book of all routes: those of the settings, and beside them those that operators have made.

Looking a route up is looking into a dictionary. A server that shares its database with others notices within a
second what another one changed: whoever asks for a route then waits for one small query, and nobody else does.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import Connection
from typing_extensions import override

from arcano.inference.route_book.kept_route import KeptRoute, RouteId
from arcano.inference.route_book.repository import RouteRepository
from arcano.inference.routes import Route, RouteBook
from arcano.inference.settings import InferenceSettings, RouteSettings, Together
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

logger = logging.getLogger(__name__)

TRUST_FOR = timedelta(seconds=1)
"""So long what was read counts as the truth."""

_NEVER_READ = -1

_Read = tuple[int, list[KeptRoute]]


class KeptRoutes(RouteBook):
    """The port `RouteBook`. `changed` hears of all routes whenever they are other ones than before."""

    def __init__(
        self,
        settings: InferenceSettings,
        database: Database,
        *,
        changed: Callable[[Sequence[Route]], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._database = database
        self._changed = changed
        self._now = now
        self._routes = settings.route_book()
        self._changes = _NEVER_READ
        self._good_until = 0.0
        self.kept: tuple[KeptRoute, ...] = ()
        """As they were read last, oldest first."""
        self.problems: dict[RouteId, str] = {}
        """Why some of them are not in effect: they do not fit beside the routes of the settings."""

    @property
    def configured(self) -> tuple[RouteSettings, ...]:
        """The routes of the settings."""
        return self._settings.routes

    @override
    async def find(self, name: str) -> Route:
        if self._now() >= self._good_until:
            await self._look_again_quietly()
        return await self._routes.find(name)

    @override
    async def all(self) -> tuple[Route, ...]:
        if self._now() >= self._good_until:
            await self._look_again_quietly()
        return await self._routes.all()

    async def look_again(self) -> None:
        """Read what there is now, if anything has changed. From then on every new call goes by it.

        Raises:
            StorageError: The database cannot be read; what was known stays.
        """
        # Set first: meanwhile others go by what is known.
        self._good_until = self._now() + TRUST_FOR.total_seconds()
        known = self._changes

        def read(connection: Connection) -> _Read | None:
            repository = RouteRepository(connection)
            changes = repository.changes()
            return None if changes == known else (changes, repository.all())

        if news := await self._database.read(read):
            self._take(*news)

    async def _look_again_quietly(self) -> None:
        try:
            await self.look_again()
        except StorageError:
            # A question deserves its answer while the routes that are known still serve.
            logger.warning("The routes cannot be read; those that are known stay.", exc_info=True)

    def _take(self, changes: int, kept: list[KeptRoute]) -> None:
        if changes <= self._changes:
            return  # somebody who asked later was told sooner
        self._changes = changes
        self.kept = tuple(kept)
        fitting, self.problems = fit_together(self.configured, kept)
        self._routes = self._settings.with_routes(route.settings for route in fitting).route_book()
        self._changed(self._routes.made)


def fit_together(
    configured: Sequence[RouteSettings], kept: Sequence[KeptRoute]
) -> tuple[list[KeptRoute], dict[RouteId, str]]:
    """The kept routes that fit beside the configured ones and each other, and why the rest does not.

    What the settings say counts first: somebody may have added a route there under a name that was taken here.
    """
    together = Together()
    for route in configured:
        together.refuses(route)
    fitting: list[KeptRoute] = []
    problems: dict[RouteId, str] = {}
    for route in kept:
        if refusal := together.refuses(route.settings):
            problems[route.id] = refusal
        else:
            fitting.append(route)
    return fitting, problems
