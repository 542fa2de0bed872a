"""Counting tokens: exactly where a tokenizer can be asked, else by an estimate that learns and says how sure it is."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.reading_models import WordModel
from tests.support.scripted_model import OneModel, ScriptedModel
from typing_extensions import override

from arcano.inference import Calibration, Calibrations, TokenCounts, message_units, text_units
from arcano.providers import (
    FoundModel,
    ImagePart,
    ModelNotFoundError,
    ModelRequest,
    ReasoningPart,
    RequestMessage,
    Seal,
    TextPart,
    ToolDefinition,
)

ENGLISH = (
    "The library van leaves the depot at half past seven and is back before the schools close. "
)
GERMAN = "Für die Bücherei zählt jeder Kilometer; größere Umwege kosten Zeit und Energie. "
RUSSIAN = "Библиотечный автобус выезжает из депо в половине восьмого утра. "
CHINESE = "图书馆的流动车每天早上七点半从车库出发。放学之前返回。"
JAPANESE = "移動図書館は毎朝七時半に車庫を出て、学校が終わる前に戻ります。"
KOREAN = "이동 도서관은 매일 아침 일곱 시 반에 차고를 출발합니다."
CODE = "def total(values: list[int]) -> int:\n    return sum(value * 2 for value in values)\n"


def asking(*texts: str, tools: tuple[ToolDefinition, ...] = ()) -> ModelRequest:
    messages = tuple(RequestMessage("user", (TextPart(text),)) for text in texts)
    return ModelRequest("whatever", messages, tools=tools)


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        # What tokenizers of today, of large vocabularies and of small ones, make of them.
        pytest.param(ENGLISH, 0.18, 0.30, id="English"),
        pytest.param(GERMAN, 0.22, 0.40, id="German"),
        pytest.param(RUSSIAN, 0.20, 0.50, id="Russian"),
        pytest.param(CHINESE, 0.55, 1.3, id="Chinese"),
        pytest.param(JAPANESE, 0.55, 1.3, id="Japanese"),
        pytest.param(KOREAN, 0.4, 1.3, id="Korean"),
        pytest.param(CODE, 0.22, 0.42, id="code"),
        pytest.param("🚐📚🎉", 1.0, 3.5, id="emoji"),
        pytest.param("3141592653" * 5, 0.33, 1.0, id="digits"),
    ],
)
def test_each_script_is_weighed_as_tokenizers_weigh_it(
    text: str, fewest: float, most: float
) -> None:
    per_character = text_units(text * 20) / len(text * 20)

    assert fewest <= per_character <= most


@given(st.text(), st.text())
def test_units_are_never_negative_and_add_up(one: str, other: str) -> None:
    assert text_units(one) >= 0
    assert text_units(one + other) == pytest.approx(text_units(one) + text_units(other))


@given(st.text(alphabet=st.characters(categories=["Cs", "Lo", "So", "Ll"])))
def test_any_text_can_be_weighed_also_half_a_character(text: str) -> None:
    assert text_units(text) <= 3 * len(text)


@given(
    st.floats(0.6, 3.8),
    st.lists(st.floats(300, 200_000), min_size=60, max_size=60),
)
def test_the_estimate_comes_close_to_what_a_model_reports(
    truth: float, prompts: list[float]
) -> None:
    known = Calibration()

    for units in prompts:
        known = known.learned(units=units, tokens=round(units * truth))

    assert known.factor == pytest.approx(truth, rel=0.02)
    assert known.spread < 0.1


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(-5, 10**9)), max_size=30))
def test_whatever_is_reported_the_factor_stays_within_reason(
    reports: list[tuple[float, int]],
) -> None:
    known = Calibration()

    for units, tokens in reports:
        known = known.learned(units=units, tokens=tokens)

    assert 0.5 <= known.factor <= 4.0
    assert 0 < known.spread < 1


def test_a_short_question_says_little_about_how_a_model_reads() -> None:
    greeting = Calibration().learned(units=6, tokens=40)  # the template's own words, mostly
    long = Calibration().learned(units=6_000, tokens=12_000)

    assert greeting.factor < 1.1
    assert long.factor == pytest.approx(2.0, rel=0.05)


def test_each_model_learns_for_itself_and_what_changed_is_told_once() -> None:
    known = Calibrations([("old", Calibration(1.5, 0.1, 9))])

    known.learn("new", units=1_000, tokens=2_000)

    assert known.of("old").factor == 1.5
    assert known.of("new").factor > 1.5
    assert [model for model, _ in known.changed()] == ["new"]
    assert known.changed() == []


async def test_a_model_that_counts_is_asked_and_learned_from() -> None:
    model, known = WordModel(), Calibrations()
    counts = TokenCounts(OneModel(model), known)

    count = await counts.count("scripted", asking(ENGLISH * 10))

    assert (count.tokens, count.exact) == (170, True)
    assert model.counted[0].model == "scripted-upstream"
    assert known.of("scripted").samples == 1


async def test_a_model_that_cannot_count_is_estimated_and_says_how_far_off_it_may_be() -> None:
    counts = TokenCounts(OneModel(ScriptedModel()), Calibrations())

    count = await counts.count("scripted", asking(ENGLISH))

    assert count.tokens == pytest.approx(message_units(ENGLISH), abs=1)
    assert not count.exact
    assert count.spread == pytest.approx(0.3)


async def test_a_count_that_fails_or_takes_too_long_is_an_estimate() -> None:
    class Slow(WordModel):
        @override
        async def count_tokens(self, request: ModelRequest) -> int:
            await asyncio.sleep(60)
            return 1

    for model in (WordModel(can_count=False), Slow()):
        counts = TokenCounts(OneModel(model), Calibrations(), within=0.02)

        assert not (await counts.count("scripted", asking("Hello?"))).exact


async def test_thoughts_that_another_model_sealed_are_not_shown_to_who_counts() -> None:
    model, known = WordModel(), Calibrations()
    thoughts = tuple(
        ReasoningPart("Hm. " * 50, Seal("vendor", "proof", made_by=maker))
        for maker in ("here scripted-upstream", "there scripted-upstream")
    )
    request = asking("Why?")
    request = replace(request, messages=(RequestMessage("assistant", thoughts), *request.messages))

    await TokenCounts(_Here(model), known).count("scripted", request)

    assert model.counted[0].messages[0].parts == thoughts[:1]
    assert known.of("scripted").samples == 0, "thoughts say nothing of words"


class _Here(OneModel):
    """The model, at a server that can be told from others."""

    @override
    async def find(self, model_id: str) -> FoundModel:
        return replace(await super().find(model_id), place="here")


async def test_tools_and_images_are_part_of_the_count() -> None:
    counts = TokenCounts(OneModel(ScriptedModel()), Calibrations())
    tool = ToolDefinition("weather", "How it is outside.", {"type": "object", "properties": {}})
    picture = RequestMessage("user", (ImagePart("image/png", b"..."),))

    bare = await counts.count("scripted", asking("Hello?"))
    with_tool = await counts.count("scripted", asking("Hello?", tools=(tool,)))
    with_image = await counts.count("scripted", ModelRequest("x", (picture,)))

    assert with_tool.tokens > bare.tokens + 10
    assert with_image.tokens >= 1_600


async def test_a_model_that_nobody_knows_cannot_be_counted_for() -> None:
    counts = TokenCounts(OneModel(ScriptedModel()), Calibrations())

    with pytest.raises(ModelNotFoundError):
        await counts.count("ghost", asking("Hello?"))
