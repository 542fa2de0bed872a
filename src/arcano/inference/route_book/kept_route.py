"""A route as it is kept: what somebody said of it, and which state of it that is."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from arcano.inference.settings import RouteSettings

RouteId = NewType("RouteId", str)


@dataclass(frozen=True, slots=True)
class KeptRoute:
    """A route that an operator made. Every change gives it a higher `version`."""

    id: RouteId
    settings: RouteSettings
    version: int
    created_at: datetime
    changed_at: datetime

    @property
    def name(self) -> str:
        return self.settings.name
