"""When a target fails in the middle or refuses, the next one goes on with the same answer."""

import pytest
from tests.support.inference_bench import QUESTION, Bench, a_call, in_order
from tests.support.scripted_model import FINISHED, ScriptedModel
from tests.support.storyteller import STORY, Mishap, Storyteller

from arcano.inference import (
    Call,
    Fallback,
    TargetSwitched,
    UsageCounted,
)
from arcano.providers import (
    AnswerSchema,
    ContextTooLongError,
    ModelFinished,
    ModelRequest,
    Parameters,
    ProviderUnreachableError,
    ReasoningDelta,
    RefusalDelta,
    RequestMessage,
    StreamCutError,
    TextDelta,
    TextPart,
    TokenUsage,
    ToolCallDelta,
)

GONE = ProviderUnreachableError("East cannot be reached.")
TOO_LONG = ContextTooLongError("Longer than East can take.")
CUT = StreamCutError("The connection to East broke.")


@pytest.mark.parametrize("repeats", [0, 20, 1000])
def test_the_next_target_goes_on_with_the_same_answer(repeats: int) -> None:
    west = Storyteller(repeats=repeats)
    bench = Bench(
        {"east": Storyteller(Mishap(after=70, failure=CUT)), "west": west},
        in_order("east", "west"),
    )

    told = bench.ask(a_call("route"))

    assert told.error is None
    assert told.text == STORY
    assert told.of(TargetSwitched) == [TargetSwitched("east", "west", "failure", True)]
    assert west.asked == [
        ModelRequest(
            "upstream-west",
            (QUESTION, RequestMessage("assistant", (TextPart(STORY[:70]),))),
            continues=True,
        )
    ]


@pytest.mark.parametrize("told", [1, 3, 4, 11])
def test_an_answer_that_had_hardly_begun_may_be_begun_anew(told: int) -> None:
    bench = Bench(
        {
            "east": Storyteller(Mishap(after=told, failure=CUT), piece=1),
            "west": Storyteller(repeats=1000),
        },
        in_order("east", "west"),
    )

    answer = bench.ask(a_call("route"))

    assert answer.text == STORY
    assert answer.of(TargetSwitched)[0].after_first_token == (told >= 4)


def test_the_few_characters_that_nobody_could_go_on_from_are_not_lost() -> None:
    models = {
        "east": ScriptedModel(TextDelta("So"), CUT),
        "west": Storyteller(Mishap(failure=TOO_LONG)),
    }

    told = Bench(models, in_order("east", "west")).ask(a_call("route"))

    assert told.text == "So"
    assert isinstance(told.error, StreamCutError)


def test_a_target_is_not_asked_again_once_it_has_begun() -> None:
    east = Storyteller(Mishap(after=70, failure=CUT))

    told = Bench({"east": east}).ask(a_call("east"))

    assert told.error is CUT
    assert told.text == STORY[:70]
    assert len(east.asked) == 1
    assert told.of(UsageCounted) == [UsageCounted("east", "east", None, 70)]


def test_an_answer_that_a_person_lets_go_on_is_not_doubled_either() -> None:
    west = Storyteller(repeats=30)
    bench = Bench(
        {"east": Storyteller(Mishap(after=70, failure=CUT), repeats=30), "west": west},
        in_order("east", "west"),
    )
    begun = RequestMessage("assistant", (TextPart(STORY[:50]),))
    request = ModelRequest("route", (QUESTION, begun), continues=True)

    told = bench.ask(Call(request, user_id="ada"))

    assert STORY[:50] + told.text == STORY
    # East said 70 characters, of which 30 stood there already.
    assert west.asked[0].messages == (
        QUESTION,
        RequestMessage("assistant", (TextPart(STORY[:90]),)),
    )


def test_what_is_left_of_a_limit_is_what_the_next_target_may_write() -> None:
    west = Storyteller()
    bench = Bench(
        {"east": Storyteller(Mishap(after=80, failure=CUT)), "west": west},
        in_order("east", "west"),
    )

    bench.ask(a_call("route", parameters=Parameters(max_tokens=100)))

    assert west.asked[0].parameters == Parameters(max_tokens=80)


def test_reasoning_before_a_switch_stays_and_the_question_is_asked_anew() -> None:
    west = ScriptedModel(ReasoningDelta("Well."), TextDelta("Yes."), FINISHED)
    bench = Bench(
        {"east": ScriptedModel(ReasoningDelta("Hm."), CUT), "west": west},
        in_order("east", "west"),
    )

    told = bench.ask(a_call("route"))

    assert [event.text for event in told.of(ReasoningDelta)] == ["Hm.", "Well."]
    assert told.of(TargetSwitched) == [TargetSwitched("east", "west", "failure", True)]
    assert west.asked == [ModelRequest("upstream-west", (QUESTION,))]


def test_half_a_tool_call_is_not_continued_elsewhere() -> None:
    half = ToolCallDelta(0, "call-1", "search", '{"query": "light')
    west = Storyteller()
    bench = Bench(
        {"east": ScriptedModel(TextDelta("Let me look."), half, CUT), "west": west},
        in_order("east", "west"),
    )

    told = bench.ask(a_call("route"))

    assert told.error is CUT
    assert told.text == "Let me look."
    assert told.of(ToolCallDelta) == [half]
    assert west.asked == []


