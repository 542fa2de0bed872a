"""Reading and writing the links that let somebody in. Each works once, however many try it at once."""

import json
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from arcano.identity.domain import GroupId, InvitationId, UserId
from arcano.identity.errors import InvitationNotFoundError, LinkSpentError
from arcano.identity.people.domain import Invitation
from arcano.identity.people.tables import INVITATIONS, PASSWORD_RESETS

_INVITATION = select(
    INVITATIONS.c.id,
    INVITATIONS.c.role,
    INVITATIONS.c.groups,
    INVITATIONS.c.email,
    INVITATIONS.c.made_by,
    INVITATIONS.c.made_at,
    INVITATIONS.c.expires_at,
)
_SPENT = "This link was used, taken back, or is too old. Ask whoever sent it for a new one."


class LinkRepository:
    """Invitations and ways back, inside one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_invitation(self, invitation: Invitation, *, digest: bytes) -> None:
        """Keep it. Those that are too old to be of use are forgotten on this occasion."""
        self._connection.execute(
            insert(INVITATIONS),
            {
                "id": invitation.id,
                "token_digest": digest,
                "role": invitation.role,
                "groups": json.dumps(invitation.groups),
                "email": invitation.email,
                "made_by": invitation.made_by,
                "made_at": invitation.made_at,
                "expires_at": invitation.expires_at,
            },
        )
        self._connection.execute(
            delete(INVITATIONS).where(INVITATIONS.c.expires_at < invitation.made_at)
        )

    def open_invitations(self, *, now: datetime) -> list[Invitation]:
        """Those that somebody made and that can still be used, newest first."""
        found = self._connection.execute(
            _INVITATION.where(
                INVITATIONS.c.used_at.is_(None),
                INVITATIONS.c.expires_at > now,
                INVITATIONS.c.made_by.is_not(None),
            ).order_by(INVITATIONS.c.id.desc())
        )
        return [_invitation_of(*row) for row in found]

    def revoke(self, invitation_id: InvitationId) -> None:
        """Take an invitation back.

        Raises:
            InvitationNotFoundError: It is not there, or was used.
        """
        gone = self._connection.execute(
            delete(INVITATIONS).where(
                INVITATIONS.c.id == invitation_id, INVITATIONS.c.used_at.is_(None)
            )
        )
        if not gone.rowcount:
            raise InvitationNotFoundError("This invitation was used, or taken back already.")

    def revoke_those_of(self, user_id: UserId) -> None:
        """Whoever may not come in lets nobody in any more, neither by an invitation nor by a new password."""
        self._connection.execute(
            delete(INVITATIONS).where(
                INVITATIONS.c.made_by == user_id, INVITATIONS.c.used_at.is_(None)
            )
        )
        self._connection.execute(
            delete(PASSWORD_RESETS).where(PASSWORD_RESETS.c.made_by == user_id)
        )

    def invitation(self, digest: bytes, *, now: datetime) -> Invitation:
        """The invitation of a link that can be used.

        Raises:
            LinkSpentError: It cannot.
        """
        row = self._connection.execute(
            _INVITATION.where(
                INVITATIONS.c.token_digest == digest,
                INVITATIONS.c.used_at.is_(None),
                INVITATIONS.c.expires_at > now,
            )
        ).one_or_none()
        if row is None:
            raise LinkSpentError(_SPENT)
        return _invitation_of(*row)

    def use_invitation(self, invitation_id: InvitationId, *, by: UserId, now: datetime) -> None:
        """Nobody else can. `by` must be there already.

        Raises:
            LinkSpentError: Somebody was faster.
        """
        used = self._connection.execute(
            update(INVITATIONS)
            .where(INVITATIONS.c.id == invitation_id, INVITATIONS.c.used_at.is_(None))
            .values(used_at=now, used_by=by)
        )
        if not used.rowcount:
            raise LinkSpentError(_SPENT)

    def add_reset(
        self, digest: bytes, user_id: UserId, *, made_by: UserId | None, expires_at: datetime
    ) -> None:
        """A way back in. Earlier ones of the same person are worth nothing from here on."""
        self._connection.execute(
            delete(PASSWORD_RESETS).where(PASSWORD_RESETS.c.user_id == user_id)
        )
        self._connection.execute(
            insert(PASSWORD_RESETS),
            {
                "token_digest": digest,
                "user_id": user_id,
                "made_by": made_by,
                "expires_at": expires_at,
            },
        )

    def reset(self, digest: bytes, *, now: datetime) -> tuple[UserId, UserId | None]:
        """Whose way back it is, and who made it; None: they asked by mail, or whoever holds the machine did.

        Raises:
            LinkSpentError: It cannot be used.
        """
        row = self._connection.execute(
            select(PASSWORD_RESETS.c.user_id, PASSWORD_RESETS.c.made_by).where(
                PASSWORD_RESETS.c.token_digest == digest,
                PASSWORD_RESETS.c.used_at.is_(None),
                PASSWORD_RESETS.c.expires_at > now,
            )
        ).one_or_none()
        if row is None:
            raise LinkSpentError(_SPENT)
        return UserId(row.user_id), None if row.made_by is None else UserId(row.made_by)

    def use_reset(self, digest: bytes, *, now: datetime) -> None:
        """Nobody can use it again.

        Raises:
            LinkSpentError: Somebody was faster.
        """
        used = self._connection.execute(
            update(PASSWORD_RESETS)
            .where(PASSWORD_RESETS.c.token_digest == digest, PASSWORD_RESETS.c.used_at.is_(None))
            .values(used_at=now)
        )
        if not used.rowcount:
            raise LinkSpentError(_SPENT)

    def forget_resets(self, user_id: UserId) -> None:
        """No way back in that was given out works any more."""
        self._connection.execute(
            delete(PASSWORD_RESETS).where(PASSWORD_RESETS.c.user_id == user_id)
        )


def _invitation_of(
    invitation_id: str,
    role: str,
    groups: str,
    email: str | None,
    made_by: str | None,
    made_at: datetime,
    expires_at: datetime,
) -> Invitation:
    return Invitation(
        InvitationId(invitation_id),
        role,
        tuple(GroupId(group) for group in json.loads(groups)),
        email,
        None if made_by is None else UserId(made_by),
        made_at,
        expires_at,
    )
