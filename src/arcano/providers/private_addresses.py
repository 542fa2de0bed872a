"""May a connection lead to this machine and its network: the owner decides, and may by default; nobody else may."""

from arcano.identity import OwnerOnlyError, Viewer
from arcano.platform.errors import InvalidInputError
from arcano.providers.connections import Connection
from arcano.providers.kinds import KINDS


def may_reach_private(viewer: Viewer, *, wanted: bool | None) -> bool:
    """Whether a connection that the viewer makes may; None wants what is usual.

    Raises:
        OwnerOnlyError: It is not theirs to allow.
    """
    is_owner = viewer.role == "owner"
    if wanted and not is_owner:
        raise OwnerOnlyError(
            "Only the owner of the workspace lets a connection reach private addresses."
        )
    return is_owner if wanted is None else wanted


def expect_guarded(connection: Connection) -> None:
    """A connection that may not reach private addresses is of a kind that can be kept from them.

    Raises:
        InvalidInputError: It is not.
    """
    kind = KINDS[connection.kind]
    if kind.own_way_out and not connection.private_addresses:
        raise InvalidInputError(
            f"private_addresses: {kind.label} opens connections of its own, which cannot be kept from private "
            "addresses. Only the owner connects it, and lets it reach them."
        )
