"""New identifiers: UUIDv7 (RFC 9562), so that ids sort by the time they were made."""

from uuid_utils import uuid7


def new_id() -> str:
    """A fresh UUIDv7 in its usual text form. Later ids of one process sort after earlier ones."""
    return str(uuid7())
