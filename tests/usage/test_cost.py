"""What tokens cost."""

from hypothesis import given
from hypothesis import strategies as st

from arcano.providers import Price, TokenUsage, price_by_time
from arcano.usage.cost import cost_of

PRICE = Price(3_000_000, 15_000_000, cached_input_micros=300_000, cache_write_micros=3_750_000)
counts = st.integers(0, 10**9)


def test_what_is_read_and_what_is_written_have_their_own_prices() -> None:
    assert cost_of(TokenUsage(1_000_000, 1_000_000), PRICE) == 18_000_000


def test_tokens_of_the_vendors_cache_cost_what_it_says() -> None:
    usage = TokenUsage(1_000_000, 0, cached_input_tokens=600_000, cache_write_tokens=100_000)

    assert cost_of(usage, PRICE) == 300_000 * 3 + 600_000 * 3 // 10 + 375_000


def test_without_prices_of_its_own_the_cache_costs_what_reading_costs() -> None:
    usage = TokenUsage(1_000_000, 0, cached_input_tokens=600_000, cache_write_tokens=100_000)

    assert cost_of(usage, Price(3_000_000, 0)) == 3_000_000


def test_half_a_micro_unit_is_rounded_up_once() -> None:
    assert cost_of(TokenUsage(1, 0), Price(500_000, 0)) == 1
    assert cost_of(TokenUsage(1, 0), Price(499_999, 0)) == 0


def test_an_unknown_count_is_an_unknown_cost() -> None:
    assert cost_of(TokenUsage(None, 5), PRICE) is None
    assert cost_of(TokenUsage(5, None), PRICE) is None


def test_an_hour_of_ones_own_machine_costs_its_part_whatever_was_said() -> None:
    price = price_by_time(1.80)

    assert price is not None
    assert cost_of(TokenUsage(10**6, 10**6), price, seconds=60) == 30_000
    assert cost_of(TokenUsage(None, None), price, seconds=1) == 500


def test_what_costs_time_has_no_cost_before_it_is_over_and_none_that_nobody_stated() -> None:
    price = price_by_time(1.80)

    assert price is not None
    assert cost_of(TokenUsage(1, 1), price) is None
    assert price_by_time(None) is None
    assert price_by_time(0) == Price(0, 0, hour_micros=0)


@given(counts, counts, counts, counts)
def test_a_cost_is_never_negative_and_grows_with_what_is_written(
    read: int, written: int, cached: int, more: int
) -> None:
    one = cost_of(TokenUsage(read, written, cached_input_tokens=cached), PRICE)
    other = cost_of(TokenUsage(read, written + more, cached_input_tokens=cached), PRICE)

    assert one is not None
    assert other is not None
    assert 0 <= one <= other
