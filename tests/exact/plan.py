"""Which calls are made, and what happens to each: drawn by chance, the same from the same seed.

A call is known by its number alone, wherever it turns up: the question names it, and is so long that our own estimate of it,
which stands in every row of the ledger, is that number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeGuard

from tests.exact.doors import DOORS, DoorWay
from tests.support.wire_answers import FORMATS
from typing_extensions import override

Fate = Literal[
    "finished",
    "cut",
    "garbled",
    "refused with 429",
    "refused with 500",
    "switched",
    "lied about",
    "left",
    "left before a word",
    "revoked",
    "cancelled",
    "in the background",
    "repeated",
    "together",
    "the first of two leaves",
    "beyond a budget",
    "beyond a limit",
]

FATES: dict[Fate, int] = {
    "finished": 24,
    "cut": 10,
    "garbled": 6,
    "refused with 429": 5,
    "refused with 500": 5,
    "switched": 8,
    "lied about": 9,
    "left": 9,
    "left before a word": 3,
    "revoked": 3,
    "cancelled": 8,
    "in the background": 6,
    "repeated": 4,
    "together": 3,
    "the first of two leaves": 2,
    "beyond a budget": 3,
    "beyond a limit": 3,
}
"""How often each happens, among those that can."""
EMBEDDED: frozenset[Fate] = frozenset(
    {
        "finished",
        "refused with 429",
        "refused with 500",
        "lied about",
        "beyond a budget",
        "beyond a limit",
    }
)
STREAMED: frozenset[Fate] = frozenset({"left", "revoked", "cancelled", "the first of two leaves"})
STORED: frozenset[Fate] = frozenset({"cancelled", "in the background"})
KEPT: frozenset[Fate] = frozenset({"repeated", "together", "the first of two leaves"})

LIES: Sequence[tuple[object, object]] = (
    (-5, -5),
    (2**60, 2**60),
    ("many", "more"),
    ([1], {"of": 2}),
    (None, None),
    (True, False),
    (1.5, 2.5),
    (17, None),
    (10**9, 10**9),
    (0, 0),
)
"""What a stand-in may say that it read and wrote. Where it can be true it counts."""

CHARACTERS_READ = 3
"""So many letters are thought to be one token of a question: rather too many tokens than too few, for it must fit in."""
FIRST = 20
"""The lowest number: a question must have room for its name."""
MOST_COUNTED = 2**53
"""From here on a number is no count of anything."""
_NAMED = re.compile(rb"Call (\d+)\.")


@dataclass(frozen=True, slots=True)
class Planned:
    """One call: a question through a door to a kind of target, and its fate. Several where prompts are completed."""

    number: int
    way: DoorWay
    stream: bool
    kind: str
    fate: Fate
    asker: int
    pieces: tuple[str, ...]
    read: object
    written: object
    prompts: int = 1
    stored: bool = False

    @override
    def __str__(self) -> str:
        how = "streamed" if self.stream else "whole"
        return f"call {self.number} ({self.way.name} at {self.kind}, {how}, {self.fate})"

    @property
    def texts(self) -> list[str]:
        return [question(self.number + place) for place in range(self.prompts)]

    @property
    def model(self) -> str:
        return f"{self.kind}-switched" if self.fate == "switched" else f"{self.kind}-told"

    @property
    def passes(self) -> bool:
        """Whether its answer is passed on unread."""
        return (
            self.way.same_words == self.kind
            and self.fate not in ("switched", *KEPT)
            and not self.stored
        )


def is_count(said: object) -> TypeGuard[int]:
    """Whether that can be how many there are of something."""
    return type(said) is int and 0 <= said < MOST_COUNTED


def question(number: int) -> str:
    """As long as what is thought to be so many tokens. Letters: of signs each is thought to be more."""
    return f"Call {number}.".ljust(CHARACTERS_READ * number, "a")


def numbers_in(body: bytes) -> list[int]:
    """Those of the calls that are asked in it."""
    return [int(number) for number in _NAMED.findall(body)]


def plan(seed: int, count: int, *, askers: int) -> Iterator[Planned]:
    """So many calls. Doors, kinds and fates come again and again in another order."""
    chance = Random(seed)
    number = FIRST
    kinds = list(FORMATS)
    for _ in range(count):
        way = chance.choice(list(DOORS.values()))
        embeddable = [kind for kind in kinds if kind not in ("anthropic", "openai-responses")]
        kind = chance.choice(embeddable if way.embeds else kinds)
        stream = chance.random() < 0.6 and not way.embeds
        fates: list[Fate] = [fate for fate in FATES if _may(fate, way, stream=stream)]
        fate: Fate = chance.choices(fates, [FATES[one] for one in fates])[0]
        prompts = chance.randint(1, 3) if way.prompts and fate == "finished" else 1
        read: object = chance.randrange(5000)
        written: object = chance.randrange(500)
        if fate == "lied about":
            read, written = chance.choice(LIES)
        yield Planned(
            number,
            way,
            stream,
            kind,
            fate,
            chance.randrange(askers),
            tuple(
                f"[{number}.{place}]" + "é🦉 owl "[: chance.randrange(8)]
                for place in range(chance.randint(2, 6))
            ),
            read,
            written,
            prompts,
            stored=fate in STORED or (way.name == "responses" and chance.random() < 0.3),
        )
        number += prompts


def _may(fate: Fate, way: DoorWay, *, stream: bool) -> bool:
    if way.embeds:
        return fate in EMBEDDED
    if fate in STORED and way.name != "responses":
        return False
    if fate == "in the background":
        return not stream
    return stream or fate not in STREAMED
