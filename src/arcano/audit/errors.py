"""Why the audit trail cannot be asked.

AuditBeingVerifiedError   409  somebody else is checking it
BadAnchorError            422  it does not say a row and its hash
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError


class AuditBeingVerifiedError(ArcanoError):
    """The audit trail is being checked already. Wait for it, then look at what it found."""

    code: ClassVar[str] = "audit-being-verified"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = True


class BadAnchorError(ArcanoError):
    """What was given as an anchor does not name a row and its hash."""

    code: ClassVar[str] = "bad-anchor"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False
