"""Seals and opens values: AES-256-GCM, with the row that holds the value as associated data.

A value that was copied to another row or column does not open there. Its form:

    version (1 byte, 2) · key id (4) · nonce (12) · ciphertext with its tag (16 more than the value)

The first version told no key: version (1 byte, 1) · nonce · ciphertext. It is still opened, and never written.
"""

import os
from collections.abc import Sequence

from arcano.platform.secrets.columns import RowId, SealedColumn
from arcano.platform.secrets.errors import SecretUnreadableError
from arcano.platform.secrets.keys import KEY_ID_BYTES, KeySource

VERSION = b"\x02"
FIRST_VERSION = b"\x01"
HEAD_BYTES = len(VERSION) + KEY_ID_BYTES
_NONCE_BYTES = 12
_TAG_BYTES = 16


class SecretBox:
    """Seals with the first of the keys; opens with the one that a value names."""

    def __init__(self, keys: KeySource) -> None:
        self.keys = keys

    def seal(self, value: bytes, column: SealedColumn, *row: RowId) -> bytes:
        """The stored form of `value` for one row.

        Inside a unit of work that writes, if it is to be written: then a key that was replaced before the unit
        began is not used any more.

        Raises:
            SecretKeyError: The keys were replaced by some that cannot be trusted.
        """
        key = self.keys.ring.first
        nonce = os.urandom(_NONCE_BYTES)
        return VERSION + key.id + nonce + key.aead.encrypt(nonce, value, column.place(row))

    def open(self, stored: bytes, column: SealedColumn, *row: RowId) -> bytes:
        """The value again.

        Raises:
            SecretUnreadableError: An unknown key, another row, altered or cut short.
        """
        if stored[:1] == FIRST_VERSION:
            return self._open_first(stored, column, row)
        if stored[:1] != VERSION or len(stored) < HEAD_BYTES + _NONCE_BYTES + _TAG_BYTES:
            raise SecretUnreadableError(
                f"{_where(column, row)} is cut short or was altered. "
                "Restore it from a backup, or enter it again."
            )
        key_id = stored[1:HEAD_BYTES]
        key = self.keys.ring.get(key_id)
        if key is None:
            raise SecretUnreadableError(
                f"{_where(column, row)} is sealed with the key {key_id.hex()}, which this server does not "
                "have. Put that key back behind the first one, or enter the value again."
            )
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - with the first secret

        nonce, sealed = _parted(stored[HEAD_BYTES:])
        try:
            return key.aead.decrypt(nonce, sealed, column.place(row))
        except InvalidTag:
            raise _altered(column, row) from None

    def seal_away(self, value: bytes, purpose: str) -> bytes:
        """For what somebody else keeps for us, like a browser its cookie; it opens for this purpose alone."""
        key = self.keys.ring.first
        nonce = os.urandom(_NONCE_BYTES)
        return VERSION + key.id + nonce + key.aead.encrypt(nonce, value, purpose.encode())

    def open_away(self, stored: bytes, purpose: str) -> bytes:
        """The value again.

        Raises:
            SecretUnreadableError: It was made by somebody else, altered, or for another purpose.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - with the first secret

        key = self.keys.ring.get(stored[1:HEAD_BYTES])
        if stored[:1] != VERSION or key is None:
            raise SecretUnreadableError("This was not sealed by this server.")
        nonce, sealed = _parted(stored[HEAD_BYTES:])
        try:
            return key.aead.decrypt(nonce, sealed, purpose.encode())
        except (InvalidTag, ValueError):
            raise SecretUnreadableError("This was not sealed by this server.") from None

    def _open_first(self, stored: bytes, column: SealedColumn, row: Sequence[RowId]) -> bytes:
        """Whichever key opens it: the first form does not say."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - with the first secret

        nonce, sealed = _parted(stored[1:])
        for key in self.keys.ring.keys:
            try:
                return key.aead.decrypt(nonce, sealed, column.first_place(row))
            except (InvalidTag, ValueError):
                continue
        raise _altered(column, row)


def _parted(rest: bytes) -> tuple[bytes, bytes]:
    return rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]


def _where(column: SealedColumn, row: Sequence[RowId]) -> str:
    told = "/".join(part.hex() if isinstance(part, bytes) else str(part) for part in row)
    return f"The value of {column.name} in row {told}"


def _altered(column: SealedColumn, row: Sequence[RowId]) -> SecretUnreadableError:
    return SecretUnreadableError(
        f"{_where(column, row)} was altered, or sealed for another row or with another key. "
        "Restore it from a backup, or enter it again."
    )
