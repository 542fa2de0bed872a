"""What can go wrong with limits.

RateLimitedError        429  too many requests or tokens in this minute, or too many answers at once
"""

from typing import ClassVar

from arcano.platform.errors import ArcanoError


class RateLimitedError(ArcanoError):
    """It would go beyond a limit. The message names it, what is left of it, and when it renews."""

    code: ClassVar[str] = "rate-limited"
    status: ClassVar[int] = 429
    retryable: ClassVar[bool] = True
