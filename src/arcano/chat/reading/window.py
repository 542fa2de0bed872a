"""How much may be read for one answer: the model's window, less what is kept free for the answer."""

from dataclasses import dataclass

ASSUMED_TOKENS = 128_000
"""The window of a model that nobody knows the window of: most that are asked today have as much."""

ANSWER_SHARE = 4
MOST_RESERVED = 16_384
"""One part in four of the window is kept free for the answer, but no more than this."""


@dataclass(frozen=True, slots=True)
class Window:
    """In tokens. `limit` is None where nobody knows it; `size` is what is reckoned with all the same."""

    limit: int | None
    size: int
    reserve: int

    @property
    def room(self) -> int:
        """What can be read."""
        return self.size - self.reserve


def window_of(
    limit: int | None, *, max_tokens: int | None, most_input: int | None = None
) -> Window:
    """The window of a model that is to write at most `max_tokens`, and is sent at most `most_input`.

    An answer that was asked to be longer than half of the window is not all kept room for: the
    question would have none.
    """
    size = ASSUMED_TOKENS if limit is None else max(1, limit)
    reserve = min(size // ANSWER_SHARE, MOST_RESERVED)
    if max_tokens is not None:
        reserve = min(max_tokens, size // 2)
    if most_input is not None and most_input < size - reserve:
        # As large as if the rest of it were not there.
        limit = size = most_input + reserve
    return Window(limit, size, reserve)
