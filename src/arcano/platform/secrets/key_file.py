"""The file that keys stand in: readable by its owner only, replaced whole, looked at again when it changed.

Another process may put a new key into it while the server runs: a value sealed after that is sealed with the
new one, without a restart.
"""

import os
import stat
from pathlib import Path

from typing_extensions import override

from arcano.platform.secrets.errors import SecretKeyError
from arcano.platform.secrets.keys import (
    KEY_BYTES,
    Key,
    KeyRing,
    KeySource,
    checked,
    keys_in,
    new_key,
)

_REMARK = (
    "# Arcano's keys: the first one seals, all of them open. Keep a copy of this file,\n"
    "# and not beside the copies of the database.\n"
)


class KeyFile(KeySource):
    """The keys in the file at `path`.

    Raises:
        SecretKeyError: It is not there, others can read it, or what it holds is no key.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = _look(path)
        self._ring = _read(path)

    @classmethod
    def make(cls, path: Path) -> "KeyFile":
        """The file with one new key. It is on disk when this returns.

        Raises:
            SecretKeyError: It cannot be written.
        """
        _write(path, KeyRing((new_key(place=str(path)),)))
        return cls(path)

    @property
    @override
    def ring(self) -> KeyRing:
        """The keys as they stand in the file now.

        Raises:
            SecretKeyError: The file was replaced by one that cannot be trusted.
        """
        try:
            seen = _look(self.path)
        except SecretKeyError:
            # Gone while we run: what we know still opens everything.
            return self._ring
        if seen != self._seen:
            # In this order: a file that is replaced meanwhile is read again with the next look.
            self._ring = _read(self.path)
            self._seen = seen
        return self._ring

    def replace(self, ring: KeyRing) -> None:
        """Put these keys into the file; whoever looks sees the old ones or the new ones.

        Raises:
            SecretKeyError: It cannot be written. The old keys stay.
        """
        _write(self.path, ring)


def _look(path: Path) -> tuple[int, int, int]:
    """What differs when the file is another one than before.

    Raises:
        SecretKeyError: It cannot be looked at.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 - for each value: half the time of the Path's own
    except OSError as absent:
        raise SecretKeyError(
            f"{path} cannot be read ({absent.strerror}). Put the key back from your backup."
        ) from None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path) -> KeyRing:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise SecretKeyError(f"{path} is no file. A key file holds a key in base64.")
        if stat.S_IMODE(mode) & 0o077:
            raise SecretKeyError(f"{path} can be read by others. Run: chmod 600 {path}")
        content = path.read_bytes()
    except OSError as refused:
        raise SecretKeyError(
            f"{path} cannot be read ({refused.strerror}). "
            "Let the user whom the server runs as own it, with mode 600."
        ) from None
    if len(content) == KEY_BYTES:
        # The first form of the file: the bare bytes of its one key.
        return KeyRing((checked(content, str(path)),))
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        text = content.hex()
    return KeyRing(keys_in(text, place=str(path)))


def _write(path: Path, ring: KeyRing) -> None:
    """Whole or not at all, also when the power goes."""
    text = _REMARK + "".join(f"{key.written()}\n" for key in ring.keys)
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as refused:
        raise SecretKeyError(
            f"{path} cannot be written ({refused.strerror}). Check its folder's owner, and the disk's room."
        ) from None


def without(ring: KeyRing, gone: tuple[Key, ...]) -> KeyRing:
    return KeyRing(tuple(key for key in ring.keys if key not in gone))
