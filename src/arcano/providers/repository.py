"""Connections in the database: the organisation's, and those of one person each.

The doors decide who may change which; a key is sealed together with the id of its row.
"""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import Row, delete, insert, select, update

from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.columns import SealedColumn
from arcano.providers.connections import Connection, ConnectionId
from arcano.providers.errors import ConnectionNotFoundError
from arcano.providers.tables import CONNECTIONS

_COLUMNS = CONNECTIONS.c
_KEY = SealedColumn(CONNECTIONS.c.key_sealed)


class ConnectionRepository:
    """Reads and writes connections, sealing their keys, inside one unit of work."""

    def __init__(self, database: DatabaseConnection, box: SecretBox) -> None:
        self._database = database
        self._box = box

    def all(self) -> list[Connection]:
        """Every connection, oldest first: the order in which a name is looked for."""
        rows = self._database.execute(select(*_COLUMNS).order_by("id"))
        return [self._connection(row) for row in rows]

    def add(self, connection: Connection) -> None:
        self._database.execute(insert(CONNECTIONS), self._values(connection))

    def change(
        self, connection_id: ConnectionId, change: Callable[[Connection], Connection]
    ) -> Connection:
        """Put what `change` makes of the connection in its place; its key is sealed anew.

        Raises:
            ConnectionNotFoundError: It was removed.
        """
        chosen = CONNECTIONS.c.id == connection_id
        row = self._database.execute(select(*_COLUMNS).where(chosen)).one_or_none()
        if row is None:
            raise ConnectionNotFoundError("There is no such connection.")
        changed = change(self._connection(row))
        self._database.execute(update(CONNECTIONS).where(chosen).values(self._values(changed)))
        return changed

    def remove(self, connection_id: ConnectionId) -> None:
        self._database.execute(delete(CONNECTIONS).where(CONNECTIONS.c.id == connection_id))

    def _connection(self, row: Row[Any]) -> Connection:
        return Connection(
            id=row.id,
            kind=row.kind,
            name=row.name,
            base_url=row.base_url,
            source="person",
            created_at=row.created_at,
            key=self._box.open(row.key_sealed, _KEY, row.id).decode() if row.key_sealed else None,
            models=tuple(orjson.loads(row.models)) if row.models else None,
            owner_id=row.owner_id,
            private_addresses=row.private_addresses,
            unmarked_end=row.unmarked_end,
        )

    def _values(self, connection: Connection) -> dict[str, Any]:
        key, models = connection.key, connection.models
        return {
            "id": connection.id,
            "kind": connection.kind,
            "name": connection.name,
            "base_url": connection.base_url,
            "key_sealed": self._box.seal(key.encode(), _KEY, connection.id) if key else None,
            "models": orjson.dumps(models).decode() if models else None,
            "created_at": connection.created_at,
            "owner_id": connection.owner_id,
            "private_addresses": connection.private_addresses,
            "unmarked_end": connection.unmarked_end,
        }
