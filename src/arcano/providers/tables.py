"""Rows of connections that people have made."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, Named, Table, TypedColumns, false

from arcano.platform.secrets.columns import secret_at_rest
from arcano.platform.tables import METADATA, UtcTime


class ConnectionColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    kind: Named[str]
    name: Named[str]
    base_url: Named[str]
    key_sealed: Named[bytes | None] = Column(
        LargeBinary, info=secret_at_rest(first_place="connections/{}/key")
    )
    models: Named[str | None]
    """JSON: a list of names, where the server cannot be asked for them."""
    created_at: Named[datetime] = Column(UtcTime)
    owner_id: Named[str | None] = Column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Whose own it is; null: the organisation's."""
    private_addresses: Named[bool]
    """Whether it may lead to this machine and its network."""
    unmarked_end: Named[bool] = Column(server_default=false())
    """Whether its server leaves out the mark of an answer's end."""


CONNECTIONS = Table("connections", METADATA, ConnectionColumns)
