"""Secrets at rest: one key file, and AES-256-GCM tied to the row that holds the secret.

The row's identity is the associated data, so a ciphertext moved to another row does not open. The
stored form starts with a key id, so that keys can be changed later without guessing.
"""

import os
import secrets
import stat
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from arcano.platform.errors import ArcanoError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_FIRST_KEY_ID = b"\x01"


class SecretKeyError(ArcanoError):
    """The key file cannot be used. The server does not start with a key it cannot trust."""

    code: ClassVar[str] = "secret-key-unusable"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class SecretUnreadableError(ArcanoError):
    """A stored secret does not open with this server's key. Enter the secret again."""

    code: ClassVar[str] = "secret-unreadable"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class SecretBox:
    """Seals and opens secrets with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @cached_property
    def _aead(self) -> "AESGCM":
        # Loaded with the first secret: six megabytes that a server without any need not hold.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        return AESGCM(self._key)

    def seal(self, secret: str, *, row: str) -> bytes:
        """The stored form of `secret` for the row named `row` (`table/id/column`)."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._aead.encrypt(nonce, secret.encode(), row.encode())
        return _FIRST_KEY_ID + nonce + sealed

    def open(self, stored: bytes, *, row: str) -> str:
        """The secret again.

        Raises:
            SecretUnreadableError: Another key, another row, or altered bytes.
        """
        nonce, sealed = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        try:
            return self._aead.decrypt(nonce, sealed, row.encode()).decode()
        except (InvalidTag, ValueError) as altered:
            raise SecretUnreadableError(
                "A stored secret does not open with this server's key. Enter it again."
            ) from altered


def load_or_make_key(path: Path) -> bytes:
    """The key in `path`; made there, readable by its owner only, if there is none.

    Raises:
        SecretKeyError: Too short, or readable by others.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _checked(path)
    with os.fdopen(descriptor, "wb") as file:
        key = secrets.token_bytes(KEY_BYTES)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _checked(path: Path) -> bytes:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretKeyError(f"{path} can be read by others. Run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise SecretKeyError(f"{path} must hold {KEY_BYTES} random bytes, not {len(key)}.")
    return key
