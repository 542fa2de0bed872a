"""The part of a file that has come so far, on the disk, so that nothing is fetched twice.

`name.gguf.part` holds the bytes and `name.gguf.part.json` what they were promised to become. Everything
here blocks; callers use threads.
"""

import errno
import hashlib
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from arcano.modelstore.errors import DiskFullError, WrongHashError

_READ_BYTES = 4 * 1024 * 1024
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Promise:
    """What a file is to be when it is whole. `etag` is the source's name for this very content."""

    sha256: str
    size_bytes: int
    etag: str | None = None


class PartFile:
    """An open part. First `take_up` what is there; `close` keeps it, `finish` makes it the file itself.

    A thread cannot be stopped, so one may still be at work when the part is closed: closing waits for
    the step that it is in, and after that its steps do nothing.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.size_bytes = 0
        self.promise: Promise | None = None
        self._part = _part_of(target)
        self._notes = _notes_of(target)
        self._file = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._hash = hashlib.sha256()
        self._step = threading.Lock()

    def take_up(self) -> None:
        """Read what is there once, because the hash must continue over it."""
        self.promise = self._noted()
        if self.promise is None:
            self.restart()
        while self._take_up_piece():
            pass

    def _take_up_piece(self) -> bool:
        with self._step:
            piece = os.read(self._file, _READ_BYTES) if self._file >= 0 else b""
            self._hash.update(piece)
            self.size_bytes += len(piece)
        return bool(piece)

    def expect(self, promise: Promise) -> None:
        """Note what is coming. What came under another promise is thrown away."""
        if self.promise and (self.promise.sha256, self.promise.size_bytes) != (
            promise.sha256,
            promise.size_bytes,
        ):
            self.restart()
        self.promise = promise
        fields = {"sha256": promise.sha256, "size": promise.size_bytes, "etag": promise.etag}
        with _room_for(self.target), self._step:
            if self._file >= 0:
                self._notes.write_bytes(orjson.dumps(fields))

    def restart(self) -> None:
        """Begin again from nothing."""
        with self._step:
            if self._file >= 0:
                os.ftruncate(self._file, 0)
                os.lseek(self._file, 0, os.SEEK_SET)
            self._hash = hashlib.sha256()
            self.size_bytes = 0

    def append(self, piece: bytes) -> None:
        """Add what came.

        Raises:
            DiskFullError: There is no room for it. The part stays.
        """
        view = memoryview(piece)
        with _room_for(self.target), self._step:
            while view and self._file >= 0:
                written = os.write(self._file, view)
                self._hash.update(view[:written])
                self.size_bytes += written
                view = view[written:]

    def finish(self, promise: Promise) -> None:
        """Check it, and give it its name in one step, so that no half file is ever seen under it.

        Raises:
            WrongHashError: It is not what was promised. It was deleted.
        """
        with _room_for(self.target), self._step:
            if self._file < 0:
                return
            if (self.size_bytes, self._hash.hexdigest()) != (promise.size_bytes, promise.sha256):
                discard_part(self.target)
                raise WrongHashError(
                    f"What came for {self.target.name} is not what was promised; it was deleted. "
                    "Try again."
                )
            os.fsync(self._file)
            self._part.replace(self.target)
            self._notes.unlink(missing_ok=True)
            _sync_folder(self.target.parent)

    def close(self) -> None:
        with self._step:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _noted(self) -> Promise | None:
        try:
            fields = orjson.loads(self._notes.read_bytes())
            return Promise(str(fields["sha256"]), int(fields["size"]), fields.get("etag"))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            # Never written, or the machine went down while it was: the part is worth nothing then.
            return None


def part_size(target: Path) -> int:
    """How much of `target` has come; 0 where nothing has."""
    try:
        return _part_of(target).stat().st_size
    except OSError:
        return 0


def discard_part(target: Path) -> None:
    """Delete what has come of `target`."""
    _part_of(target).unlink(missing_ok=True)
    _notes_of(target).unlink(missing_ok=True)


def _part_of(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _notes_of(target: Path) -> Path:
    return target.with_name(target.name + ".part.json")


@contextmanager
def _room_for(target: Path) -> Generator[None]:
    """Turns the system's ways of saying that there is no room into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFullError(
                f"The disk became full while {target.name} was coming. Free some space and "
                "start the download again; what came is kept."
            ) from error
        raise


def _sync_folder(folder: Path) -> None:
    """A new name is safe only when its folder has been written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
