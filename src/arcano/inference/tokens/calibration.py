"""What one model makes of a unit of text: learned from what providers report, and how far to trust it.

A factor for each model, moved a little by every answer and more by the first ones, and how far the guesses
were off lately. Whoever stores it takes `changed`; nothing here knows a database.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

REMEMBERED_MODELS = 1000

SMALLEST, LARGEST = 0.5, 4.0
"""A provider that reports nonsense bends the estimate no further."""

_RATE = 0.2
_FULL_UNITS = 200.0
"""A short question says little: most of its tokens are the template's."""
_SMALLEST_SPREAD = 0.03
_LARGEST_SPREAD = 0.9


@dataclass(frozen=True, slots=True)
class Calibration:
    """`factor` tokens to a unit. `spread`: how far estimates lie off, as a share of them."""

    factor: float = 1.0
    spread: float = 0.3
    samples: int = 0

    def learned(self, *, units: float, tokens: int) -> "Calibration":
        """After a prompt of `units` that was read as `tokens`. Nothing is learned from nothing."""
        if units <= 0 or tokens <= 0:
            return self
        ratio = within_reason(tokens / units)
        weight = units / (units + _FULL_UNITS)
        rate = max(_RATE, 1 / (self.samples + 1)) * weight
        off = min(abs(ratio / self.factor - 1), _LARGEST_SPREAD)
        return Calibration(
            # Between the two, however far they lie apart: never below nothing.
            factor=self.factor * (ratio / self.factor) ** rate,
            spread=max(_SMALLEST_SPREAD, self.spread + (off - self.spread) * rate),
            samples=self.samples + 1,
        )


def within_reason(ratio: float) -> float:
    """Tokens to a unit, as far as they are believed."""
    return min(max(ratio, SMALLEST), LARGEST)


UNKNOWN = Calibration()


class Calibrations:
    """What is known of each model, by the name people choose it by."""

    def __init__(self, known: Iterable[tuple[str, Calibration]] = ()) -> None:
        self._known: OrderedDict[str, Calibration] = OrderedDict()
        self._changed: set[str] = set()
        self.add(known)

    def add(self, known: Iterable[tuple[str, Calibration]]) -> None:
        """What was learned before. What was learned since stands."""
        for model, calibration in known:
            self._known.setdefault(model, calibration)
        self._forget()

    def of(self, model: str) -> Calibration:
        return self._known.get(model, UNKNOWN)

    def learn(self, model: str, *, units: float, tokens: int) -> None:
        self._known[model] = self.of(model).learned(units=units, tokens=tokens)
        self._known.move_to_end(model)
        self._changed.add(model)
        self._forget()

    def changed(self) -> list[tuple[str, Calibration]]:
        """What is not stored yet. Asked once: whoever asks stores it, or gives it back to `unsaved`."""
        changed = [(model, self._known[model]) for model in self._changed if model in self._known]
        self._changed.clear()
        return changed

    def unsaved(self, models: Iterable[str]) -> None:
        """It could not be stored: to be tried again."""
        self._changed.update(models)

    def _forget(self) -> None:
        while len(self._known) > REMEMBERED_MODELS:
            self._known.popitem(last=False)
