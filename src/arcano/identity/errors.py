"""Why somebody is not let in.

NotSignedInError          401  no session, or one that has ended
WrongCredentialsError     401  e-mail and password do not belong together
TooManyAttemptsError      429  wait, then try again
SetupAlreadyDoneError     409  the workspace has its owner
NotAllowedError           403  signed in, and without the permission
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError


class NotSignedInError(ArcanoError):
    """No session, or one that has ended. Sign in and ask again."""

    code: ClassVar[str] = "not-signed-in"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class WrongCredentialsError(ArcanoError):
    """E-mail and password do not belong together. We do not say which of them is wrong."""

    code: ClassVar[str] = "wrong-credentials"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class TooManyAttemptsError(ArcanoError):
    """Too many attempts from here or for this account. Wait for `retry_after`."""

    code: ClassVar[str] = "too-many-attempts"
    status: ClassVar[int] = 429
    retryable: ClassVar[bool] = True


class SetupAlreadyDoneError(ArcanoError):
    """The workspace has its owner already. Sign in instead."""

    code: ClassVar[str] = "setup-already-done"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class NotAllowedError(ArcanoError):
    """The permission is missing. Whoever administers the workspace can give it by a role or a group."""

    code: ClassVar[str] = "not-allowed"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False
