"""Answering from the cache: what is kept, who hears it, and that it says what it is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.answer_bench import KEPT, a_question, anew, answer_bench, labels
from tests.support.clock import StillClock
from tests.support.inference_bench import QUESTION, Models, in_order
from tests.support.scripted_model import FINISHED, ScriptedModel
from tests.support.storyteller import STORY, Mishap, Storyteller
from typing_extensions import override

from arcano.inference import (
    AnsweredFromCache,
    CacheSettings,
    Call,
    Route,
    Target,
    TargetChosen,
    UsageCounted,
)
from arcano.inference.cache.answer_store import (
    AnswerStore,
    StoredAnswer,
    StoreRules,
    StoreSizes,
)
from arcano.inference.cache.memory_store import MemoryAnswers
from arcano.providers import (
    AnswerSchema,
    FoundModel,
    ModelDirectory,
    ModelFinished,
    ModelRequest,
    Parameters,
    ProviderRefusedKeyError,
    ProviderUnreachableError,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    RequestMessage,
    Seal,
    SourceCited,
    StreamCutError,
    TextDelta,
    TextPart,
    TokenUsage,
    ToolCallDelta,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
)

GONE = ProviderUnreachableError("East cannot be reached.")
TOOL = ToolDefinition("search", "Looks for ships.", {"type": "object"})


async def test_the_same_question_is_answered_by_what_was_said_before() -> None:
    east = Storyteller()
    async with answer_bench({"east": east}) as bench:
        first = await bench.ask(a_question())
        bench.clock.pass_by(timedelta(minutes=5))
        second = await bench.ask(a_question())

    assert (first.text, labels(first)) == (STORY, [])
    assert (second.text, labels(second)) == (STORY, ["same"])
    assert len(east.asked) == 1


async def test_a_kept_answer_says_when_it_was_given_and_that_nothing_was_used() -> None:
    east = ScriptedModel(TextDelta("Yes."), ModelFinished("stop", TokenUsage(30, 12)))
    async with answer_bench({"east": east}) as bench:
        await bench.ask(a_question())
        given_at = bench.clock.now()
        bench.clock.pass_by(timedelta(minutes=5))

        told = await bench.ask(a_question())

    assert told.events == [
        TargetChosen("east", "east"),
        AnsweredFromCache(given_at, "same", saved_tokens=42),
        TextDelta("Yes."),
        UsageCounted("east", "east", TokenUsage(30, 12), 4, from_cache=True),
        ModelFinished("stop"),
    ]


async def test_all_that_was_said_is_said_again_in_its_order() -> None:
    source = SourceCited("https://ships.example", "Ships", "two masts")
    said = [
        ReasoningDelta("Let me "),
        ReasoningDelta("count."),
        ReasoningSealed(Seal("vendor", "proof", "east")),
        TextDelta("Two "),
        TextDelta("masts."),
        source,
        TextDelta(" And more."),
    ]
    async with answer_bench({"east": ScriptedModel(*said, FINISHED)}) as bench:
        first = await bench.ask(a_question())

        told = await bench.ask(a_question())

    assert told.events[2:-2] == [
        ReasoningDelta("Let me count."),
        *first.of(ReasoningSealed),
        TextDelta("Two masts."),
        source,
        TextDelta(" And more."),
    ]
    assert told.of(ReasoningSealed)[0].seal.proof == "proof"


async def test_a_long_answer_is_said_in_pieces() -> None:
    async with answer_bench({"east": Storyteller(story=STORY * 40)}) as bench:
        await bench.ask(a_question())

        told = await bench.ask(a_question())

    assert told.text == STORY * 40
    assert max(len(event.text) for event in told.of(TextDelta)) <= 2000


async def test_who_asks_anew_gets_another_answer_which_is_kept_from_then_on() -> None:
    east = ScriptedModel(TextDelta("First."), FINISHED)
    async with answer_bench({"east": east}) as bench:
        await bench.ask(a_question())
        east.lines = (TextDelta("Second."), FINISHED)

        again = await bench.ask(anew(a_question()))
        after = await bench.ask(a_question())

    assert (again.text, labels(again)) == ("Second.", [])
    assert (after.text, labels(after)) == ("Second.", ["same"])
    assert len(east.asked) == 2


async def test_an_answer_is_kept_for_its_time_and_no_longer() -> None:
    east = Storyteller()
    async with answer_bench({"east": east}) as bench:
        await bench.ask(a_question())
        bench.clock.pass_by(KEPT.kept_for)

        told = await bench.ask(a_question())

    assert labels(told) == []
    assert len(east.asked) == 2


async def test_two_people_never_share_an_answer() -> None:
    east = Storyteller()
    async with answer_bench({"east": east}) as bench:
        await bench.ask(a_question(user="ada"))

        told = await bench.ask(a_question(user="ben"))

    assert labels(told) == []
    assert len(east.asked) == 2


async def test_where_the_settings_say_so_everyone_hears_what_one_asked() -> None:
    east = Storyteller()
    settings = CacheSettings(answers="all", scope="everyone")
    async with answer_bench({"east": east}, settings=settings) as bench:
        await bench.ask(a_question(user="ada"))

        told = await bench.ask(a_question(user="ben"))

    assert (told.text, labels(told)) == (STORY, ["same"])


class OwnServers(Models):
    """Everybody has a server of their own, with a model of the same name."""

    @override
    def seen_by(self, user_id: str | None) -> ModelDirectory:
        found = OwnServers(self.models)
        found.place = f"the server of {user_id}"
        return found

    place = "nobody's"

    @override
    async def find(self, model_id: str) -> FoundModel:
        return replace(await super().find(model_id), place=self.place)


async def test_even_then_what_a_persons_own_server_said_is_heard_by_nobody_else() -> None:
    east = Storyteller()
    settings = CacheSettings(answers="all", scope="everyone")
    models = OwnServers({"east": east})
    async with answer_bench(models, settings=settings) as bench:
        await bench.ask(a_question(user="ada"))

        same_person = await bench.ask(a_question(user="ada"))
        another = await bench.ask(a_question(user="ben"))

    assert (labels(same_person), labels(another)) == (["same"], [])


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        (Parameters(), False),
        (Parameters(temperature=0.7), False),
        (Parameters(top_p=0.1), False),
        (Parameters(temperature=0.0), True),
        (Parameters(temperature=1.0, seed=7), True),
    ],
)
async def test_by_default_only_what_the_model_would_say_again_anyway_is_kept(
    parameters: Parameters, *, kept: bool
) -> None:
    east = Storyteller()
    async with answer_bench({"east": east}, settings=CacheSettings()) as bench:
        await bench.ask(a_question(parameters=parameters))

        told = await bench.ask(a_question(parameters=parameters))

    assert labels(told) == (["same"] if kept else [])


async def test_a_cache_that_is_off_keeps_nothing() -> None:
    settings = CacheSettings(answers="off")
    parameters = Parameters(temperature=0.0)
    async with answer_bench({"east": Storyteller()}, settings=settings) as bench:
        await bench.ask(a_question(parameters=parameters))

        assert labels(await bench.ask(a_question(parameters=parameters))) == []
        assert await bench.cache.sizes() == StoreSizes(0, 0)


def a_request(*messages: RequestMessage, **fields: object) -> ModelRequest:
    return replace(ModelRequest("east", messages or (QUESTION,)), **fields)


CALLED = RequestMessage("assistant", (ToolCallPart("call-1", "search", "{}"),))
RESULT = RequestMessage("tool", (ToolResultPart("call-1", "Two ships."),))
BEGUN = RequestMessage("assistant", (TextPart(STORY[:50]),))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(Call(a_request(tools=(TOOL,)), "ada"), id="offers a tool"),
        pytest.param(Call(a_request(QUESTION, CALLED, RESULT), "ada"), id="has a tool's result"),
        pytest.param(Call(a_request(), "ada", tainted=True), id="is tainted"),
        pytest.param(Call(a_request(QUESTION, BEGUN, continues=True), "ada"), id="continues"),
    ],
)
async def test_a_call_that_is_more_than_a_question_is_asked_each_time(call: Call) -> None:
    east = ScriptedModel(TextDelta("Yes."), FINISHED)
    async with answer_bench({"east": east}) as bench:
        await bench.ask(call)

        assert labels(await bench.ask(call)) == []
        assert len(east.asked) == 2
        assert await bench.cache.sizes() == StoreSizes(0, 0)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((TextDelta("So"), ModelFinished("length")), id="cut at a limit"),
        pytest.param((TextDelta("So"), ModelFinished("content-filter")), id="filtered"),
        pytest.param((RefusalDelta("I would rather not."), FINISHED), id="refused"),
        pytest.param((ToolCallDelta(0, "a", "b", "{}"), FINISHED), id="calls a tool"),
        pytest.param((TextDelta("So"), StreamCutError("It broke.")), id="broken off"),
        pytest.param((FINISHED,), id="without a word"),
    ],
)
async def test_an_answer_that_did_not_end_well_is_not_kept(lines: tuple[object, ...]) -> None:
    east = ScriptedModel()
    east.lines = lines  # pyright: ignore[reportAttributeAccessIssue]  # any kind of line
    async with answer_bench({"east": east}) as bench:
        await bench.ask(a_question())

        assert labels(await bench.ask(a_question())) == []
        assert len(east.asked) == 2


async def test_an_answer_longer_than_the_limit_is_heard_whole_but_not_kept() -> None:
    settings = CacheSettings(answers="all", max_answer_bytes=100)
    async with answer_bench({"east": Storyteller()}, settings=settings) as bench:
        told = await bench.ask(a_question())

        assert told.text == STORY
        assert await bench.cache.sizes() == StoreSizes(0, 0)


async def test_an_answer_that_must_fit_a_schema_is_kept_for_that_schema() -> None:
    schema = AnswerSchema("ships", {"type": "object"})
    other = AnswerSchema("ships", {"type": "array"})
    east = ScriptedModel(TextDelta("{}"), FINISHED)
    async with answer_bench({"east": east}) as bench:
        await bench.ask(Call(a_request(answer_schema=schema), "ada"))

        same = await bench.ask(Call(a_request(answer_schema=schema), "ada"))
        another = await bench.ask(Call(a_request(answer_schema=other), "ada"))

    assert (labels(same), labels(another)) == (["same"], [])


async def test_what_a_stand_in_said_is_not_kept_as_the_first_choice_of_a_route() -> None:
    models = {"east": Storyteller(Mishap(failure=GONE)), "west": Storyteller()}
    async with answer_bench(models, in_order("east", "west")) as bench:
        stand_in = await bench.ask(a_question("route"))
        first_choice = await bench.ask(a_question("route"))
        kept = await bench.ask(a_question("route"))

    assert stand_in.targets[-1] == "west"
    assert (first_choice.targets, labels(first_choice)) == (["east"], [])
    assert (kept.targets, labels(kept)) == (["east"], ["same"])


async def test_what_is_said_while_the_first_choice_rests_is_not_kept_either() -> None:
    refused = ProviderRefusedKeyError("The key is wrong.")
    models = {"east": Storyteller(Mishap(failure=refused)), "west": Storyteller()}
    async with answer_bench(models, in_order("east", "west")) as bench:
        await bench.ask(a_question("route"))

        resting = [await bench.ask(a_question("route")) for _ in range(2)]

    assert [(told.targets, labels(told)) for told in resting] == [(["west"], [])] * 2


async def test_hosts_of_one_model_are_as_good_as_each_other() -> None:
    route = Route("route", (Target("a", "east"), Target("b", "east")))
    east = Storyteller()
    async with answer_bench({"east": east}, route) as bench:
        for _ in range(3):
            await bench.ask(a_question("route"))

    assert len(east.asked) == 1


async def test_the_arms_of_a_comparison_do_not_answer_for_each_other() -> None:
    route = Route(
        "route", (Target("a", "east", variant="terse"), Target("b", "west", variant="wordy"))
    )
    models = {"east": ScriptedModel(TextDelta("Yes."), FINISHED), "west": Storyteller()}
    async with answer_bench(models, route) as bench:
        for number in range(40):
            call = replace(a_question("route"), conversation_id=f"conversation {number}")
            told = await bench.ask(call)
            (chosen,) = told.of(TargetChosen)
            assert (chosen.variant, told.text) in [("terse", "Yes."), ("wordy", STORY)]
        without_conversation = await bench.ask(a_question("route"))

    assert (len(models["east"].asked), len(models["west"].asked)) in [(1, 1), (2, 1), (1, 2)]
    assert labels(without_conversation) == [], "which arm it gets is drawn anew each time"


async def test_a_broken_row_is_a_miss_and_the_next_answer_mends_it() -> None:
    clock = StillClock()
    store = MemoryAnswers(StoreRules(KEPT.kept_for, KEPT.max_memory_bytes), clock)
    east = Storyteller()
    async with answer_bench({"east": east}, store=Spoiling(store)) as bench:
        await bench.ask(a_question())
        broken = await bench.ask(a_question())

    async with answer_bench({"east": east}, store=store) as bench:
        mended = await bench.ask(anew(a_question()))
        kept = await bench.ask(a_question())

    assert (broken.text, labels(broken), broken.error) == (STORY, [], None)
    assert (mended.text, labels(kept)) == (STORY, ["same"])


class Spoiling(AnswerStore):
    """Gives back something else than what was kept."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    @override
    async def get(self, digest: bytes) -> StoredAnswer | None:
        found = await self._store.get(digest)
        return found and replace(found, body=found.body[:-9])

    @override
    async def put(self, digest: bytes, answer: StoredAnswer) -> None:
        await self._store.put(digest, answer)

    @override
    async def forget(self, *, asked_by: str | None = None) -> None:
        await self._store.forget(asked_by=asked_by)

    @override
    async def sizes(self) -> StoreSizes:
        return await self._store.sizes()


async def test_what_one_person_asked_can_be_forgotten() -> None:
    east = Storyteller()
    async with answer_bench({"east": east}) as bench:
        await bench.ask(a_question(user="ada"))
        await bench.ask(a_question(user="ben"))

        await bench.inference.forget_answers("ada")

        assert labels(await bench.ask(a_question(user="ada"))) == []
        assert labels(await bench.ask(a_question(user="ben"))) == ["same"]


async def test_it_is_counted_how_calls_were_answered() -> None:
    async with answer_bench({"east": Storyteller()}) as bench:
        await bench.ask(a_question())
        await bench.ask(a_question())
        await bench.ask(a_question())

        counts = bench.cache.counts

    assert (counts.misses, counts.hits, counts.together) == (1, 2, 0)
