"""Who may decide about whom, and who may give what. Asked inside the unit that writes, of the viewer as of now.

Three rules, beyond the permission that a door asks for: nobody gives what they do not have themselves; whoever
administers the workspace is made and unmade only by who may say what roles are allowed; and the owner stays.
"""

from collections.abc import Collection

from arcano.identity.domain import Person, Viewer
from arcano.identity.errors import LosesOwnRightsError, NotAllowedError, OwnerStaysError
from arcano.identity.permissions import ADMINISTERING, OWNER, Permission


def expect_may_give(viewer: Viewer, permissions: Collection[Permission]) -> None:
    """Go on only if the viewer may let somebody have these permissions, or take them away.

    Raises:
        NotAllowedError: They do not have all of them, or may not say who administers.
    """
    missing = sorted(set(permissions) - viewer.permissions)
    if missing:
        raise NotAllowedError(
            f"Nobody gives what they do not have themselves: {', '.join(missing)}."
        )
    if ADMINISTERING & set(permissions):
        viewer.expect(Permission.ROLE_MANAGE)


def expect_may_decide(viewer: Viewer, person: Person, theirs: Collection[Permission]) -> None:
    """Go on only if the viewer may change, disable or delete this person, who has the permissions `theirs`.

    Raises:
        OwnerStaysError: It is the owner.
        NotAllowedError: The person administers, and the viewer may not say who does.
    """
    if person.role == OWNER:
        raise OwnerStaysError(
            "The owner cannot be changed, disabled or deleted. Hand the workspace over first."
        )
    if person.id != viewer.user_id and ADMINISTERING & set(theirs):
        viewer.expect(Permission.ROLE_MANAGE)


def expect_may_stand_in(viewer: Viewer, person: Person, theirs: Collection[Permission]) -> None:
    """Go on only if the viewer may do what would let them act as this person, such as a new password.

    Raises:
        OwnerStaysError: It is the owner.
        NotAllowedError: The person may do what the viewer may not.
    """
    expect_may_decide(viewer, person, theirs)
    if set(theirs) - viewer.permissions:
        raise NotAllowedError(
            f"{person.name} may do things that you may not, so that only somebody who may can do this."
        )


def expect_meant(before: Viewer, after: Collection[Permission], *, confirmed: bool) -> None:
    """Go on only if what the viewer takes from themselves is meant.

    Raises:
        LosesOwnRightsError: They would be left without something, and have not said that it is meant.
    """
    lost = sorted(before.permissions - set(after))
    if lost and not confirmed:
        raise LosesOwnRightsError(
            f"You would take this from yourself, and may not be able to give it back: {', '.join(lost)}."
        )
