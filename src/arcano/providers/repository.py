"""Connections in the database. They belong to the workspace; the doors let only its owner change them."""

import orjson
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import delete, insert, select

from arcano.platform.secrets import SecretBox
from arcano.providers.connections import Connection, ConnectionId
from arcano.providers.profiles import profile_for
from arcano.providers.tables import ConnectionRow


class ConnectionRepository:
    """Reads and writes connections, sealing their keys, inside one unit of work."""

    def __init__(self, database: DatabaseConnection, box: SecretBox) -> None:
        self._database = database
        self._box = box

    def all(self) -> list[Connection]:
        """Every connection, oldest first: the order in which a name is looked for."""
        rows = self._database.execute(select(*ConnectionRow.__table__.columns).order_by("id"))
        return [
            Connection(
                id=row.id,
                name=row.name,
                base_url=row.base_url,
                source="person",
                created_at=row.created_at,
                key=self._box.open(row.key_sealed, row=_row(row.id)) if row.key_sealed else None,
                models=tuple(orjson.loads(row.models)) if row.models else None,
                profile=profile_for(row.base_url),
            )
            for row in rows
        ]

    def add(self, connection: Connection) -> None:
        key, models = connection.key, connection.models
        self._database.execute(
            insert(ConnectionRow),
            {
                "id": connection.id,
                "kind": "openai-compatible",
                "name": connection.name,
                "base_url": connection.base_url,
                "key_sealed": self._box.seal(key, row=_row(connection.id)) if key else None,
                "models": orjson.dumps(models).decode() if models else None,
                "created_at": connection.created_at,
            },
        )

    def remove(self, connection_id: ConnectionId) -> None:
        self._database.execute(delete(ConnectionRow).where(ConnectionRow.id == connection_id))


def _row(connection_id: str) -> str:
    return f"connections/{connection_id}/key"
