"""How fast bytes come, smoothed over a few seconds so that a person can read it."""

from collections import deque

_WINDOW_SECONDS = 5.0


class Speed:
    """Counts what came in the last few seconds. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def note(self, done_bytes: int, now: float) -> None:
        """So many bytes are there now. Fewer than before means that it began again."""
        if self._marks and done_bytes < self._marks[-1][1]:
            self._marks.clear()
        self._marks.append((now, done_bytes))
        while len(self._marks) > 2 and self._marks[0][0] < now - _WINDOW_SECONDS:
            self._marks.popleft()

    @property
    def bytes_per_second(self) -> float | None:
        """None until two moments can be compared."""
        if len(self._marks) < 2:
            return None
        (began, first), (now, last) = self._marks[0], self._marks[-1]
        return (last - first) / (now - began) if now > began else None
