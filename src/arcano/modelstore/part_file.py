"""What of a file has come so far, on the disk, so that nothing is fetched twice.

`name.gguf.part` holds the bytes, each where it belongs, and `name.gguf.part.json` what they were promised
to become and which stretches of them have come. Everything here blocks; callers use threads.
"""

import errno
import hashlib
import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from arcano.modelstore.errors import DiskFullError, WrongHashError

_READ_BYTES = 4 * 1024 * 1024
# What came since the last note is fetched again after a crash. A note makes the disk write, so not for each piece.
_NOTE_SECONDS = 1.0
# macOS knows only the other.
_flush = getattr(os, "fdatasync", os.fsync)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Promise:
    """What a file is to be when it is whole. `etag` is the source's name for this very content."""

    sha256: str
    size_bytes: int
    etag: str | None = None


@dataclass(slots=True)
class Stretch:
    """The bytes from `start` up to `end`, of which the first `done` have come."""

    start: int
    end: int
    done: int = 0

    @property
    def at(self) -> int:
        """Where the next byte belongs."""
        return self.start + self.done

    @property
    def is_whole(self) -> bool:
        return self.at >= self.end


class PartFile:
    """An open part. First `take_up` what is there; `close` keeps it, `finish` makes it the file itself.

    A thread cannot be stopped, so one may still be at work when the part is closed: closing waits for
    the step that it is in, and after that its steps do nothing.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.promise: Promise | None = None
        self.stretches: list[Stretch] = []
        self._part = _part_of(target)
        self._notes = _notes_of(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._noted_at = float("-inf")
        self._step = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """How much has come, wherever in the file."""
        return _come(self.stretches)

    def take_up(self) -> None:
        """Learn from the notes what is there. A part without notes is worth nothing."""
        noted = _read_notes(self.target)
        with self._step:
            there = os.fstat(self._file).st_size
        # The machine may have gone down after the notes were written and before the bytes were.
        if noted is None or any(each.done and each.at > there for each in noted[1]):
            self.restart()
            return
        self.promise, self.stretches = noted
        if len(self.stretches) == 1:
            # It grows from its beginning without gaps, so its length knows more than the last note.
            self.stretches[0].done = min(there, self.stretches[0].end)

    def expect(self, promise: Promise, *, stretch_bytes: int | None = None) -> bool:
        """Note what is coming, in stretches of about that size; in one where that is None.

        What came under another promise is thrown away. Answers whether what came is kept.
        """
        known = self.promise
        kept = known is None or (known.sha256, known.size_bytes) == (
            promise.sha256,
            promise.size_bytes,
        )
        if not kept:
            self.restart()
        self.promise = promise
        if not self.stretches:
            size, each = promise.size_bytes, stretch_bytes or promise.size_bytes
            self.stretches = [Stretch(at, min(size, at + each)) for at in range(0, size, each)]
        with _room_for(self.target), self._step:
            self._note()
        return kept

    def restart(self) -> None:
        """Begin again from nothing."""
        with self._step:
            if self._file >= 0:
                os.ftruncate(self._file, 0)
            self.promise, self.stretches = None, []

    def keep_front(self) -> None:
        """Go on with one stretch: what came without a gap stays, the rest is forgotten."""
        front = 0
        for stretch in self.stretches:
            front += stretch.done
            if not stretch.is_whole:
                break
        size = self.stretches[-1].end if self.stretches else 0
        with _room_for(self.target), self._step:
            if self._file >= 0:
                # Of one stretch the length tells how much has come: what lay behind a gap must go.
                os.ftruncate(self._file, front)
            self.stretches = [Stretch(0, size, front)]
            self._note()

    def begin_again(self, stretch: Stretch) -> None:
        """Fetch a stretch from its start once more; where it is the only one, nothing stays."""
        with self._step:
            stretch.done = 0
            if len(self.stretches) == 1 and self._file >= 0:
                os.ftruncate(self._file, 0)

    def write(self, stretch: Stretch, piece: bytes) -> None:
        """Put what came for `stretch` where it belongs. Nothing where it was begun again without that one.

        Raises:
            DiskFullError: There is no room for it. The part stays.
        """
        view = memoryview(piece)
        with _room_for(self.target), self._step:
            while view and self._file >= 0 and any(each is stretch for each in self.stretches):
                written = os.pwrite(self._file, view, stretch.at)
                stretch.done += written
                view = view[written:]
            if time.monotonic() - self._noted_at > _NOTE_SECONDS:
                self._note()

    def digest(self, report: Callable[[int], None]) -> str:
        """The SHA-256 of all of it. `report` hears how many bytes were read, in this thread."""
        sha256, at = hashlib.sha256(), 0
        while True:
            with self._step:
                piece = os.pread(self._file, _READ_BYTES, at) if self._file >= 0 else b""
            if not piece:
                return sha256.hexdigest()
            sha256.update(piece)
            at += len(piece)
            report(at)

    def finish(self, promise: Promise, *, sha256: str) -> None:
        """Give it its name in one step, so that no half file is ever seen under it.

        Raises:
            WrongHashError: It is not what was promised. It was deleted.
        """
        with _room_for(self.target), self._step:
            if self._file < 0:
                return
            size = os.fstat(self._file).st_size
            if (size, sha256) != (promise.size_bytes, promise.sha256):
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
        """Keep what came. One that began and brought nothing leaves nothing."""
        with self._step:
            if self._file < 0:
                return
            with suppress(OSError):
                if self._part.exists() and self.promise is not None:
                    self._note()
            os.close(self._file)
            self._file = -1
            if self.promise is None:
                discard_part(self.target)

    def _note(self) -> None:
        if self._file < 0 or self.promise is None:
            return
        # In this order: what the notes say has come is on the disk.
        _flush(self._file)
        fields = {
            "sha256": self.promise.sha256,
            "size": self.promise.size_bytes,
            "etag": self.promise.etag,
            "stretches": [[each.start, each.end, each.done] for each in self.stretches],
        }
        beside = self._notes.with_suffix(".new")
        beside.write_bytes(orjson.dumps(fields))
        beside.replace(self._notes)
        self._noted_at = time.monotonic()


def digest_of(target: Path, report: Callable[[int], None], *, ended: threading.Event) -> str:
    """The SHA-256 of the file at `target`; of a part of it once `ended` is set. `report` as for `digest`.

    Raises:
        OSError: It cannot be read.
    """
    sha256, at = hashlib.sha256(), 0
    with target.open("rb") as file:
        while not ended.is_set() and (piece := file.read(_READ_BYTES)):
            sha256.update(piece)
            at += len(piece)
            report(at)
    return sha256.hexdigest()


def part_size(target: Path) -> int:
    """How much of `target` has come; 0 where nothing has."""
    noted = _read_notes(target)
    try:
        there = _part_of(target).stat().st_size
    except OSError:
        return 0
    if noted is None:
        return 0
    return min(there, noted[0].size_bytes) if len(noted[1]) == 1 else _come(noted[1])


def _come(stretches: Sequence[Stretch]) -> int:
    return sum(stretch.done for stretch in stretches)


def discard_part(target: Path) -> None:
    """Delete what has come of `target`."""
    _part_of(target).unlink(missing_ok=True)
    _notes_of(target).unlink(missing_ok=True)


def _read_notes(target: Path) -> tuple[Promise, list[Stretch]] | None:
    try:
        fields: dict[str, Any] = orjson.loads(_notes_of(target).read_bytes())
        promise = Promise(str(fields["sha256"]), int(fields["size"]), fields.get("etag"))
        stretches = [Stretch(int(a), int(b), int(done)) for a, b, done in fields["stretches"]]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # Never written, or of another version: the part is worth nothing then.
        return None
    # They must cover the file in order, or what is missing would never be fetched.
    edges = [0, *(each.end for each in stretches)]
    fits = edges[-1] == promise.size_bytes and all(
        each.start == before and 0 <= each.done <= each.end - each.start
        for each, before in zip(stretches, edges, strict=False)
    )
    return (promise, stretches) if fits else None


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
                "go on with the download; what came is kept."
            ) from error
        raise


def _sync_folder(folder: Path) -> None:
    """A new name is safe only when its folder has been written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
