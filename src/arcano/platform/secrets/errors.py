"""What can be wrong with keys, and with what they sealed."""

from typing import ClassVar

from arcano.platform.errors import ArcanoError


class SecretKeyError(ArcanoError):
    """A key cannot be used. The server does not start with a key it cannot trust."""

    code: ClassVar[str] = "secret-key-unusable"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class SecretUnreadableError(ArcanoError):
    """A sealed value does not open with this server's keys. Put the key back, or enter the value again."""

    code: ClassVar[str] = "secret-unreadable"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class SecretCommandError(ArcanoError):
    """`arcano secrets` cannot do this here; the message says what to do instead."""

    code: ClassVar[str] = "secret-command-refused"
    status: ClassVar[int] = 409
    retryable: ClassVar[bool] = False
