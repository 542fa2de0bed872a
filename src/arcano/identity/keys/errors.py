"""Why a key opens nothing, or is not changed.

KeyRefusedError       401  no key that is good here and now; why is told to nobody
SeveralKeysError      401  two different credentials in one request
KeyInAddressError     401  a key was sent in the address, which ends in logs
KeyScopeError         403  the key does not open this door, or not with this model
KeyNotFoundError      404  no such key, or none that is the viewer's to change
KeyRotatedError       409  somebody was faster, or the secret before the last still goes on
"""

from typing import ClassVar

from arcano.identity.errors import NotAllowedError, NotSignedInError
from arcano.platform.errors import ArcanoError


class KeyRefusedError(NotSignedInError):
    """Unknown, revoked, expired, or not to be used from this address: which of them is not told. See to it under *Keys*."""

    code: ClassVar[str] = "key-refused"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class SeveralKeysError(NotSignedInError):
    """The request holds two credentials that are not the same. Send one, in one header."""

    code: ClassVar[str] = "several-keys"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class KeyInAddressError(NotSignedInError):
    """Addresses end in logs, and a key in one is known to whoever reads them. Send it in a header, and rotate it."""

    code: ClassVar[str] = "key-in-address"
    status: ClassVar[int] = 401
    retryable: ClassVar[bool] = False


class KeyScopeError(NotAllowedError):
    """The key was not made for this door, or not for this model. Whoever it belongs to can change it."""

    code: ClassVar[str] = "key-scope"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class KeyNotFoundError(ArcanoError):
    """There is no such key, or it was revoked."""

    code: ClassVar[str] = "key-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class KeyRotatedError(ArcanoError):
    """The key has another secret than one thought, or its last rotation is not over. Look at it again."""

    code: ClassVar[str] = "key-rotated"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False
