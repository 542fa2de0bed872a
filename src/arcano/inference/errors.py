"""What can go wrong between asking for a model and its first word.

ArcanoError
├── CannotEmbedError           422  the model makes no vectors
├── QueueFullError             429  the line at this model is full
├── QueueUnavailableError      503  the line that the servers share cannot be reached
├── QueueClientMissingError    500  the line is to be in Redis, and its client is not installed
├── RouteNotFoundError         404  no route of that name or id
├── RouteIsConfiguredError     409  it comes from the settings, and is changed there
├── RouteChangedError          409  somebody else changed it meanwhile
├── RouteClashesError          409  it does not fit beside the other routes
└── TargetNotFoundError        404  no target of that id was asked
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError, ConflictError, NotFoundError


class QueueFullError(ArcanoError):
    """Too many calls wait for this model already. Try again after `retry_after`."""

    code: ClassVar[str] = "queue-full"
    status: ClassVar[int] = 429
    retryable: ClassVar[bool] = True


class QueueUnavailableError(ArcanoError):
    """The line that the servers share cannot be reached, so none of them lets a call in. Try again soon."""

    code: ClassVar[str] = "queue-unavailable"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class CannotEmbedError(ArcanoError):
    """The model answers questions and makes no vectors. Choose an embedding model."""

    code: ClassVar[str] = "cannot-embed"
    status: ClassVar[int] = 422
    retryable: ClassVar[bool] = False


class QueueClientMissingError(ArcanoError):
    """The line is to be kept in Redis, but the client for it is not installed. Install `arcano[scale]`."""

    code: ClassVar[str] = "queue-client-missing"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class RouteNotFoundError(NotFoundError):
    """No such route. It may have been removed or renamed."""

    code: ClassVar[str] = "route-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False


class RouteIsConfiguredError(ConflictError):
    """The route stands in `arcano.toml`. Change it there and start the server again."""

    code: ClassVar[str] = "route-is-configured"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class RouteChangedError(ConflictError):
    """Somebody else changed the route since it was read. Read it again, then change it."""

    code: ClassVar[str] = "route-changed"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class RouteClashesError(ConflictError):
    """The route does not fit beside the others: its name is taken, or a target's id means another place."""

    code: ClassVar[str] = "route-clashes"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False


class TargetNotFoundError(NotFoundError):
    """No route has a target of that id, and no model of that name was asked lately."""

    code: ClassVar[str] = "target-not-found"
    status: ClassVar[int] = 404
    retryable: ClassVar[bool] = False
