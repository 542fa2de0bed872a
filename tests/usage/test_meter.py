"""What stands in the ledger of calls that end in every way there is."""

import asyncio
from contextlib import aclosing
from datetime import datetime, timedelta

from tests.support.clock import StillClock
from tests.support.fast_time import in_fast_time
from tests.support.inference_bench import Bench, a_call, in_order
from tests.support.ledger import RememberedLedger
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel

from arcano.identity import KeyId, KeyScope
from arcano.inference import Call
from arcano.providers import (
    ModelFinished,
    Price,
    ProviderRefusedKeyError,
    ProviderUnreachableError,
    StreamCutError,
    TextDelta,
    TokenUsage,
    price_by_time,
)
from arcano.usage import Caller, CallRecord, Expected, Meter, TokenCounts

GONE = ProviderUnreachableError("East cannot be reached.")


def the_record(bench: Bench) -> CallRecord:
    (record,) = bench.ledger.records.values()
    return record


def test_a_call_that_ends_well_stands_there_with_what_its_maker_counted() -> None:
    bench = Bench({"east": ScriptedModel(TextDelta("Hello."), FINISHED)})

    bench.ask(a_call("east"))

    record = the_record(bench)
    assert (record.outcome, record.error_code) == ("finished", None)
    assert (record.model, record.target, record.served_model) == ("east", "east", "east")
    assert record.tokens == TokenCounts(3, 2)
    assert not record.estimated
    assert record.first_token_ms is not None


def test_an_unknown_price_is_unknown_and_not_nothing() -> None:
    bench = Bench({"east": ScriptedModel(TextDelta("Hello."), FINISHED)})

    bench.ask(a_call("east"))

    assert the_record(bench).cost_micros is None


def test_what_nobody_counted_is_estimated_and_says_so() -> None:
    bench = Bench({"east": ScriptedModel(TextDelta("x" * 40), ModelFinished("stop"))})

    bench.ask(a_call("east"))

    record = the_record(bench)
    assert record.estimated
    assert record.tokens == TokenCounts(record.estimated_input, 10)


def test_our_own_count_stands_beside_what_the_provider_counted() -> None:
    bench = Bench({"east": ScriptedModel(TextDelta("x" * 40), FINISHED)})

    bench.ask(a_call("east"))

    record = the_record(bench)
    assert (record.tokens.output, record.estimated_output) == (2, 10)


def test_a_call_that_is_refused_before_a_word_used_nothing() -> None:
    bench = Bench({"east": ScriptedModel(ProviderRefusedKeyError("The key is wrong."))})

    bench.ask(a_call("east"))

    record = the_record(bench)
    assert (record.outcome, record.error_code) == ("failed", "provider-refused-key")
    assert record.tokens == TokenCounts(0, 0)
    assert record.first_token_ms is None


def test_a_model_that_nobody_knows_leaves_a_row_as_well() -> None:
    bench = Bench({})

    bench.ask(a_call("nowhere"))

    assert (the_record(bench).outcome, the_record(bench).error_code) == (
        "failed",
        "model-not-found",
    )


def test_of_an_answer_that_broke_off_the_words_that_came_are_counted() -> None:
    cut = StreamCutError("It broke off.")
    bench = Bench({"east": ScriptedModel(TextDelta("x" * 400), cut)})

    bench.ask(a_call("east"))

    record = the_record(bench)
    assert (record.outcome, record.error_code) == ("failed", "stream-cut")
    assert record.tokens == TokenCounts(record.estimated_input, 100)
    assert record.estimated


def test_whoever_leaves_half_way_is_counted_as_far_as_they_heard() -> None:
    async def leave() -> CallRecord:
        bench = Bench({"east": ScriptedModel(TextDelta("x" * 400), Pause(), FINISHED)})
        async with aclosing(bench.stream(a_call("east"))) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        return the_record(bench)

    record = in_fast_time(leave())

    assert record.outcome == "stopped"
    assert record.tokens.output == 100


def test_two_targets_of_one_answer_are_one_row_with_what_both_used() -> None:
    long = TextDelta("It was a dark and stormy night, and nobody was about. " * 4)
    east = ScriptedModel(long, GONE)
    west = ScriptedModel(TextDelta("Then the door opened."), FINISHED)
    bench = Bench({"east": east, "west": west}, in_order("route", "east", "west"))

    bench.ask(a_call("route"))

    record = the_record(bench)
    assert (record.outcome, record.target) == ("finished", "west")
    assert record.estimated, "nobody counted what east said"
    assert record.tokens.output is not None
    assert record.tokens.output > 50


def test_a_call_that_lasts_is_kept_as_running_on_the_way() -> None:
    async def look() -> CallRecord:
        pause = Pause()
        bench = Bench({"east": ScriptedModel(TextDelta("x" * 40), pause, FINISHED)})
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(bench.meter.keep())
            asking = tasks.create_task(bench.hear(a_call("east")))
            await asyncio.sleep(2.5)
            on_the_way = the_record(bench)
            pause.go_on()
            await asking
            keeping.cancel()
        assert the_record(bench).outcome == "finished"
        return on_the_way

    record = in_fast_time(look())

    assert (record.outcome, record.tokens.output, record.estimated) == ("running", 10, True)


def test_a_short_call_is_written_once() -> None:
    bench = Bench({"east": ScriptedModel(TextDelta("Hello."), FINISHED)})

    bench.ask(a_call("east"))

    assert bench.ledger.writes == 1


def test_the_row_names_door_and_key_and_message() -> None:
    bench = Bench({"east": ScriptedModel(TextDelta("Hello."), FINISHED)})
    request = a_call("east").request

    key = KeyScope(KeyId("k1"), "Program", frozenset({"anthropic"}))
    bench.ask(Call(request, "ada", "c1", door="anthropic", key=key, message_id="m1"))

    caller = the_record(bench).caller
    assert (caller.user_id, caller.door, caller.key_id) == ("ada", "anthropic", "k1")
    assert (caller.conversation_id, caller.message_id) == ("c1", "m1")


def test_usage_that_is_a_share_of_several_calls_is_an_estimate() -> None:
    share = ModelFinished("stop", TokenUsage(3, 2, estimated=True))
    bench = Bench({"east": ScriptedModel(TextDelta("Hello."), share)})

    bench.ask(a_call("east"))

    assert the_record(bench).estimated


class Answering:
    """A target that has said ten letters since `first_word_at`."""

    characters = 10

    def __init__(self, first_word_at: datetime) -> None:
        self.first_word_at = first_word_at


async def test_a_clock_that_is_set_back_meanwhile_makes_no_call_earn_money() -> None:
    async def unasked() -> Price | None:
        return None

    clock, ledger, price = StillClock(), RememberedLedger(), price_by_time(2.0)
    expected = Expected(input_tokens=3, output_tokens=None, quote=unasked)
    async with Meter(ledger, clock).opened(Caller("ada"), "east", expected) as call:
        call.chose("east", "east", None)
        call.listens_to(Answering(clock.now()), price)
        clock.pass_by(timedelta(hours=-1))
        call.counted(TokenUsage(3, 2), 10, price)
        call.finish()

    (record,) = ledger.records.values()
    assert (record.cost_micros, record.latency_ms, record.first_token_ms) == (0, 0, 0)
    assert record.ended_at == record.began_at
