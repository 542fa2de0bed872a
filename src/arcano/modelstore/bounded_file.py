"""Reading little-endian values from a file that may be hostile.

Never asks for more than the file can hold, and never for more than a limit in all, so that a length
that lies costs nothing.
"""

import struct
from typing import BinaryIO

from arcano.modelstore.errors import UnreadableModelFileError

_WINDOW_BYTES = 1024 * 1024
_LENGTH = struct.Struct("<Q")


class BoundedFile:
    """A file read forward through a window of a mebibyte, up to `limit` bytes.

    Raises:
        UnreadableModelFileError: From every method, when the file or the limit ends first.
    """

    def __init__(self, file: BinaryIO, *, size: int, limit: int) -> None:
        self._file = file
        self._end = min(size, limit)
        self._cut_short = size <= limit
        self._window = b""
        self._at = 0
        self._window_start = 0

    @property
    def position(self) -> int:
        return self._window_start + self._at

    def u32(self) -> int:
        return struct.unpack("<I", self.take(4))[0]

    def u64(self) -> int:
        return struct.unpack("<Q", self.take(8))[0]

    def take(self, count: int) -> bytes:
        """The next `count` bytes. Callers keep `count` small."""
        self._claim(count)
        if self._at + count > len(self._window):
            self._refill(count)
        piece = self._window[self._at : self._at + count]
        if len(piece) < count:
            raise self._ended()
        self._at += count
        return piece

    def skip(self, count: int) -> None:
        """Pass over `count` bytes, however many, without reading them."""
        self._claim(count)
        if self._at + count <= len(self._window):
            self._at += count
            return
        self._window_start = self.position + count
        self._window = b""
        self._at = 0

    def skip_strings(self, count: int) -> None:
        """Pass over `count` strings, each with its length before it."""
        # Written out for the window: a tokenizer has hundreds of thousands of them.
        for _ in range(count):
            if self._at + _LENGTH.size > len(self._window):
                self._claim(_LENGTH.size)
                self._refill(_LENGTH.size)
            (length,) = _LENGTH.unpack_from(self._window, self._at)
            after = self._at + _LENGTH.size + length
            if after <= len(self._window):
                self._at = after
            else:
                self._at += _LENGTH.size
                self.skip(length)

    def _claim(self, count: int) -> None:
        if count > self._end - self.position:
            raise self._ended()

    def _refill(self, count: int) -> None:
        self._window_start = self.position
        self._at = 0
        self._file.seek(self._window_start)
        wanted = min(max(_WINDOW_BYTES, count), self._end - self._window_start)
        self._window = self._file.read(wanted)

    def _ended(self) -> UnreadableModelFileError:
        if self._cut_short:
            return UnreadableModelFileError("The file ends in the middle of its own description.")
        return UnreadableModelFileError("The file's description of itself is impossibly long.")
