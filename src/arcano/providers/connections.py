"""Connections: the servers we may ask, where they came from, and the keys that open them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from arcano.providers.kinds import ConnectionKind

ConnectionId = NewType("ConnectionId", str)
ConnectionSource = Literal["settings", "discovered", "person"]


@dataclass(frozen=True, slots=True)
class Connection:
    """A server, and how it is spoken to.

    `models` names what it offers where it cannot be asked; None means: ask it. `key` is secret and
    never leaves through a view, a log or `repr`.
    """

    id: ConnectionId
    kind: ConnectionKind
    name: str
    base_url: str
    source: ConnectionSource
    created_at: datetime
    key: str | None = field(default=None, repr=False)
    models: tuple[str, ...] | None = None

    @property
    def key_hint(self) -> str | None:
        """The end of the key, enough to tell two keys apart."""
        if self.key is None:
            return None
        return f"…{self.key[-4:]}" if len(self.key) >= 12 else "…"
