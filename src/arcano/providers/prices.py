"""What models cost, as others keep it: data on this disk, never asked over the network, and what the settings say instead.

A price that nobody knows is unknown, which is not the same as nothing. A model on this machine has none.
"""

import asyncio
import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from importlib.metadata import version
from typing import Any, Protocol

from arcano.platform.clock import Clock

MICROS = 1_000_000
_PACKAGE = "genai-prices"


@dataclass(frozen=True, slots=True)
class Price:
    """Micro-units of `currency` for a million tokens that are read, and for a million that are written.

    `cached_input_micros` and `cache_write_micros` for those that came from the vendor's cache and went into it, where
    that costs something else. `version` says who stated it and when.
    """

    input_micros: int
    output_micros: int
    currency: str = "USD"
    cached_input_micros: int | None = None
    cache_write_micros: int | None = None
    version: str = "settings"
    hour_micros: int | None = None


def price_by_time(dollars_per_hour: float | None) -> Price | None:
    """The price of a machine of one's own; None where nobody stated it."""
    if dollars_per_hour is None:
        return None
    return Price(0, 0, hour_micros=_micros(Decimal(str(dollars_per_hour))))


class StatedPrice(Protocol):
    """What the settings say of one model, in dollars for a million tokens."""

    @property
    def input(self) -> float: ...

    @property
    def output(self) -> float: ...


class PriceBook:
    """Prices by address and model. `stated` by the name that its server calls a model, before all others.

    The data takes some MB and a moment to read, and is read when a model elsewhere is first looked up.
    """

    def __init__(self, stated: Mapping[str, StatedPrice], clock: Clock) -> None:
        self._stated = {
            name: Price(_micros(Decimal(str(price.input))), _micros(Decimal(str(price.output))))
            for name, price in stated.items()
        }
        self._clock = clock

    def stated(self, models: Iterable[str]) -> dict[str, Price]:
        """Those that the settings state."""
        return {name: self._stated[name] for name in models if name in self._stated}

    async def prices_at(self, base_url: str, models: Sequence[str]) -> dict[str, Price]:
        """The prices of those models of a server that are known."""
        return await asyncio.to_thread(self._look_up, base_url, models)

    def _look_up(self, base_url: str, models: Sequence[str]) -> dict[str, Price]:
        found = self.stated(models)
        known = _kept_by_others()
        try:
            provider = known.find_provider(None, None, base_url)
        except LookupError:
            return found
        now = self._clock.now().astimezone(UTC)
        for name in models:
            if name not in found and (model := provider.find_model(name.lower())) is not None:
                price = _price(model.get_prices(now))
                if price is not None:
                    found[name] = price
        return found


def _kept_by_others() -> Any:  # noqa: ANN401 - the package's own snapshot, read here and nowhere else
    # Only who asks models elsewhere pays for it.
    return importlib.import_module("genai_prices.data_snapshot").get_snapshot()


def _price(prices: Any) -> Price | None:  # noqa: ANN401 - as above
    """Both sides must be known: half a price misleads."""
    sides = [_base(prices.input_mtok), _base(prices.output_mtok)]
    if sides[0] is None or sides[1] is None:
        return None
    return Price(
        _micros(sides[0]),
        _micros(sides[1]),
        cached_input_micros=_micros_or_none(_base(prices.cache_read_mtok)),
        cache_write_micros=_micros_or_none(_base(prices.cache_write_mtok)),
        version=f"{_PACKAGE} {version(_PACKAGE)}",
    )


def _micros_or_none(dollars: Decimal | None) -> int | None:
    return None if dollars is None else _micros(dollars)


def _base(side: Any) -> Decimal | None:  # noqa: ANN401 - as above
    """The price of a short question where long ones cost more."""
    value = getattr(side, "base", side)
    return value if isinstance(value, Decimal) else None


def _micros(dollars: Decimal) -> int:
    return round(dollars * MICROS)
