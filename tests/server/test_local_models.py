"""Models of this machine on the whole server: loaded at its start, seen, answering, stored smaller, unloaded."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.house import a_house
from tests.support.tiny_gguf import SMALL, write_tiny_gguf
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.local_engine


async def until(
    look: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool], *, seconds: float = 60
) -> Any:
    """What `look` saw once `holds` said so of it."""
    async with asyncio.timeout(seconds):
        while not holds(seen := await look()):  # noqa: ASYNC110 - the doors tell nobody
            await asyncio.sleep(0.1)
    return seen


async def test_what_was_kept_of_a_file_is_not_said_of_another_one_in_its_place(
    upstream: Upstream, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "models" / "same.gguf"
    file.parent.mkdir(parents=True)
    write_tiny_gguf(file, seed=1, ends_by_itself=True)
    async with a_house(upstream, tmp_path / "data", ARCANO_LOCAL__THREADS="1") as (_, visitor):

        async def is_from_the_cache() -> bool:
            # Only what ends by itself is kept.
            limits = {"temperature": 0, "stop": [" the", " red", " star", " moon"]}
            turn = await visitor.ask("Which one are you?", model="same", parameters=limits)
            assert (await visitor.hear_out(turn, within=60))[-1].type == "turn-finished"
            return (await visitor.answer(turn))["from_cache"] is not None

        asked = [await is_from_the_cache(), await is_from_the_cache()]
        write_tiny_gguf(file, seed=2, ends_by_itself=True)
        asked.append(await is_from_the_cache())

    assert asked == [False, True, False]


async def local_models(visitor: Visitor) -> dict[str, Any]:
    page = (await visitor.get("/api/models/local")).body
    return {model["id"]: model for model in page["items"]}


async def test_a_pinned_model_is_loaded_at_the_start_and_every_other_on_demand(
    upstream: Upstream, tmp_path: Path
) -> None:
    models = tmp_path / "data" / "models"
    models.mkdir(parents=True)
    write_tiny_gguf(models / "pinned.gguf", name="Pinned")
    write_tiny_gguf(models / "other-F32.gguf", name="Other", shape=SMALL)
    async with a_house(
        upstream,
        tmp_path / "data",
        ARCANO_LOCAL__PINNED='["pinned"]',
        ARCANO_LOCAL__THREADS="1",
        ARCANO_LOCAL__PRICE_PER_HOUR="3600",
    ) as (_, visitor):
        seen = await until(
            lambda: local_models(visitor), lambda seen: seen["pinned"]["status"] == "loaded"
        )
        turn = await visitor.ask(
            "What is a story?", model="other-f32", parameters={"max_tokens": 24}
        )
        heard = await visitor.hear_out(turn, within=60)
        after = await local_models(visitor)
        (call,) = (await visitor.get("/api/usage/calls")).body["items"]
        started = await visitor.post("/api/models/local/other-f32/quantise", {"type": "Q8_0"})
        await until(
            lambda: visitor.get("/api/models/local/quantisations"),
            lambda page: page.body["items"][0]["status"] == "finished",
        )
        listed = {model["id"] for model in (await visitor.get("/api/models")).body["items"]}
        unloaded = await visitor.post("/api/models/local/other-f32/unload")

    assert seen["pinned"]["pinned"]
    assert seen["other-f32"]["status"] == "on-disk"
    assert heard[-1].type == "turn-finished"
    assert after["other-f32"]["tokens_per_second"] > 0
    # A dollar for each second.
    assert 0 < call["cost_micros"] <= call["latency_ms"] * 1000 + 1000
    assert started.status == 202
    assert {"pinned", "other-f32", "other-q8-0"} <= listed
    assert unloaded.body["status"] == "on-disk"
