"""Fetching a model: how far it is, where it breaks off, and how it goes on."""

import itertools
from collections.abc import AsyncGenerator

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ollama_upstream import OllamaUpstream, an_ollama, line

from arcano.providers import ModelNotFoundError, ProviderError, StreamCutError
from arcano.providers.adapters.ollama import OllamaModel
from arcano.providers.adapters.ollama_pull import PullProgress, PullStream


def layer(digest: str, done: int | None, total: int) -> bytes:
    counts = {"total": total} if done is None else {"total": total, "completed": done}
    return line({"status": f"pulling {digest}", "digest": digest, **counts})


MANIFEST = line({"status": "pulling manifest"})
WIRE = [
    MANIFEST,
    layer("aa", None, 100),
    layer("aa", 40, 100),
    layer("aa", 100, 100),
    layer("bb", 5, 10),
    layer("bb", 10, 10),
    line({"status": "verifying sha256 digest"}),
    line({"status": "success"}),
]
TOLD = [
    PullProgress("pulling manifest"),
    PullProgress("pulling aa", 100, 100),
    PullProgress("pulling bb", 110, 110),
    PullProgress("verifying sha256 digest", 110, 110),
    PullProgress("success", 110, 110),
]


@pytest.fixture
async def upstream() -> AsyncGenerator[OllamaUpstream]:
    async with an_ollama() as (upstream, _):
        yield upstream


@pytest.fixture
async def model(upstream: OllamaUpstream) -> AsyncGenerator[OllamaModel]:
    async with aiohttp.ClientSession() as http:
        yield OllamaModel(name="Ollama", base_url=upstream.base_url, key=None, http=http)


async def pull(model: OllamaModel, told: list[PullProgress]) -> None:
    async for progress in model.pull_model("qwen3:4b"):
        told.append(progress)  # noqa: PERF401 - a list made in one piece is lost with the error


@given(st.lists(st.integers(0, 600), max_size=8))
def test_however_the_bytes_are_cut_every_step_is_told_and_the_bytes_only_grow(
    cuts: list[int],
) -> None:
    wire = b"".join(WIRE)
    places = [0, *sorted(cuts), len(wire)]
    stream = PullStream("Ollama")

    told = [it for a, b in itertools.pairwise(places) for it in stream.feed(wire[a:b])]

    statuses = [status for status, _ in itertools.groupby(told, key=lambda it: it.status)]
    assert statuses == [progress.status for progress in TOLD]
    assert [it.done_bytes for it in told] == sorted(it.done_bytes for it in told)
    assert told[-1] == TOLD[-1]
    assert stream.finished


async def test_progress_comes_until_success(upstream: OllamaUpstream, model: OllamaModel) -> None:
    upstream.pull = [b"".join(WIRE)]
    told: list[PullProgress] = []

    await pull(model, told)

    assert told == TOLD
    assert upstream.asked("/api/pull") == [{"model": "qwen3:4b", "stream": True}]


async def test_a_pull_that_broke_off_goes_on_when_it_is_asked_for_again(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.pull = [MANIFEST, layer("aa", 40, 100), b""]
    told: list[PullProgress] = []
    with pytest.raises(StreamCutError):
        await pull(model, told)
    upstream.pull = [MANIFEST, layer("aa", 45, 100), b"".join(WIRE[3:]).rstrip()]

    await pull(model, told)

    assert told[-1] == PullProgress("success", 110, 110)


async def test_a_pull_that_ends_without_success_is_cut(
    upstream: OllamaUpstream, model: OllamaModel
) -> None:
    upstream.pull = [b"".join(WIRE[:-1])]
    told: list[PullProgress] = []

    with pytest.raises(StreamCutError, match="Pull it again to go on"):
        await pull(model, told)

    assert told[-1].status == "verifying sha256 digest"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("pull model manifest: file does not exist", ModelNotFoundError),
        ("write blob: no space left on device", ProviderError),
    ],
)
async def test_an_error_on_the_way_is_ours_and_the_progress_before_it_is_told(
    upstream: OllamaUpstream, model: OllamaModel, said: str, kind: type[ProviderError]
) -> None:
    upstream.pull = [MANIFEST + line({"error": said})]
    told: list[PullProgress] = []

    with pytest.raises(kind):
        await pull(model, told)

    assert told == [PullProgress("pulling manifest")]


@pytest.mark.parametrize("broken", [b"[]\n", b"no json\n", b"7\n"])
def test_what_is_no_progress_is_a_failure(broken: bytes) -> None:
    stream = PullStream("Ollama")

    assert stream.feed(MANIFEST + broken) == [PullProgress("pulling manifest")]
    assert isinstance(stream.failure, StreamCutError)


def test_lies_about_bytes_are_not_believed() -> None:
    stream = PullStream("Ollama")

    assert stream.feed(layer("aa", 500, 100)) == [PullProgress("pulling aa", 100, 100)]
    assert stream.feed(line({"status": 7, "digest": [1], "total": "x", "completed": -1})) == [
        PullProgress("7", 100, 100)
    ]


@given(st.binary(max_size=100))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    PullStream("Ollama").feed(noise + b"\n")
