"""Answering a question that means nearly the same: only where it is wanted, never a guess, and always labelled."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.answer_bench import AnswerBench, anew, answer_bench, labels
from tests.support.embedding_bench import ScriptedVectors
from tests.support.scripted_model import FINISHED, ScriptedModel
from typing_extensions import override

from arcano.inference import CacheSettings, Call
from arcano.inference.cache.similar_questions import (
    MAX_CHARACTERS,
    SimilarQuestions,
    SingleQuestion,
)
from arcano.providers import (
    Embeddings,
    ImagePart,
    ModelRequest,
    Parameters,
    ProviderUnreachableError,
    RequestMessage,
    TextDelta,
    TextPart,
)

WANTED = CacheSettings(answers="all", similar_model="vectors", similar_threshold=0.9)
VECTORS = {
    "How tall is the tower?": (1.0, 0.1, 0.0),
    "What is the height of the tower?": (1.0, 0.0, 0.1),
    "Who built the tower?": (0.0, 1.0, 0.0),
    "Is 7 a prime?": (0.0, 0.0, 1.0),
    "Is 9 a prime?": (0.0, 0.01, 1.0),
}
HEIGHT, SAME_HEIGHT, BUILDER, SEVEN, NINE = VECTORS
LONG = "x" * (MAX_CHARACTERS + 1)


@dataclass(eq=False)
class Vectors(ScriptedVectors):
    """Knows what some questions mean."""

    asked: list[str] = field(default_factory=list[str])

    @override
    async def embed(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None = None
    ) -> Embeddings:
        await super().embed(model, texts, dimensions=dimensions)
        self.asked += texts
        return Embeddings(tuple(VECTORS[text] for text in texts))


@pytest.fixture
def vectors() -> Vectors:
    return Vectors()


@pytest.fixture
def east() -> ScriptedModel:
    return ScriptedModel(TextDelta("330 metres."), FINISHED)


@pytest.fixture
async def bench(east: ScriptedModel, vectors: Vectors) -> AsyncGenerator[AnswerBench]:
    async with answer_bench({"east": east, "vectors": vectors}, settings=WANTED) as bench:
        yield bench


def asks(
    text: str, *, user: str = "ada", system: str = "", parameters: Parameters | None = None
) -> Call:
    before = (RequestMessage("system", (TextPart(system),)),) if system else ()
    question = RequestMessage("user", (TextPart(text),))
    return Call(ModelRequest("east", (*before, question), parameters or Parameters()), user)


async def test_a_question_that_means_the_same_is_answered_and_says_so(bench: AnswerBench) -> None:
    await bench.ask(asks(HEIGHT))

    told = await bench.ask(asks(SAME_HEIGHT))

    assert (told.text, labels(told)) == ("330 metres.", ["similar"])
    assert bench.cache.counts.similar == 1


async def test_the_very_same_question_is_not_even_compared(
    bench: AnswerBench, vectors: Vectors
) -> None:
    await bench.ask(asks(HEIGHT))

    told = await bench.ask(asks(HEIGHT))

    assert labels(told) == ["same"]
    assert vectors.asked == [HEIGHT]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(asks(HEIGHT), asks(BUILDER), id="means something else"),
        pytest.param(asks(SEVEN), asks(NINE), id="other numbers"),
        pytest.param(asks(HEIGHT), asks(SAME_HEIGHT, user="ben"), id="another person"),
        pytest.param(asks(HEIGHT), asks(SAME_HEIGHT, system="Lie."), id="other instructions"),
        pytest.param(
            asks(HEIGHT), asks(SAME_HEIGHT, parameters=Parameters(seed=1)), id="other parameters"
        ),
        pytest.param(asks(HEIGHT), anew(asks(SAME_HEIGHT)), id="asked anew"),
    ],
)
async def test_anything_else_is_asked_for(bench: AnswerBench, before: Call, now: Call) -> None:
    await bench.ask(before)

    assert labels(await bench.ask(now)) == []


async def test_it_is_off_unless_a_model_is_named(east: ScriptedModel, vectors: Vectors) -> None:
    settings = CacheSettings(answers="all")
    async with answer_bench({"east": east, "vectors": vectors}, settings=settings) as bench:
        await bench.ask(asks(HEIGHT))

        assert labels(await bench.ask(asks(SAME_HEIGHT))) == []
    assert vectors.asked == []


async def test_without_vectors_the_question_is_simply_asked(
    bench: AnswerBench, vectors: Vectors
) -> None:
    vectors.failures = [ProviderUnreachableError("Gone.")] * 20

    told = await bench.ask(asks(HEIGHT))

    assert (told.text, told.error, labels(told)) == ("330 metres.", None, [])


async def test_what_was_cleared_answers_nothing_similar_either(bench: AnswerBench) -> None:
    await bench.ask(asks(HEIGHT))
    await bench.cache.clear()
    # Kept again without being compared: a vector that stayed would lead to it.
    await bench.ask(anew(asks(HEIGHT)))

    assert labels(await bench.ask(asks(SAME_HEIGHT))) == []


async def test_what_is_too_old_answers_nothing_similar_either(bench: AnswerBench) -> None:
    await bench.ask(asks(HEIGHT))
    bench.clock.pass_by(WANTED.kept_for)

    assert labels(await bench.ask(asks(SAME_HEIGHT))) == []


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param((), id="nothing"),
        pytest.param((RequestMessage("user", (TextPart(LONG),)),), id="too long"),
        pytest.param((RequestMessage("user", (TextPart(""),)),), id="without a word"),
        pytest.param((RequestMessage("user", (TextPart("?"), ImagePart("", b""))),), id="an image"),
        pytest.param(
            (
                RequestMessage("user", (TextPart("One?"),)),
                RequestMessage("assistant", (TextPart("Yes."),)),
                RequestMessage("user", (TextPart("And two?"),)),
            ),
            id="something was said before",
        ),
    ],
)
def test_only_single_questions_of_words_are_compared(messages: tuple[RequestMessage, ...]) -> None:
    assert SingleQuestion.of(ModelRequest("east", messages)) is None


def test_all_but_the_words_of_a_question_stays_around_it() -> None:
    request = asks(HEIGHT, system="Be brief.").request

    single = SingleQuestion.of(request)

    assert single is not None
    assert single.text == HEIGHT
    assert single.around == replace(
        request, messages=(request.messages[0], RequestMessage("user", ()))
    )


@given(st.lists(st.tuples(*[st.floats(-1, 1)] * 3), min_size=1, max_size=30))
def test_the_nearest_is_the_one_with_the_largest_cosine(
    directions: list[tuple[float, float, float]],
) -> None:
    questions = SimilarQuestions(threshold=0.5, most=100)
    kind = (b"", "model")
    for number, direction in enumerate(directions):
        questions.add(kind, bytes([number]), text="", vector=direction)
    asked = (0.6, 0.8, 0.0)

    nearest = questions.nearest(kind, "", asked)

    cosines = [cosine(asked, direction) for direction in directions]
    if nearest is None:
        assert max(cosines) < 0.5 + 1e-5
    else:
        assert cosines[nearest[0]] >= max(*cosines, 0.5) - 1e-5


def cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    def length(vector: tuple[float, ...]) -> float:
        return sum(number * number for number in vector) ** 0.5

    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (length(one) * length(other) or 1.0)


def test_only_so_many_questions_are_remembered() -> None:
    questions = SimilarQuestions(threshold=0.9, most=2)
    kind = (b"", "model")
    for number, direction in enumerate([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]):
        questions.add(kind, bytes([number]), text="", vector=direction)

    assert questions.nearest(kind, "", (1.0, 0.0, 0.0)) is None
    assert questions.nearest(kind, "", (0.0, 0.0, 1.0)) == bytes([2])
