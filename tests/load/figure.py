"""A figure: what was measured, what was aimed at, and the same work without us beside it."""

from dataclasses import dataclass, replace
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `target` None: measured for information."""

    name: str
    value: float
    unit: str
    target: float | None = None
    better: Literal["less", "more"] = "less"
    direct: float | None = None
    ratio: float | None = None
    note: str = ""
    errors: int = 0
    """Answers that were wrong, cut or refused while this was measured."""

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if self.target is None:
            return None
        return self.value <= self.target if self.better == "less" else self.value >= self.target


def beside(
    name: str,
    unit: str,
    target: float | None = None,
    better: Literal["less", "more"] = "less",
    *,
    ours: list[float],
    direct: list[float],
    note: str = "",
    errors: int = 0,
) -> Figure:
    """The median of our rounds, beside rounds of the same work without us."""
    return Figure(
        name,
        middle(ours),
        unit,
        target,
        better,
        direct=middle(direct),
        ratio=middle(ours) / middle(direct),
        note="; ".join(filter(None, (spread(ours), note))),
        errors=errors,
    )


def added_ms(
    name: str,
    target: float | None,
    *,
    ours: list[float],
    direct: list[float],
    note: str = "",
    errors: int = 0,
) -> Figure:
    """What we add, round by round, to the milliseconds of the same work without us."""
    figure = beside(name, "ms", target, ours=ours, direct=direct, errors=errors)
    added = [through - alone for through, alone in zip(ours, direct, strict=True)]
    return replace(figure, value=middle(added), note="; ".join(filter(None, (spread(added), note))))


def added_us(name: str, *, ours: list[float], direct: list[float], errors: int = 0) -> Figure:
    """What is added, round by round, to the microseconds of the same work without it."""
    figure = beside(name, "µs", ours=ours, direct=direct, errors=errors)
    added = [more - less for more, less in zip(ours, direct, strict=True)]
    return replace(figure, value=middle(added), note=spread(added))


HEADING = f"{'figure':<58} {'value':>14} {'target':>12} {'':<7} {'direct':>12} {'ratio':>7}"


def line_of(figure: Figure) -> str:
    """The figure as one line under `HEADING`."""
    sign = "≤" if figure.better == "less" else "≥"
    target = "" if figure.target is None else f"{sign} {_number(figure.target)}"
    verdict = {True: "ok", False: "MISSED", None: ""}[figure.reached]
    direct = "" if figure.direct is None else _number(figure.direct)
    ratio = "" if figure.ratio is None else _number(figure.ratio)
    value = f"{_number(figure.value)} {figure.unit}"
    line = f"{figure.name:<58} {value:>14} {target:>12} {verdict:<7} {direct:>12} {ratio:>7}"
    note = f"{figure.errors} ERRORS {figure.note}" if figure.errors else figure.note
    return f"{line.rstrip()}   {note}".rstrip()


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def middle(values: list[float]) -> float:
    """The median of the rounds."""
    return median(values)


def spread(values: list[float]) -> str:
    """How far the rounds lie apart, for a note."""
    return f"rounds {_number(min(values))} to {_number(max(values))}"


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
