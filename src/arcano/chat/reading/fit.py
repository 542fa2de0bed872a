"""Which of the messages of a branch are sent, so that they fit. It decides; it reads and asks nothing."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

SLIDE_TO = 0.75
"""When it is full, older messages go until so much of the room is used: so what is sent begins alike for
many turns, and the vendors' caches hit."""


class Weighed(NamedTuple):
    """A message as it counts: who speaks, and how many tokens it is."""

    role: Literal["user", "assistant"]
    tokens: float


def first_kept(
    messages: Sequence[Weighed], *, asked: int, room: float, down_to: float = SLIDE_TO
) -> int | None:
    """The place of the first message that is sent; those from `asked` on always are.

    0 if all fit into `room`. Else whole exchanges go, a question with all that follows it up to the next
    one, from the oldest, until no more than `down_to` of the room is used or only `asked` is left.
    None: not even that fits.
    """
    left = sum(message.tokens for message in messages)
    if left <= room:
        return 0
    if sum(message.tokens for message in messages[asked:]) > room:
        return None
    for place in range(asked):
        left -= messages[place].tokens
        if place + 1 < asked and messages[place + 1].role != "user":
            continue
        if left <= room * down_to:
            return place + 1
    return asked
