"""May a connection lead to this machine and its network: who connects providers for everybody decides, and may by default; nobody else may."""

from arcano.identity import Permission, Viewer
from arcano.platform.errors import InvalidInputError
from arcano.providers.connections import Connection
from arcano.providers.kinds import KINDS


def may_reach_private(viewer: Viewer, *, wanted: bool | None) -> bool:
    """Whether a connection that the viewer makes may; None wants what is usual.

    Raises:
        NotAllowedError: It is not theirs to allow.
    """
    if wanted:
        viewer.expect(Permission.CONNECTION_MANAGE)
    return viewer.may(Permission.CONNECTION_MANAGE) if wanted is None else wanted


def expect_guarded(connection: Connection) -> None:
    """A connection that may not reach private addresses is of a kind that can be kept from them.

    Raises:
        InvalidInputError: It is not.
    """
    kind = KINDS[connection.kind]
    if kind.own_way_out and not connection.private_addresses:
        raise InvalidInputError(
            f"private_addresses: {kind.label} opens connections of its own, which cannot be kept from private "
            "addresses. Whoever connects providers for everybody can connect it, and let it reach them."
        )
