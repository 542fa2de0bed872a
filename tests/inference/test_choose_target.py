"""Which target a call goes to: by rank, then by variant, then by load; never one that rests."""

from collections import Counter
from dataclasses import replace

import pytest
from tests.support.clock import StillClock
from tests.support.inference_bench import QUESTION, a_call

from arcano.inference import Call, Conditions, Fallback, Route, Target, Targets
from arcano.inference.choose_target import Candidate, Need, choose_target, draw_for
from arcano.providers import (
    AnswerSchema,
    ImagePart,
    ModelRequest,
    ProviderRefusedKeyError,
    RequestMessage,
    TextPart,
    ToolCallPart,
    ToolDefinition,
)


class Choosing:
    """Chooses among the targets of one route."""

    def __init__(self, *targets: Target, fallback: Fallback | None = None) -> None:
        self.targets = Targets(clock=StillClock())
        self.route = Route("route", targets, fallback or Fallback())

    def choose(self, call: Call | None = None, *, chance: float = 0.5) -> Target | None:
        """The choice, which the targets are told of."""
        candidates = [Candidate(one, self.targets.live(one)) for one in self.route.targets]
        draw = draw_for(self.route, call or a_call("route"), lambda: chance)
        chosen = choose_target(self.route, candidates, draw)
        if chosen is None:
            return None
        self.targets.chosen(chosen.live)
        return chosen.target

    def rest(self, target: Target) -> None:
        permit = self.targets.live(target).breaker.permit()
        assert permit is not None
        permit.failed(ProviderRefusedKeyError("Refused."))


def in_conversation(number: int) -> Call:
    return a_call("route", conversation_id=f"conversation-{number}")


EAST, WEST = Target("east", "east"), Target("west", "west")
CLOUD = Target("cloud", "cloud", rank=1)


def test_the_lowest_rank_is_asked_first_wherever_it_stands() -> None:
    assert Choosing(CLOUD, EAST).choose() == EAST


def test_among_equals_the_least_loaded_is_chosen() -> None:
    choosing = Choosing(EAST, WEST)

    chosen = Counter(choosing.choose() for _ in range(10))

    assert chosen == {EAST: 5, WEST: 5}


def test_a_target_of_twice_the_weight_bears_twice_the_load() -> None:
    strong = replace(EAST, weight=2.0)
    choosing = Choosing(strong, WEST)

    chosen = Counter(choosing.choose() for _ in range(30))

    assert chosen == {strong: 20, WEST: 10}


def test_equals_that_are_idle_take_turns() -> None:
    choosing = Choosing(EAST, WEST)
    chosen: list[Target | None] = []
    for _ in range(4):
        chosen.append(choosing.choose())
        for target in choosing.targets.all():
            target.calls = 0

    assert chosen == [EAST, WEST, EAST, WEST]


def test_one_that_rests_is_passed_over_for_its_equal_and_then_for_the_next_rank() -> None:
    choosing = Choosing(EAST, WEST, CLOUD)

    choosing.rest(EAST)
    assert choosing.choose() == WEST

    choosing.rest(WEST)
    assert choosing.choose() == CLOUD

    choosing.rest(CLOUD)
    assert choosing.choose() is None


def test_a_rank_is_not_left_for_the_next_where_the_route_does_not_allow_it() -> None:
    choosing = Choosing(EAST, CLOUD, fallback=Fallback(failure=False))

    choosing.rest(EAST)

    assert choosing.choose() is None


# --- Variants

OLD = Target("old", "old", variant="old", weight=3.0)
NEW = Target("new", "new", variant="new", weight=1.0)


def test_a_conversation_stays_with_its_variant() -> None:
    choosing = Choosing(OLD, NEW)

    for number in range(20):
        assert len({choosing.choose(in_conversation(number)) for _ in range(5)}) == 1


def test_variants_have_their_share_of_the_conversations() -> None:
    choosing = Choosing(OLD, NEW)

    chosen = Counter(choosing.choose(in_conversation(number)) for number in range(2000))

    # Fixed conversations, so the figure is always the same; its deviation is about 20.
    assert 1400 < chosen[OLD] < 1600


