"""Why somebody who comes from elsewhere is not let in.

SignInNotVerifiedError     401  what came back cannot be trusted
SignInExpiredError         401  it took too long, was used already, or began in another browser
SignInCancelledError       401  the person or the provider said no
ProviderUnreachableError   503  the provider does not answer as it should
EmailNotVerifiedError      403  no address that the provider has verified
EmailNotAllowedError       403  an address of another domain
NewPeopleRefusedError      403  only those with an account are let in
AccountExistsError         409  there is an account with this address: sign in, then link
AccountAlreadyLinkedError  409  it belongs to somebody else here, or another one of there does to you
LastWayInError             409  without it nobody could sign in to this account
ProviderIsConfiguredError  409  it stands in the settings of the server, and is changed there
ProviderNameTakenError     409  another provider has this name
ProviderChangedError       409  somebody else changed it meanwhile
ProviderInUseError         409  people have accounts of it, so that it stays with its issuer
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError


class SignInNotVerifiedError(ArcanoError):
    """What came back from the provider is not what was asked for, or not said by it. Begin again."""

    code: ClassVar[str] = "sign-in-not-verified"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class SignInExpiredError(ArcanoError):
    """The sign-in took too long, was used already, or was begun in another browser. Begin again."""

    code: ClassVar[str] = "sign-in-expired"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class SignInCancelledError(ArcanoError):
    """The person, or the provider, said no. Begin again, or sign in another way."""

    code: ClassVar[str] = "sign-in-cancelled"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class ProviderUnreachableError(ArcanoError):
    """The provider cannot be reached, or does not answer as it should. Try again, or sign in another way."""

    code: ClassVar[str] = "sign-in-provider-unreachable"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class EmailNotVerifiedError(ArcanoError):
    """The provider names no e-mail address that it has verified. Verify it there, then begin again."""

    code: ClassVar[str] = "email-not-verified"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class EmailNotAllowedError(ArcanoError):
    """Addresses of this domain are not let in by this provider. Use an account of the workspace's organisation."""

    code: ClassVar[str] = "email-not-allowed"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class NewPeopleRefusedError(ArcanoError):
    """There is no account here, and this provider makes none. Ask to be invited."""

    code: ClassVar[str] = "new-people-refused"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class AccountExistsError(ArcanoError):
    """There is an account with this address. Sign in to it as usual, then link this one on the profile."""

    code: ClassVar[str] = "account-exists"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class AccountAlreadyLinkedError(ArcanoError):
    """The account belongs to somebody else here, or another one of the same provider does to you. Unlink that first."""

    code: ClassVar[str] = "account-already-linked"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class LastWayInError(ArcanoError):
    """Without this account nobody could sign in any more. Set a password or link another one first."""

    code: ClassVar[str] = "last-way-in"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class ProviderIsConfiguredError(ArcanoError):
    """It stands in the settings of the server. Change it there, and start the server again."""

    code: ClassVar[str] = "sign-in-provider-is-configured"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class ProviderNameTakenError(ArcanoError):
    """Another provider has this name. Choose another one."""

    code: ClassVar[str] = "sign-in-provider-name-taken"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class ProviderChangedError(ArcanoError):
    """Somebody else changed the provider meanwhile. Read it again, then change it."""

    code: ClassVar[str] = "sign-in-provider-changed"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class ProviderInUseError(ArcanoError):
    """People have accounts of this provider, which belong to its issuer. Add another provider instead."""

    code: ClassVar[str] = "sign-in-provider-in-use"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False
