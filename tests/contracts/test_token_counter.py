"""What everybody promises who counts tokens: llama.cpp on this machine, and the fake of the context's tests.

What vendors' counting doors are asked and how they answer is tried with each adapter.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path

import pytest
from tests.support.local_engine import KnownFile, a_workbench
from tests.support.reading_models import WordModel
from tests.support.tiny_gguf import write_tiny_gguf

from arcano.providers import (
    ChatModel,
    ModelFinished,
    ModelRequest,
    Parameters,
    RequestMessage,
    TextPart,
    TokenCounter,
)

Subject = ChatModel
Kind = Callable[[Path], AbstractAsyncContextManager[Subject]]


@asynccontextmanager
async def words(_folder: Path) -> AsyncGenerator[Subject]:
    yield WordModel()


@asynccontextmanager
async def local(folder: Path) -> AsyncGenerator[Subject]:
    async with a_workbench() as bench:
        bench.files.add(KnownFile("tiny", write_tiny_gguf(folder / "tiny.gguf")))
        await read_tokens(bench.model, asking("Load it."))
        yield bench.model


@pytest.fixture(
    params=[
        pytest.param(words, id="words"),
        pytest.param(local, id="llama.cpp", marks=pytest.mark.local_engine),
    ]
)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Subject]:
    kind: Kind = request.param
    async with kind(tmp_path) as subject:
        yield subject


def asking(*texts: str) -> ModelRequest:
    roles = ("user", "assistant")
    messages = tuple(
        RequestMessage(roles[place % 2], (TextPart(text),)) for place, text in enumerate(texts)
    )
    return ModelRequest("tiny", messages, Parameters(max_tokens=1))


async def read_tokens(model: ChatModel, request: ModelRequest) -> int | None:
    """What answering reports to have read."""
    async with aclosing(model.stream(request)) as events:
        (finished,) = [event async for event in events if isinstance(event, ModelFinished)]
    assert finished.usage is not None
    return finished.usage.input_tokens


@pytest.mark.parametrize(
    "texts",
    [
        ("What is a story?",),
        ("What is a story?", "Sun and moon.", "And a tree? \N{SNOWMAN} 茶"),
        ("word " * 200,),
    ],
)
async def test_what_is_counted_is_what_answering_reports_to_have_read(
    subject: Subject, texts: tuple[str, ...]
) -> None:
    assert isinstance(subject, TokenCounter)

    counted = await subject.count_tokens(asking(*texts))

    assert counted == await read_tokens(subject, asking(*texts))


async def test_more_text_is_more_tokens(subject: Subject) -> None:
    assert isinstance(subject, TokenCounter)

    few = await subject.count_tokens(asking("One."))
    more = await subject.count_tokens(asking("One.", "Two.", "Three and four."))

    assert 0 < few < more
