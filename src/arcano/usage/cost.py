"""What tokens cost, or the time that it took to make them, in whole micro-units."""

from arcano.providers import Price, TokenUsage

PER = 1_000_000
"""Prices are for so many tokens."""


def cost_of(usage: TokenUsage, price: Price, *, seconds: float | None = None) -> int | None:
    """What was used, at that price; rounded half up once, at the end. None where a needed count is missing.

    Tokens that came from the vendor's own cache or went into it have their own prices where they are known, else the
    price of what is read. Reasoning is part of what is written, and costs the same. Where the price is one of time,
    `seconds` is how long the answer took; before it is known, so is no cost.
    """
    if price.hour_micros is not None:
        return None if seconds is None else _rounded(price.hour_micros * seconds / 3600)
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached, written = usage.cached_input_tokens or 0, usage.cache_write_tokens or 0
    plain = max(0, usage.input_tokens - cached - written)
    total = (
        plain * price.input_micros
        + cached * _or(price.cached_input_micros, price.input_micros)
        + written * _or(price.cache_write_micros, price.input_micros)
        + usage.output_tokens * price.output_micros
    )
    return (total + PER // 2) // PER


def _rounded(amount: float) -> int:
    return int(amount + 0.5)


def _or(special: int | None, usual: int) -> int:
    return usual if special is None else special
