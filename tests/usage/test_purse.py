"""What budgets let pass, what they set aside, and when they begin anew."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clock import StillClock

from arcano.usage import BudgetSpentError
from arcano.usage.budgets.domain import Budget, BudgetId, BudgetPeriod, BudgetScope, BudgetUnit
from arcano.usage.budgets.purse import Payer, Purse

ADA = Payer("ada", frozenset({"team"}), "key", "fast")
NOW = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)


def a_budget(
    amount: int = 1000,
    *,
    scope: BudgetScope = "organisation",
    subject: str | None = None,
    unit: BudgetUnit = "tokens",
    period: BudgetPeriod = "day",
    hard: bool = True,
) -> Budget:
    return Budget(
        BudgetId(f"{scope} {subject} {unit}"),
        "All",
        scope,
        subject,
        unit,
        amount,
        period,
        hard,
        NOW,
    )


def a_purse(*budgets: Budget, used: int = 0) -> Purse:
    clock = StillClock()
    clock.moment = NOW
    purse = Purse(clock)
    for budget in budgets:
        purse.put(budget, used=used)
    return purse


def test_a_hundred_at_once_against_a_budget_for_ten_are_ten() -> None:
    purse = a_purse(a_budget(1000))
    passed = 0
    for _ in range(100):
        try:
            purse.reserve(ADA, money=None, tokens=100)
        except BudgetSpentError:
            continue
        passed += 1

    assert passed == 10


def test_what_was_set_aside_and_not_used_is_there_for_the_next() -> None:
    purse = a_purse(a_budget(1000))
    reserved = purse.reserve(ADA, money=None, tokens=1000)

    purse.settle(reserved, money=None, tokens=10, ended_at=NOW)

    assert purse.reserve(ADA, money=None, tokens=990)


def test_a_refusal_names_the_budget_what_is_left_and_when_it_begins_anew() -> None:
    purse = a_purse(a_budget(1_500_000, unit="money"), used=1_250_000)

    with pytest.raises(BudgetSpentError) as raised:
        purse.reserve(ADA, money=300_000, tokens=10)

    assert raised.value.detail == (
        "The budget “All” of 1.50 USD has 0.25 USD left, and this may take 0.30 USD. "
        "It begins anew on 2026-11-27 at 00:00 UTC."
    )
    assert raised.value.retry_after == timedelta(hours=8, minutes=30)


def test_where_one_of_several_refuses_none_has_anything_set_aside() -> None:
    wide, narrow = a_budget(10_000), a_budget(50, scope="person", subject="ada")
    purse = a_purse(wide, narrow)

    with pytest.raises(BudgetSpentError):
        purse.reserve(ADA, money=None, tokens=100)

    standing = purse.standing(wide.id)
    assert standing is not None
    assert standing.reserved == 0


def test_a_soft_budget_refuses_nobody_and_warns() -> None:
    purse = a_purse(a_budget(100, hard=False))
    reserved = purse.reserve(ADA, money=None, tokens=500)

    due = purse.settle(reserved, money=None, tokens=500, ended_at=NOW)

    assert [standing.percent for standing in due] == [500]


def test_each_threshold_is_told_once() -> None:
    purse = a_purse(a_budget(100))
    told: list[int] = []
    for _ in range(10):
        reserved = purse.reserve(ADA, money=None, tokens=10)
        told += [
            standing.percent
            for standing in purse.settle(reserved, money=None, tokens=10, ended_at=NOW)
        ]

    assert told == [50, 80, 100]


@pytest.mark.parametrize(
    ("scope", "subject", "counts"),
    [
        ("organisation", None, True),
        ("group", "team", True),
        ("group", "others", False),
        ("person", "ada", True),
        ("person", "bob", False),
        ("key", "key", True),
        ("key", "other", False),
        ("model", "fast", True),
        ("model", "slow", False),
    ],
)
def test_a_budget_counts_only_what_is_in_its_scope(
    scope: BudgetScope, subject: str | None, counts: bool
) -> None:
    budget = a_budget(1000, scope=scope, subject=subject)
    purse = a_purse(budget)

    purse.settle(purse.reserve(ADA, money=None, tokens=10), money=None, tokens=10, ended_at=NOW)

    standing = purse.standing(budget.id)
    assert standing is not None
    assert standing.used == (10 if counts else 0)


def test_a_call_of_unknown_price_is_no_business_of_a_budget_of_money() -> None:
    budget = a_budget(100, unit="money")
    purse = a_purse(budget, used=100)

    purse.settle(purse.reserve(ADA, money=None, tokens=10), money=None, tokens=10, ended_at=NOW)

    standing = purse.standing(budget.id)
    assert standing is not None
    assert standing.used == 100


def test_a_long_answer_raises_what_is_set_aside_so_that_newcomers_see_it() -> None:
    purse = a_purse(a_budget(1000))
    reserved = purse.reserve(ADA, money=None, tokens=100)

    purse.raise_to(reserved, money=None, tokens=950)

    with pytest.raises(BudgetSpentError):
        purse.reserve(ADA, money=None, tokens=100)


@pytest.mark.parametrize(
    ("period", "moment", "begins", "renews"),
    [
        ("day", NOW, datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)),
        ("week", NOW, datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)),
        ("month", NOW, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
        (
            "month",
            datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2027, 1, 1, tzinfo=UTC),
        ),
        ("total", NOW, None, None),
    ],
)
def test_periods_begin_at_midnight_utc(
    period: BudgetPeriod, moment: datetime, begins: datetime | None, renews: datetime | None
) -> None:
    budget = a_budget(period=period)

    assert (budget.begins(moment), budget.renews(moment)) == (begins, renews)


def test_a_new_period_begins_with_nothing_used_and_what_still_runs_set_aside() -> None:
    clock = StillClock()
    clock.moment = NOW
    purse = Purse(clock)
    budget = a_budget(1000)
    purse.put(budget, used=900, warned={50, 80})
    running = purse.reserve(ADA, money=None, tokens=100)

    clock.moment = NOW + timedelta(days=1)

    standing = purse.standing(budget.id)
    assert standing is not None
    assert (standing.used, standing.reserved) == (0, 100)
    assert purse.settle(running, money=None, tokens=600, ended_at=clock.moment)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=40))
def test_nothing_stays_set_aside_once_all_have_ended(calls: list[tuple[int, int]]) -> None:
    budget = a_budget(1000)
    purse = a_purse(budget)
    used = 0
    for expected, actual in calls:
        try:
            reserved = purse.reserve(ADA, money=None, tokens=expected)
        except BudgetSpentError:
            continue
        purse.settle(reserved, money=None, tokens=actual, ended_at=NOW)
        used += actual

    standing = purse.standing(budget.id)
    assert standing is not None
    assert (standing.used, standing.reserved) == (used, 0)


def test_a_call_that_began_before_a_budget_counts_against_it_when_it_ends() -> None:
    purse = a_purse()
    running = purse.reserve(ADA, money=None, tokens=100)
    budget = a_budget(1000)
    purse.put(budget, used=0)

    purse.settle(running, money=None, tokens=30, ended_at=NOW)

    standing = purse.standing(budget.id)
    assert standing is not None
    assert (standing.used, standing.reserved) == (30, 0)


def test_a_call_that_ended_before_midnight_counts_for_the_day_that_is_over() -> None:
    clock = StillClock()
    clock.moment = NOW + timedelta(days=1)
    purse = Purse(clock)
    budget = a_budget(1000)
    purse.put(budget, used=0)

    purse.settle(purse.reserve(ADA, money=None, tokens=9), money=None, tokens=9, ended_at=NOW)

    standing = purse.standing(budget.id)
    assert standing is not None
    assert standing.used == 0
