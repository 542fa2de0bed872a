"""The order of waiting calls: classes, fairness between users, and what leaving changes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.inference.fair_order import FairOrder, WaitingCall
from arcano.inference.queue import PRIORITIES, Priority


def an_order(*calls: str) -> FairOrder[str]:
    """Calls named by their user and a number: `anna1`."""
    order: FairOrder[str] = FairOrder()
    for name in calls:
        order.add(name, user_id=name.rstrip("0123456789"), priority="interactive")
    return order


def all_of(order: FairOrder[str]) -> list[str]:
    names: list[str] = []
    while (name := order.take()) is not None:
        names.append(name)
    return names


def test_calls_of_one_user_go_first_come_first_served() -> None:
    order = an_order("anna1", "anna2", "anna3")

    assert all_of(order) == ["anna1", "anna2", "anna3"]


def test_users_take_turns_however_many_calls_each_has() -> None:
    order = an_order("anna1", "anna2", "anna3", "anna4", "ben1", "ben2", "cleo1")

    assert all_of(order) == ["anna1", "ben1", "cleo1", "anna2", "ben2", "anna3", "anna4"]


def test_a_newcomer_waits_for_one_call_of_each_other_at_most() -> None:
    order = an_order(*[f"anna{n}" for n in range(100)], *[f"ben{n}" for n in range(100)])
    for _ in range(50):
        order.take()

    order.add("cleo", user_id="cleo", priority="interactive")

    assert "cleo" in all_of(order)[:3]


def test_an_endless_row_of_newcomers_does_not_keep_out_who_was_served_once() -> None:
    order = an_order("anna1", "anna2", "ben1", "cleo1", "dora1")
    order.take()
    served: list[str | None] = []

    for n in range(50):
        for twin in ("a", "b"):
            name = f"newcomer{n}{twin}"
            order.add(name, user_id=name, priority="interactive")
        served.append(order.take())

    assert "anna2" in served


def test_who_comes_back_one_call_at_a_time_gets_no_more_than_the_weight_says() -> None:
    order: FairOrder[str] = FairOrder()
    for _ in range(60):
        order.add("anna", user_id="anna", priority="interactive")
    served: list[str | None] = []

    order.add("ben", user_id="ben", priority="interactive", weight=0.2)
    for _ in range(60):
        served.append(order.take())
        if served[-1] == "ben":
            order.add("ben", user_id="ben", priority="interactive", weight=0.2)

    assert served.count("ben") in range(9, 12)


def test_who_comes_back_at_once_gets_no_more_than_who_waits_with_all_calls() -> None:
    order = an_order(*[f"{name}{n}" for name in ("anna", "ben", "cleo") for n in range(40)])
    order.add("dora", user_id="dora", priority="interactive")
    served: list[str] = []

    for _ in range(80):
        name = order.take()
        assert name
        served.append(name.rstrip("0123456789"))
        if name == "dora":
            order.add("dora", user_id="dora", priority="interactive")

    assert served.count("dora") in range(19, 22)


def test_twice_the_weight_gets_twice_the_places() -> None:
    order: FairOrder[str] = FairOrder()
    for _ in range(60):
        order.add("anna", user_id="anna", priority="interactive", weight=2)
        order.add("ben", user_id="ben", priority="interactive", weight=1)

    first = [order.take() for _ in range(60)]

    assert first.count("anna") in range(39, 42)


@pytest.mark.parametrize("weight", [0.0, -3.0, 1e9])
def test_a_senseless_weight_is_brought_into_bounds(weight: float) -> None:
    order: FairOrder[str] = FairOrder()
    order.add("anna", user_id="anna", priority="interactive", weight=weight)
    order.add("ben", user_id="ben", priority="interactive")

    assert sorted(all_of(order)) == ["anna", "ben"]


def test_interactive_calls_go_before_programs_and_programs_before_batches() -> None:
    order: FairOrder[str] = FairOrder()
    for priority in reversed(PRIORITIES):
        order.add(priority, user_id="anna", priority=priority)

    assert all_of(order) == ["interactive", "program", "batch"]


def test_a_class_that_is_passed_over_often_gets_a_place_in_between() -> None:
    order: FairOrder[str] = FairOrder()
    for n in range(60):
        order.add("interactive", user_id=f"user{n}", priority="interactive")
    for n in range(5):
        order.add("program", user_id=f"user{n}", priority="program")
        order.add("batch", user_id=f"user{n}", priority="batch")

    first = [order.take() for _ in range(36)]

    assert first.count("batch") == 2
    assert first.count("program") == 3
    assert first[:8] == ["interactive"] * 8


def test_who_leaves_lets_the_own_later_calls_move_up() -> None:
    order: FairOrder[str] = FairOrder()
    annas = [order.add(f"anna{n}", user_id="anna", priority="interactive") for n in range(10)]
    bens = [order.add(f"ben{n}", user_id="ben", priority="interactive") for n in range(10)]

    for call in annas[:9]:
        order.remove(call)

    assert order.position(annas[9]) == 1
    assert order.position(bens[0]) == 2
    assert all_of(order)[:2] == ["anna9", "ben0"]


def test_nothing_is_remembered_of_users_once_it_makes_no_difference() -> None:
    order: FairOrder[str] = FairOrder()

    for n in range(1000):
        order.add(f"user{n}", user_id=f"user{n}", priority="batch")
        order.remove(order.add("passing", user_id=f"passing{n}", priority="batch"))
        if n % 2:
            order.take()

    assert order.remembered <= len(order)
    all_of(order)
    assert order.remembered == 0


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(5, 60))
def test_positions_are_the_order_in_which_calls_are_taken(
    seed: int, users: int, steps: int
) -> None:
    chance = random.Random(seed)
    order: FairOrder[int] = FairOrder()
    waiting: dict[int, WaitingCall[int]] = {}
    for step in range(steps):
        deed = chance.random()
        if deed < 0.6 or not waiting:
            user = f"user{chance.randrange(users)}"
            weight = chance.choice([0.5, 1.0, 1.0, 3.0])
            waiting[step] = order.add(step, user_id=user, priority="program", weight=weight)
        elif deed < 0.8:
            taken = order.take()
            assert taken is not None
            del waiting[taken]
        else:
            order.remove(waiting.pop(chance.choice(list(waiting))))

    said = {value: order.position(call) for value, call in waiting.items()}
    served = [order.take() for _ in range(len(order))]

    assert [said[value] for value in served if value is not None] == [*range(1, len(waiting) + 1)]


def test_waiting_calls_of_a_user_are_counted_over_all_classes() -> None:
    order: FairOrder[str] = FairOrder()
    classes: list[Priority] = ["interactive", "batch", "batch"]
    for priority in classes:
        order.add("call", user_id="anna", priority=priority)

    assert order.waiting_of("anna") == 3
    assert order.waiting_of("ben") == 0
