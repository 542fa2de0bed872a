"""Where one model's text ends and another's continuation begins, so that nothing stands there twice.

A model that is asked to continue often says the end of the text once more, or all of it. Such a
beginning is left out. It knows text only: who speaks, and whether it may, is decided elsewhere.
"""

SHORTEST_REPEAT = 12
"""A shorter beginning that equals the end may be meant ("very very"): it is kept."""

SHORTEST_RESTART = 4
"""Unless it equals all that was said: then the answer was begun anew. Even shorter, "1" may become "11"."""

TAIL_CHARACTERS = 32_000
"""How far back a repetition may begin. A model that retells a longer answer is not noticed."""


class Seam:
    """Listens to a continuation of `said` and drops what repeats the end of it, exactly, once.

    Text is held back as long as it may yet turn out to be a repetition: a few words as a rule. What
    is dropped stands, letter for letter, at the end of `said`, is at least `SHORTEST_REPEAT` characters
    long (`SHORTEST_RESTART`, if `said` is no longer) and no mere pattern (a line of dashes, a row of
    zeros), which may well go on.
    """

    __slots__ = ("_held", "_tail")

    def __init__(self, said: str) -> None:
        self._tail: str | None = said[-TAIL_CHARACTERS:] or None
        self._held = ""

    @property
    def settled(self) -> bool:
        """Whether everything that follows passes as it is."""
        return self._tail is None

    def hear(self, text: str) -> str:
        """The next piece of the continuation. Returns what may be passed on now, perhaps nothing."""
        tail = self._tail
        if tail is None:
            return text
        self._held += text
        place = tail.find(self._held)
        if place >= 0 and place + len(self._held) < len(tail):
            return ""  # it stands in the tail, with more behind it: a longer repetition is possible
        return self.settle()

    def settle(self) -> str:
        """The continuation is over, or its beginning is known. Returns what was held and is new."""
        tail, held = self._tail, self._held
        self._tail, self._held = None, ""
        return held if tail is None else held[_repeated(tail, held) :]


def _repeated(tail: str, text: str) -> int:
    """How many characters at the beginning of `text` repeat the end of `tail`."""
    if len(tail) < SHORTEST_REPEAT:
        return len(tail) if text.startswith(tail) and _is_telling(tail, SHORTEST_RESTART) else 0
    beginning = text[:SHORTEST_REPEAT]
    if len(beginning) < SHORTEST_REPEAT:
        return 0
    # From the left, so that the longest repetition is found first.
    place = tail.find(beginning, max(0, len(tail) - len(text)))
    while place >= 0:
        if text.startswith(tail[place:]):
            repeated = len(tail) - place
            return repeated if _is_telling(text[:repeated], SHORTEST_REPEAT) else 0
        place = tail.find(beginning, place + 1)
    return 0


def _is_telling(repeated: str, shortest: int) -> bool:
    """Whether nobody would write this twice on purpose: long enough, and no pattern.

    Of a short piece over and over, nobody can tell a repetition from the pattern going on; and losing
    text is worse than saying a little twice.
    """
    visible = repeated.strip()
    periods = range(1, min(SHORTEST_REPEAT, len(visible) // 2 + 1))
    return len(visible) >= shortest and not any(
        visible.startswith(visible[period:]) for period in periods
    )
