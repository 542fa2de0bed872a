"""Server-sent events, read from bytes as they come and written as bytes.

Follows the WHATWG HTML standard, section 9.2 ("Server-sent events"): a stream may be cut into reads at
any byte. It is ours, not a library's, because it stands on the hot path of every streamed token.
"""

from typing import NamedTuple

MAX_EVENT_BYTES = 8 * 1024 * 1024
MAX_STREAM_BYTES = 512 * 1024 * 1024
"""Of one answer, unpacked: comments, too, are read by somebody, and a gigabyte of them packs into one megabyte."""


class SseTooLargeError(ValueError):
    """An event outgrew `MAX_EVENT_BYTES`, or all did `MAX_STREAM_BYTES`. Give the stream up: it will not get better."""


class SseEvent(NamedTuple):
    """One event: its type (`message` when unnamed) and its data, undecoded."""

    event: str
    data: bytes


class SseParser:
    """Turns reads of any size into whole events. One parser per stream."""

    __slots__ = (
        "_after_cr",
        "_bytes_left",
        "_bytes_waiting",
        "_data",
        "_data_bytes",
        "_event",
        "_fresh",
        "_tail",
    )

    def __init__(self) -> None:
        self._tail: list[bytes] = []
        self._bytes_left = MAX_STREAM_BYTES
        self._bytes_waiting = 0
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._event = "message"
        self._after_cr = False
        self._fresh = True

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """The events that `chunk` completes, in order. An unfinished event waits for its rest.

        Raises:
            SseTooLargeError: An event, or the stream, outgrew its limit.
        """
        self._bytes_left -= len(chunk)
        if self._bytes_left < 0:
            raise SseTooLargeError
        if self._after_cr or b"\r" in chunk:
            chunk = self._with_plain_line_ends(chunk)
        head, newline, rest = chunk.partition(b"\n")
        if not newline:
            self._wait_for_more(chunk)
            return []
        lines = rest.split(b"\n")
        self._tail.append(head)
        lines.insert(0, b"".join(self._tail))
        self._tail.clear()
        self._bytes_waiting = 0
        last = lines.pop()
        if self._fresh:
            self._fresh = False
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
        events = self._read_lines(lines)
        if last or self._data:
            self._wait_for_more(last)
        return events

    def _read_lines(self, lines: list[bytes]) -> list[SseEvent]:
        events: list[SseEvent] = []
        for line in lines:
            if not line:
                if self._data:
                    events.append(SseEvent(self._event, b"\n".join(self._data)))
                    self._data.clear()
                    self._data_bytes = 0
                self._event = "message"
            elif line.startswith(b"data:"):
                self._data.append(line[6:] if line[5:6] == b" " else line[5:])
                # The line itself counts: lines without a byte in them would go on for ever.
                self._data_bytes += len(line)
            else:
                self._read_rare_field(line)
        return events

    def _read_rare_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name == b"event":
            self._event = value.removeprefix(b" ").decode("utf-8", "replace") or "message"
        elif name == b"data":
            self._data.append(b"")
            self._data_bytes += len(line)

    def _wait_for_more(self, piece: bytes) -> None:
        """Keep what belongs to an event that has not ended."""
        if piece:
            self._tail.append(piece)
            self._bytes_waiting += len(piece)
        if self._bytes_waiting + self._data_bytes > MAX_EVENT_BYTES:
            raise SseTooLargeError

    def _with_plain_line_ends(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def sse_frame(sequence: int, event: str, data: bytes) -> bytes:
    """One event as bytes for the wire. `data` must be one line, as JSON from orjson is."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (sequence, event.encode(), data)


SSE_COMMENT = b":\n\n"
"""A line that readers ignore and proxies count as life."""
