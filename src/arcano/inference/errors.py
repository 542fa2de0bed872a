"""What can go wrong between asking for a model and its first word.

ArcanoError
├── CannotEmbedError           422  the model makes no vectors
├── QueueFullError             429  the line at this model is full
└── QueueUnavailableError      503  the line that the servers share cannot be reached
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError


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
