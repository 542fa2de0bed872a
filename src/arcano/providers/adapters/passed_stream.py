"""A stream that is passed on to a caller who speaks the same format: what several formats have in common.

Whole events leave as they came, in the reads in which they came. An event is parsed only where its bytes may hold what
the ledger or the ending needs; until one does, a read costs a search and no more.
"""

import re
from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from typing_extensions import override

from arcano.platform.sse import MAX_EVENT_BYTES, MAX_STREAM_BYTES
from arcano.providers.adapters.answer_stream import AnswerReader
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.events import (
    ModelEvent,
    ModelFinished,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    WirePassed,
)
from arcano.providers.token_guess import guessed_tokens

_SEAM = len(b"\r\n\r\n") - 1


def tokens_in_words(characters: int) -> int:
    """How many tokens an answer in one piece is thought to be, whose server has not counted them. Something was said."""
    return max(1, guessed_tokens(characters))


def tokens_in_events(said: Iterable[ModelEvent]) -> int:
    """The same of one that was read as events."""
    words = (TextDelta, ReasoningDelta, RefusalDelta)
    return tokens_in_words(sum(len(event.text) for event in said if isinstance(event, words)))


class PassedStream(AnswerReader):
    """Reads one answer as far as it must.

    `telling` finds what an event that must be read has in it. More than once in a while it may find something that means
    nothing; then an event is parsed for nothing.
    """

    telling: ClassVar[re.Pattern[bytes]]

    def __init__(self, provider: str, *, key: str | None) -> None:
        self._provider = provider
        self._key = key
        self._bytes_left = MAX_STREAM_BYTES
        self._waiting: list[bytes] = []
        self._bytes_waiting = 0
        self._seam = b""
        """How what waits ends: an end of an event may begin there."""
        self.finished: ModelFinished | None = None
        self.failure: ProviderError | None = None

    @abstractmethod
    def _hear(self, data: bytes) -> bool:
        """Take in the data of an event that may tell something. Whether the caller is to have it as it came.

        Raises:
            ProviderError: It says that the answer failed.
            ValueError, TypeError, AttributeError, LookupError: It is not the protocol.
        """

    def _tokens_in(self, events: bytes) -> int:
        """How many tokens these events hold, as nearly as can be told without reading them: one each."""
        return events.count(b"data:")

    @override
    def feed(self, chunk: bytes) -> list[ModelEvent]:
        self._bytes_left -= len(chunk)
        if self._bytes_left < 0:
            self.failure = ProviderError(
                f"{self._provider} went on without end and was cut off. What had arrived is kept."
            )
            return []
        # What waits is not searched anew with each read: an event that comes byte by byte would take ever longer.
        seam = self._seam + chunk
        if b"\n\n" not in seam and b"\n\r\n" not in seam:
            self._wait(chunk)
            return []
        read = b"".join((*self._waiting, chunk))
        if b"\r" in read:
            read = read.replace(b"\r\n", b"\n")
        end = read.rfind(b"\n\n") + 2
        whole = read[:end]
        self._waiting.clear()
        self._bytes_waiting, self._seam = 0, b""
        self._wait(read[end:])
        telling = self.telling.search(whole)
        if telling:
            # What comes before the first event that tells anything is words.
            begins = whole.rfind(b"\n\n", 0, telling.start()) + 2
            begins = 0 if begins == 1 else begins
            whole = whole[:begins] + self._read(whole[begins:])
        return [WirePassed(whole, self._tokens_in(whole))] if whole else []

    def _wait(self, piece: bytes) -> None:
        if not piece:
            return
        self._waiting.append(piece)
        self._bytes_waiting += len(piece)
        self._seam = (self._seam + piece[-_SEAM:])[-_SEAM:]
        if self._bytes_waiting > MAX_EVENT_BYTES:
            self.failure = ProviderError(
                f"{self._provider} sent an event that is too large. What had arrived is kept."
            )

    def _read(self, events: bytes) -> bytes:
        """Take in what these tell. What of them is passed on."""
        passed: list[bytes] = []
        for event in events.split(b"\n\n"):
            if self.failure is not None or self.finished is not None:
                break
            is_telling = self.telling.search(event) is not None
            if event and (not is_telling or self._heard(event.partition(b"data:")[2].strip())):
                passed.append(event + b"\n\n")
        return b"".join(passed)

    def _heard(self, data: bytes) -> bool:
        try:
            return self._hear(data)
        except ProviderError as failure:
            self.failure = failure
        except (ValueError, TypeError, AttributeError, LookupError):
            self.failure = StreamCutError(
                f"{self._provider} sent something that is not the protocol it speaks. What had arrived is kept."
            )
        return False

    def _cut_without_reason(self) -> StreamCutError:
        return StreamCutError(
            f"{self._provider} ended the answer without saying why. What had arrived is kept."
        )