def test_half_of_what_must_fit_a_schema_is_not_continued_elsewhere() -> None:
    west = Storyteller()
    bench = Bench(
        {"east": ScriptedModel(TextDelta('{"ships": '), CUT), "west": west},
        in_order("east", "west"),
    )
    schema = AnswerSchema("ships", {"type": "object"})

    told = bench.ask(Call(ModelRequest("route", (QUESTION,), answer_schema=schema), "ada"))

    assert told.error is CUT
    assert west.asked == []


def test_the_usage_of_several_targets_is_told_one_by_one_and_together() -> None:
    filtered = ModelFinished("content-filter", TokenUsage(10, 5, reasoning_tokens=2))
    finished = ModelFinished("stop", TokenUsage(20, 7, cached_input_tokens=4))
    models = {
        "east": ScriptedModel(TextDelta("Once "), filtered),
        "west": ScriptedModel(TextDelta("upon"), finished),
    }
    bench = Bench(models, in_order("east", "west", fallback=Fallback(refusal=True)))

    told = bench.ask(a_call("route"))

    assert told.of(UsageCounted) == [
        UsageCounted("east", "east", filtered.usage, 5),
        UsageCounted("west", "west", finished.usage, 4),
    ]
    assert told.events[-1] == ModelFinished("stop", TokenUsage(30, 12, 2, 4))


def test_a_sum_of_which_one_part_is_unknown_is_unknown() -> None:
    bench = Bench(
        {"east": Storyteller(Mishap(after=70, failure=CUT)), "west": Storyteller()},
        in_order("east", "west"),
    )

    told = bench.ask(a_call("route"))

    assert [counted.usage for counted in told.of(UsageCounted)] == [
        None,
        TokenUsage(10, len(STORY) - 70),
    ]
    assert told.events[-1] == ModelFinished("stop", TokenUsage(None, None))


REFUSED = (RefusalDelta("I will "), RefusalDelta("not."), ModelFinished("stop", TokenUsage(3, 2)))


def test_a_refusal_is_an_answer_unless_the_route_says_otherwise() -> None:
    west = Storyteller()

    told = Bench({"east": ScriptedModel(*REFUSED), "west": west}, in_order("east", "west")).ask(
        a_call("route")
    )

    assert [event.text for event in told.of(RefusalDelta)] == ["I will ", "not."]
    assert told.events[-1] == REFUSED[-1]
    assert west.asked == []


def test_a_refusal_can_lead_to_the_next_target_unheard() -> None:
    bench = Bench(
        {"east": ScriptedModel(*REFUSED), "west": Storyteller()},
        in_order("east", "west", fallback=Fallback(refusal=True)),
    )

    told = bench.ask(a_call("route"))

    assert told.of(RefusalDelta) == []
    assert told.text == STORY
    assert told.of(TargetSwitched) == [TargetSwitched("east", "west", "refusal", False)]


def test_a_refusal_stands_where_nobody_else_can_answer() -> None:
    bench = Bench(
        {"east": ScriptedModel(*REFUSED), "west": Storyteller(Mishap(failure=GONE))},
        in_order("east", "west", fallback=Fallback(refusal=True)),
    )

    told = bench.ask(a_call("route"))

    assert told.error is None
    assert told.events[-2:] == [RefusalDelta("I will not."), REFUSED[-1]]


def test_a_refusal_does_not_stand_once_somebody_else_has_begun() -> None:
    bench = Bench(
        {"east": ScriptedModel(*REFUSED), "west": ScriptedModel(TextDelta("Once upon"), CUT)},
        in_order("east", "west", fallback=Fallback(refusal=True)),
    )

    told = bench.ask(a_call("route"))

    assert told.text == "Once upon"
    assert told.of(RefusalDelta) == []
    assert told.error is CUT


def test_a_refusal_stands_before_half_a_word_that_somebody_else_began() -> None:
    bench = Bench(
        {
            "east": ScriptedModel(*REFUSED),
            "west": ScriptedModel(TextDelta("So"), CUT),
            "south": Storyteller(Mishap(failure=GONE)),
        },
        in_order("east", "west", "south", fallback=Fallback(refusal=True)),
    )

    told = bench.ask(a_call("route"))

    assert told.error is None
    assert told.text == ""
    assert told.of(RefusalDelta) == [RefusalDelta("I will not.")]


def test_the_last_targets_refusal_is_heard_as_it_comes() -> None:
    bench = Bench(
        {"east": ScriptedModel(*REFUSED), "west": ScriptedModel(*REFUSED)},
        in_order("east", "west", fallback=Fallback(refusal=True)),
    )

    told = bench.ask(a_call("route"))

    assert [event.text for event in told.of(RefusalDelta)] == ["I will ", "not."]
    assert told.events[-1] == ModelFinished("stop", TokenUsage(6, 4))


def test_a_refusal_that_broke_off_is_shown_before_the_error() -> None:
    bench = Bench(
        {
            "east": ScriptedModel(RefusalDelta("I will "), CUT),
            "west": Storyteller(Mishap(failure=TOO_LONG)),
        },
        in_order("east", "west", fallback=Fallback(refusal=True)),
    )

    told = bench.ask(a_call("route"))

    assert told.events[-1] == RefusalDelta("I will ")
    assert isinstance(told.error, StreamCutError)
