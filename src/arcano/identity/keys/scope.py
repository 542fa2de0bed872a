"""What a key opens: which doors, which models, and how much. Part of whoever asks with it (`Viewer.key`)."""

from dataclasses import dataclass
from typing import Literal, NewType, get_args

KeyId = NewType("KeyId", str)

KeyDoor = Literal["api", "openai", "anthropic", "ollama", "gemini"]
"""`api` is Arcano's own; the others speak as that vendor does."""

KEY_DOORS: tuple[KeyDoor, ...] = get_args(KeyDoor)

EVERY_MODEL = ("*",)


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """How much may be asked with a key. None: no more and no less than its person. Enforced by `usage`, as every limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    concurrent: int | None = None


@dataclass(frozen=True, slots=True)
class KeyScope:
    """The key that somebody asks with. `models` are names, in which `*` stands for anything."""

    id: KeyId
    name: str
    doors: frozenset[KeyDoor]
    models: tuple[str, ...] = EVERY_MODEL
    limits: KeyLimits = KeyLimits()

    def allows(self, door: KeyDoor, model: str | None = None) -> bool:
        """Whether it opens this door and, where one is named, may ask this model there."""
        return door in self.doors and (model is None or self.allows_model(model))

    def allows_model(self, model: str) -> bool:
        return any_fits(self.models, model)


def any_fits(patterns: tuple[str, ...], name: str) -> bool:
    """Whether `name` is what one of these says, with anything at each `*`."""
    return patterns == EVERY_MODEL or any(_fits(each, name) for each in patterns)


def _fits(pattern: str, name: str) -> bool:
    """Whether `name` is what `pattern` says, with anything at each `*`.

    Not a regular expression: one with several `*` takes very long over a name that nearly fits.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == name
    last = rest.pop()
    if not name.startswith(first):
        return False
    place = len(first)
    for part in rest:
        found = name.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(name) - len(last) >= place and name.endswith(last)