def test_a_new_variant_takes_conversations_but_moves_none_between_the_others() -> None:
    before = Choosing(OLD, NEW)
    third = Target("third", "third", variant="third")
    after = Choosing(OLD, NEW, third)

    moved = Counter(
        (before.choose(in_conversation(number)), after.choose(in_conversation(number)))
        for number in range(500)
    )

    assert {pair for pair in moved if pair[0] != pair[1]} == {(OLD, third), (NEW, third)}


def test_within_a_variant_the_least_loaded_host_is_chosen() -> None:
    second = replace(OLD, id="old-2")
    choosing = Choosing(OLD, second)

    chosen = Counter(choosing.choose(in_conversation(7)) for _ in range(10))

    assert chosen == {OLD: 5, second: 5}


def test_a_variant_on_two_hosts_keeps_its_conversations_when_one_rests() -> None:
    second = replace(OLD, id="old-2")
    choosing = Choosing(OLD, second, NEW)
    before = [choosing.choose(in_conversation(number)) for number in range(100)]

    choosing.rest(second)
    after = [choosing.choose(in_conversation(number)) for number in range(100)]

    assert [one == NEW for one in before] == [one == NEW for one in after]


def test_a_conversation_whose_variant_rests_is_answered_by_another() -> None:
    choosing = Choosing(OLD, NEW)
    choosing.rest(OLD)

    assert {choosing.choose(in_conversation(number)) for number in range(20)} == {NEW}


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999999])
def test_a_call_without_a_conversation_is_drawn_for(chance: float) -> None:
    assert Choosing(OLD, NEW).choose(chance=chance) in (OLD, NEW)


# --- Conditions


def asking(*parts: TextPart | ImagePart, tools: bool = False, tokens: int | None = None) -> Need:
    offered = (ToolDefinition("search", "Searches.", {}),) if tools else ()
    request = ModelRequest("route", (RequestMessage("user", parts),), tools=offered)
    return Need.of(Call(request, "ada", input_tokens=tokens))


@pytest.mark.parametrize(
    ("conditions", "need", "fits"),
    [
        (Conditions(), asking(TextPart("x" * 1_000_000)), True),
        (Conditions(max_input_tokens=100), asking(TextPart("x" * 300)), True),
        (Conditions(max_input_tokens=100), asking(TextPart("x" * 301)), False),
        (Conditions(max_input_tokens=100), asking(TextPart("x" * 301), tokens=100), True),
        (Conditions(images=False), asking(TextPart("x")), True),
        (Conditions(images=False), asking(ImagePart("image/png", b"")), False),
        (Conditions(tools=False), asking(TextPart("x")), True),
        (Conditions(tools=False), asking(TextPart("x"), tools=True), False),
    ],
)
def test_a_target_is_sent_only_what_its_conditions_let_pass(
    conditions: Conditions, need: Need, *, fits: bool
) -> None:
    assert need.fits(replace(EAST, conditions=conditions)) is fits


@pytest.mark.parametrize(
    ("request_", "fewest"),
    [
        (ModelRequest("route", (RequestMessage("user", (TextPart("图书馆" * 1000),)),)), 2_400),
        (ModelRequest("route", (RequestMessage("user", (ImagePart("image/png", b""),)),)), 1_000),
        (
            ModelRequest(
                "route",
                (RequestMessage("assistant", (ToolCallPart("1", "write", "x" * 3_000),)),),
            ),
            1_000,
        ),
        (
            ModelRequest(
                "route",
                (QUESTION,),
                tools=(ToolDefinition("search", "Searches. " * 200, {"title": "x" * 1_000}),),
            ),
            1_000,
        ),
        (
            ModelRequest(
                "route", (QUESTION,), answer_schema=AnswerSchema("a", {"title": "x" * 3_000})
            ),
            1_000,
        ),
    ],
    ids=["Chinese", "an image", "a call of a tool", "tools", "a schema"],
)
def test_all_that_is_sent_is_counted_with_care(request_: ModelRequest, fewest: int) -> None:
    assert fewest <= Need.of(Call(request_, "ada")).input_tokens <= 2 * fewest


def test_the_question_alone_is_what_is_counted_by_default() -> None:
    [part] = QUESTION.parts
    assert isinstance(part, TextPart)

    assert Need.of(a_call("route")) == Need(-(-len(part.text) // 3), images=False, tools=False)
