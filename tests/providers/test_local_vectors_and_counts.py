"""What a local model does besides answering: count a question's tokens, and turn texts into vectors."""

import asyncio
from math import isclose
from pathlib import Path

import pytest
from tests.support.local_engine import (
    KnownFile,
    a_question,
    a_workbench,
    all_events,
    finish_of,
    text_of,
)
from tests.support.tiny_gguf import TINY, write_tiny_gguf

from arcano.providers.errors import ContextTooLongError, LocalEngineError, ModelNotFoundError
from arcano.providers.request import (
    ModelRequest,
    Parameters,
    RequestMessage,
    TextPart,
    ToolDefinition,
)

pytestmark = pytest.mark.local_engine

A_CONVERSATION = (
    RequestMessage("system", (TextPart("Be brief."),)),
    RequestMessage("user", (TextPart("What is a story? \N{SNOWMAN}"),)),
    RequestMessage("assistant", (TextPart("sun moon"),)),
    RequestMessage("user", (TextPart("And a tree?"),)),
)
A_TOOL = ToolDefinition("weather", "How it is outside.", {"type": "object", "properties": {}})


@pytest.mark.parametrize(
    ("messages", "tools", "continues"),
    [
        (A_CONVERSATION, (), False),
        (A_CONVERSATION[:3], (), True),
        (A_CONVERSATION, (A_TOOL,), False),
    ],
)
async def test_the_count_is_what_the_answer_then_says_that_it_read(
    tiny_gguf: Path,
    messages: tuple[RequestMessage, ...],
    tools: tuple[ToolDefinition, ...],
    *,
    continues: bool,
) -> None:
    request = ModelRequest(
        "tiny", messages, Parameters(max_tokens=1), tools=tools, continues=continues
    )
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        await all_events(bench.model, a_question(tokens=1))

        counted = await bench.model.count_tokens(request)
        usage = finish_of(await all_events(bench.model, request)).usage

    assert usage is not None
    assert counted == usage.input_tokens


async def test_a_question_too_long_for_the_context_is_counted_all_the_same(tiny_gguf: Path) -> None:
    async with a_workbench(context_tokens=512) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        await all_events(bench.model, a_question(tokens=1))

        counted = await bench.model.count_tokens(a_question(text="x" * 5000))

    assert counted > 5000


async def test_counting_needs_no_place_at_a_model_that_is_busy(slow_gguf: Path) -> None:
    async with a_workbench(parallel=1) as bench:
        bench.files.add(KnownFile("slow", slow_gguf))
        await all_events(bench.model, a_question("slow", tokens=1))
        async with asyncio.TaskGroup() as tasks:
            busy = tasks.create_task(all_events(bench.model, a_question("slow", tokens=60)))
            await asyncio.sleep(0.1)

            counted = await bench.model.count_tokens(a_question("slow"))
            done_meanwhile = busy.done()

    assert counted > 0
    assert not done_meanwhile


async def test_counting_never_loads_a_model(tiny_gguf: Path) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        with pytest.raises(LocalEngineError, match="tiny is not loaded"):
            await bench.model.count_tokens(a_question())

        assert bench.engine.pid_of("tiny") is None


async def test_texts_become_vectors_of_length_one_in_their_order(tiny_gguf: Path) -> None:
    texts = ("sun moon", "bread salt milk", "sun moon")
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        found = await bench.model.embed("tiny", texts)

    assert [len(vector) for vector in found.vectors] == [TINY.width] * 3
    assert all(isclose(sum(x * x for x in v), 1, abs_tol=1e-4) for v in found.vectors)
    assert found.vectors[0] == pytest.approx(found.vectors[2], abs=1e-3)
    assert found.vectors[0] != pytest.approx(found.vectors[1], abs=0.05)
    assert found.usage is not None
    # Every byte is a token of this model, a space has three, and each text has a beginning.
    spelled = (text.replace(" ", "\N{LOWER ONE EIGHTH BLOCK}").encode() for text in texts)
    assert found.usage.input_tokens == sum(len(text) + 1 for text in spelled)


async def test_a_hundred_texts_in_one_call_are_the_same_as_one_by_one(tiny_gguf: Path) -> None:
    texts = tuple(f"text number {number}" for number in range(100))
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        together = await bench.model.embed("tiny", texts)
        alone = await bench.model.embed("tiny", texts[70:71])

    assert together.vectors[70] == pytest.approx(alone.vectors[0], abs=1e-3)


async def test_a_model_made_for_vectors_makes_them_in_its_own_way(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    made_for_it = write_tiny_gguf(tmp_path / "vectors.gguf", makes_vectors=True)
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))
        bench.files.add(KnownFile("own", made_for_it, capabilities=frozenset({"embeddings"})))

        own = await bench.model.embed("own", ("sun moon",))
        averaged = await bench.model.embed("tiny", ("sun moon",))

    assert own.vectors[0] == pytest.approx(averaged.vectors[0], abs=1e-4)


async def test_a_model_answers_and_embeds_side_by_side_where_two_may_be_loaded(
    tiny_gguf: Path,
) -> None:
    async with a_workbench(max_loaded=2) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        answer, vectors = await asyncio.gather(
            all_events(bench.model, a_question(tokens=5)), bench.model.embed("tiny", ("sun",))
        )

    assert len(text_of(answer).split()) == 5
    assert len(vectors.vectors) == 1


async def test_a_text_longer_than_the_model_can_take_is_refused(tiny_gguf: Path) -> None:
    async with a_workbench(context_tokens=512) as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        with pytest.raises(ContextTooLongError):
            await bench.model.embed("tiny", ("x" * 5000,))


async def test_no_texts_make_no_vectors_and_an_unknown_model_is_not_found(tiny_gguf: Path) -> None:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", tiny_gguf))

        assert (await bench.model.embed("tiny", ())).vectors == ()
        with pytest.raises(ModelNotFoundError, match="'ghost'"):
            await bench.model.embed("ghost", ("sun",))
