"""Why somebody is not let in.

NotSignedInError          401  no session, or one that has ended
WrongCredentialsError     401  e-mail and password do not belong together
TooManyAttemptsError      429  wait, then try again
SetupAlreadyDoneError     409  the workspace has its owner
NotAllowedError           403  signed in, and without the permission
ProofNeededError          403  dangerous, and long since the person showed who they are
SecondFactorNeededError   401  the password is right, and a code is needed besides
WrongCodeError            401  not the code or passkey of this account
ChallengeOverError        409  what was asked was answered already, or too late
GuessablePasswordError    422  a new password that anybody would try
AccessTokenError          401  not a token of ours, or its time is over
RefreshTokenReusedError   401  used a second time; the session it belonged to has ended
AccountWaitingError       403  registered, and not yet approved
AccountDisabledError      403  somebody has closed the account
RegistrationClosedError   403  nobody, or not this address, may register
PersonNotFoundError       404  no such person
RoleNotFoundError         404  no such role
GroupNotFoundError        404  no such group
InvitationNotFoundError   404  no such open invitation
SessionNotFoundError      404  no such device of one's own
EmailTakenError           409  somebody has this address
NameTakenError            409  a role or a group has this name
OwnerStaysError           409  the owner is handed over, not taken away
LosesOwnRightsError       409  one would take something from oneself: say that it is meant
LinkSpentError            410  an invitation or a way back that is used, revoked or too old
MailNotSentError          502  the mail server refused
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError, InvalidInputError


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


class ProofNeededError(ArcanoError):
    """Dangerous, and too long since the person showed who they are. Send `POST /api/me/proof`, then repeat."""

    code: ClassVar[str] = "proof-needed"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class WrongCodeError(WrongCredentialsError):
    """Not the code or the passkey of this account, or a code that was used already. Try the next one."""

    code: ClassVar[str] = "wrong-code"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class ChallengeOverError(ArcanoError):
    """What was asked was answered already, or too late. Begin again."""

    code: ClassVar[str] = "challenge-over"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class AccessTokenError(NotSignedInError):
    """Not a token of ours, or its time is over. Get a new one with the refresh token."""

    code: ClassVar[str] = "bad-access-token"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class RefreshTokenReusedError(NotSignedInError):
    """This refresh token was used before, so that somebody else may have it: its session has ended. Sign in again."""

    code: ClassVar[str] = "refresh-token-reused"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class SecondFactorNeededError(ArcanoError):
    """The password is right, and the account has a second factor. Send a code of it, too."""

    code: ClassVar[str] = "second-factor-needed"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class GuessablePasswordError(InvalidInputError):
    """A new password is among the first that anybody would try. Add an unrelated word or two."""

    code: ClassVar[str] = "guessable-password"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class AccountWaitingError(ArcanoError):
    """The account waits for approval by whoever administers the workspace. Try again later."""

    code: ClassVar[str] = "account-waiting"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = True


class AccountDisabledError(ArcanoError):
    """The account is disabled. Whoever administers the workspace can enable it; nothing was deleted."""

    code: ClassVar[str] = "account-disabled"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class RegistrationClosedError(ArcanoError):
    """Nobody, or nobody with such an address, may register. Ask for an invitation."""

    code: ClassVar[str] = "registration-closed"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class PersonNotFoundError(ArcanoError):
    """There is no such person in the workspace."""

    code: ClassVar[str] = "person-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class RoleNotFoundError(ArcanoError):
    """There is no such role."""

    code: ClassVar[str] = "role-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class GroupNotFoundError(ArcanoError):
    """There is no such group."""

    code: ClassVar[str] = "group-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class InvitationNotFoundError(ArcanoError):
    """There is no such invitation, or it was used or revoked."""

    code: ClassVar[str] = "invitation-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class SessionNotFoundError(ArcanoError):
    """The device is signed out already, or was never one's own."""

    code: ClassVar[str] = "session-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class EmailTakenError(ArcanoError):
    """Somebody in the workspace has this e-mail address. Sign in with it, or give another."""

    code: ClassVar[str] = "email-taken"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class NameTakenError(ArcanoError):
    """Another role or group has this name. Choose another."""

    code: ClassVar[str] = "name-taken"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class OwnerStaysError(ArcanoError):
    """The owner cannot be demoted, disabled or deleted. Hand the workspace over first."""

    code: ClassVar[str] = "owner-stays"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class LosesOwnRightsError(ArcanoError):
    """The change would take something away from whoever makes it. Send it again with `confirm` if that is meant."""

    code: ClassVar[str] = "loses-own-rights"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class LinkSpentError(ArcanoError):
    """The link was used, revoked, or is too old. Ask for a new one."""

    code: ClassVar[str] = "link-spent"
    status: ClassVar[int] = 410
    retryable: ClassVar[bool] = False


class MailNotSentError(ArcanoError):
    """The mail server did not take the mail. Pass the link on by hand, or see to `[identity.mail]`."""

    code: ClassVar[str] = "mail-not-sent"
    status: ClassVar[int] = 502
    retryable: ClassVar[bool] = True
