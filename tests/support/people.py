"""People who ask, for tests that need no sign-in."""

from arcano.identity import BUILT_IN_ROLES, UserId, Viewer
from arcano.identity.domain import SessionId


def a_viewer(role: str = "owner", *, user_id: str = "someone", name: str = "") -> Viewer:
    """Somebody of a built-in role, with what it allows by default."""
    return Viewer(UserId(user_id), SessionId("session"), role, BUILT_IN_ROLES[role], name=name)
