"""The root of every error Arcano raises on purpose.

    ArcanoError
    ├── InvalidInputError          422  what was sent cannot be understood
    ├── NotFoundError              404  it is not there, or not yours: the two look alike
    ├── MethodNotAllowedError      405  it is there, and does not know this deed
    ├── ConflictError              409  it clashes with what is already there
    ├── ForeignOriginError         403  a page of somebody else's asked
    ├── InsecureConnectionError    403  a page came without encryption where that is not allowed
    ├── UnknownHostError           421  asked by a name that is not ours
    ├── AddressNotAllowedError     403  the server does not connect to this address
    ├── PayloadTooLargeError       413  more than we read
    ├── ServerDrainingError        503  the server is going down
    └── StorageError               503  the database or the disk refused

Features add their own below these or beside them. Every class states `code` (stable, part of the
API), `status` (HTTP) and `retryable` (may the same request succeed later?). The edge turns them
into `application/problem+json` (RFC 9457); nothing below it knows HTTP.
"""

from datetime import timedelta
from typing import ClassVar


class ArcanoError(Exception):
    """Something went wrong that a person can act on; `str(error)` says how, in one sentence.

    `retry_after`, where known, says when the same request is worth repeating.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    retryable: ClassVar[bool]

    def __init__(self, detail: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after


class InvalidInputError(ArcanoError):
    """What was sent cannot be understood. Correct it and send it again."""

    code: ClassVar[str] = "invalid-input"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class NotFoundError(ArcanoError):
    """It does not exist, or the asker may not know that it does."""

    code: ClassVar[str] = "not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class MethodNotAllowedError(ArcanoError):
    """The address exists, but not for this method. The header `Allow` names those it knows."""

    code: ClassVar[str] = "method-not-allowed"
    status: ClassVar[int] = 405
    retryable: ClassVar[bool] = False


class ConflictError(ArcanoError):
    """It clashes with what is already there."""

    code: ClassVar[str] = "conflict"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class ForeignOriginError(ArcanoError):
    """A page that is not ours tried to act for the person."""

    code: ClassVar[str] = "foreign-origin"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class InsecureConnectionError(ArcanoError):
    """The page came over http, and this server is for https only. Open its https address."""

    code: ClassVar[str] = "insecure-connection"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class UnknownHostError(ArcanoError):
    """The server was asked by a name that nobody gave it. Name it in `public_origins` or `allowed_hosts`."""

    code: ClassVar[str] = "unknown-host"
    status: ClassVar[int] = 421
    retryable: ClassVar[bool] = False


class AddressNotAllowedError(ArcanoError):
    """The server does not connect to this address; it says why, and who may allow it."""

    code: ClassVar[str] = "address-not-allowed"
    status: ClassVar[int] = 403
    retryable: ClassVar[bool] = False


class PayloadTooLargeError(ArcanoError):
    """The request is larger than what we read."""

    code: ClassVar[str] = "payload-too-large"
    status: ClassVar[int] = 413
    retryable: ClassVar[bool] = False


class ServerDrainingError(ArcanoError):
    """The server is shutting down and takes nothing new. Try again in a moment."""

    code: ClassVar[str] = "server-draining"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class StorageError(ArcanoError):
    """The database or the disk refused. Nothing was acknowledged, so nothing is lost."""

    code: ClassVar[str] = "storage-unavailable"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True
