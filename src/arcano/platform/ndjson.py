"""Newline-delimited JSON, cut into its lines from bytes as they come. It parses no JSON itself.

Follows the NDJSON specification 1.0: UTF-8, values divided by a line feed, a carriage return before it
allowed, empty lines ignored. A stream may be cut into reads at any byte.
"""

MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_STREAM_BYTES = 512 * 1024 * 1024
"""Of one answer, unpacked: empty lines, too, are read by somebody, and a gigabyte of them packs into one megabyte."""


class NdjsonTooLargeError(ValueError):
    """A line outgrew `MAX_LINE_BYTES`, or all did `MAX_STREAM_BYTES`. Give the stream up: it will not get better."""


class NdjsonLines:
    """Turns reads of any size into whole lines. One for each stream."""

    __slots__ = ("_bytes_left", "_bytes_waiting", "_tail")

    def __init__(self) -> None:
        self._tail: list[bytes] = []
        self._bytes_left = MAX_STREAM_BYTES
        self._bytes_waiting = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes, in order and never empty. An unfinished one waits.

        Raises:
            NdjsonTooLargeError: A line, or the stream, outgrew its limit.
        """
        self._bytes_left -= len(chunk)
        if self._bytes_left < 0:
            raise NdjsonTooLargeError
        head, newline, rest = chunk.partition(b"\n")
        self._wait(head)
        if not newline:
            return []
        lines = rest.split(b"\n")
        lines.insert(0, self._take())
        self._wait(lines.pop())
        return [whole for line in lines if (whole := line.strip(b" \t\r"))]

    def rest(self) -> bytes:
        """What came after the last line feed: the last line, where the stream ended without one."""
        return self._take().strip(b" \t\r")

    def _wait(self, piece: bytes) -> None:
        if piece:
            self._tail.append(piece)
            self._bytes_waiting += len(piece)
            if self._bytes_waiting > MAX_LINE_BYTES:
                raise NdjsonTooLargeError

    def _take(self) -> bytes:
        line = b"".join(self._tail)
        self._tail.clear()
        self._bytes_waiting = 0
        return line
