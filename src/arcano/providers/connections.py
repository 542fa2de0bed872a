"""Connections: the servers we may ask, where they came from, and the keys that open them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from arcano.identity import UserId
from arcano.providers.kinds import ConnectionKind

ConnectionId = NewType("ConnectionId", str)
ConnectionSource = Literal["settings", "discovered", "person"]


@dataclass(frozen=True, slots=True)
class Connection:
    """A server, and how it is spoken to.

    `models` names what it offers where it cannot be asked; None means: ask it. `key` is secret and
    never leaves through a view, a log or `repr`. `owner_id` is the one person who may see and use it; None:
    it is the organisation's, for everybody. `private_addresses`: it may lead to this machine and its network.
    `unmarked_end`: its server leaves out the mark of an answer's end.
    """

    id: ConnectionId
    kind: ConnectionKind
    name: str
    base_url: str
    source: ConnectionSource
    created_at: datetime
    key: str | None = field(default=None, repr=False)
    models: tuple[str, ...] | None = None
    owner_id: UserId | None = None
    private_addresses: bool = False
    unmarked_end: bool = False

    def is_for(self, user_id: str | None) -> bool:
        """Whether this person may see and use it. Nobody else's own is for anybody."""
        return self.owner_id is None or self.owner_id == user_id

    @property
    def is_here(self) -> bool:
        """Whether its server runs on this machine."""
        here = ("//127.0.0.1", "//localhost", "//[::1]")
        return any(host in self.base_url for host in here)

    @property
    def key_hint(self) -> str | None:
        """The end of the key, enough to tell two keys apart."""
        if self.key is None:
            return None
        return f"…{self.key[-4:]}" if len(self.key) >= 12 else "…"
