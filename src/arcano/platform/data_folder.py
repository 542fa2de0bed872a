"""The folder where everything is kept, and the lock that gives it to one server at a time.

The embedded parts (event log, sessions) live in the process, so two servers on one folder would not
see each other. The lock is the kernel's: it is gone with the process, however that ends.
"""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from arcano.platform.errors import ArcanoError, StorageError


class DataFolderInUseError(ArcanoError):
    """Another server has this folder. Stop it, or choose another `DATA_DIR`."""

    code: ClassVar[str] = "data-folder-in-use"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False


class DataFolder:
    """The folder at `root`, made if missing, held until `release`.

    Raises:
        DataFolderInUseError: Another process holds it.
        StorageError: It cannot be made or written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = os.open(root / "arcano.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as refused:
            raise StorageError(
                f"{root} cannot be used as the data folder ({refused.strerror}). "
                "Choose another one with DATA_DIR."
            ) from refused
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._lock, 4096).decode().partition("\n")[0]
            os.close(self._lock)
            raise DataFolderInUseError(
                f"Another Arcano (process {holder}) is using {root}. "
                "Stop it, or choose another folder with DATA_DIR."
            ) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    @property
    def database(self) -> Path:
        return self.root / "arcano.db"

    @property
    def models(self) -> Path:
        return self.root / "models"

    def note_keys(self, names: Sequence[str]) -> None:
        """Let other processes know which keys the server can open with (`serving`)."""
        line = f"{os.getpid()}\n{' '.join(names)}\n".encode()
        os.pwrite(self._lock, line, 0)

    def release(self) -> None:
        os.close(self._lock)


def serving(root: Path) -> Sequence[str] | None:
    """The names of the keys that the server on this folder has; None where none is running."""
    try:
        lock = os.open(root / "arcano.lock", os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(lock, 4096).decode().partition("\n")[2].split()
    else:
        return None
    finally:
        os.close(lock)
