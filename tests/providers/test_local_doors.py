"""The doors of the local engine: how it stands with each model, loading and unloading, and who may."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.support.acts import a_trail
from tests.support.ask_app import ask_app
from tests.support.local_engine import (
    KnownFile,
    Workbench,
    a_question,
    a_workbench,
    all_events,
    failure_of,
    until,
)
from tests.support.people import a_viewer

from arcano.identity import Viewer, signed_in
from arcano.platform.problems import answer_with_problems
from arcano.providers import LocalModelDoors, Quantiser, local_router

pytestmark = pytest.mark.local_engine


@dataclass(frozen=True, slots=True)
class Doors:
    """The routes with a real engine behind them, for one person of a role."""

    app: FastAPI
    bench: Workbench

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        answer = await ask_app(self.app, method, f"/api/models/local{path}", body)
        return answer.status, answer.json

    async def status_of(self, model_id: str) -> str:
        _, page = await self.ask("GET", "")
        return next(each["status"] for each in page["items"] if each["id"] == model_id)


@asynccontextmanager
async def the_doors(
    role: str = "owner", *, folder: Path = Path("nowhere"), **settings: Any
) -> AsyncGenerator[Doors]:
    async def arrived(path: Path) -> str:
        return path.stem.lower()

    async with a_workbench(**settings) as bench:
        app = FastAPI()
        app.include_router(local_router)
        answer_with_problems(app)

        async def viewer() -> Viewer:
            return a_viewer(role)

        app.dependency_overrides[signed_in] = viewer
        async with a_trail() as (acts, _), Quantiser(folder=folder, arrived=arrived) as quantiser:
            app.state.acts = acts
            app.state.local_models = LocalModelDoors(bench.engine, bench.files, quantiser)
            yield Doors(app, bench)


async def test_every_model_on_the_disk_is_there_with_how_it_stands(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    async with the_doors() as doors:
        doors.bench.files.add(KnownFile("tiny", tiny_gguf))
        doors.bench.files.add(KnownFile("bad", tmp_path / "bad.gguf", problem="It is no GGUF."))
        await all_events(doors.bench.model, a_question("tiny", tokens=8))

        status, page = await doors.ask("GET", "")

    tiny, bad = page["items"]
    assert status == 200
    assert (tiny["id"], tiny["name"], tiny["status"]) == ("tiny", "Tiny", "loaded")
    assert (tiny["parallel"], tiny["context_tokens"], tiny["answering"]) == (2, 2048, 0)
    assert tiny["memory_bytes"] > 1_000_000
    assert tiny["tokens_per_second"] > 0
    assert tiny["last_used_at"] is not None
    assert (bad["status"], bad["problem"], bad["memory_bytes"]) == (
        "on-disk",
        "It is no GGUF.",
        None,
    )
    assert page["memory"]["used_bytes"] == pytest.approx(tiny["memory_bytes"], rel=0.2)
    assert page["memory"]["budget_bytes"] > page["memory"]["used_bytes"]
    assert page["engine_problem"] is None


async def test_a_model_is_loaded_and_unloaded_by_hand(tiny_gguf: Path) -> None:
    async with the_doors() as doors:
        doors.bench.files.add(KnownFile("tiny", tiny_gguf))

        loading = await doors.ask("POST", "/tiny/load")
        await until(lambda: doors.bench.engine.is_loaded("tiny"))
        loaded = await doors.status_of("tiny")
        gone = await doors.ask("POST", "/tiny/unload")

    assert loading[0] == 202
    assert loading[1]["status"] in ("on-disk", "loading")
    assert loaded == "loaded"
    assert gone == (200, gone[1] | {"status": "on-disk"})


async def test_unloading_a_model_that_answers_is_refused_and_done_when_it_is_said_to_be_now(
    slow_gguf: Path,
) -> None:
    async with the_doors() as doors:
        doors.bench.files.add(KnownFile("slow", slow_gguf))
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(failure_of(doors.bench, a_question("slow", tokens=None)))
            await until(lambda: doors.bench.engine.is_loaded("slow"))
            await asyncio.sleep(0.1)
            busy = await doors.status_of("slow")

            refused = await doors.ask("POST", "/slow/unload")
            done = await doors.ask("POST", "/slow/unload?now=true")

    assert busy == "answering"
    assert (refused[0], refused[1]["code"], refused[1]["retryable"]) == (
        409,
        "model-is-answering",
        True,
    )
    assert done[0] == 200
    assert answer.result().retryable


@pytest.mark.parametrize("deed", ["load", "unload"])
async def test_only_the_owner_loads_and_unloads_and_everybody_may_look(
    tiny_gguf: Path, deed: str
) -> None:
    async with the_doors("member") as doors:
        doors.bench.files.add(KnownFile("tiny", tiny_gguf))

        looked = await doors.ask("GET", "")
        refused = await doors.ask("POST", f"/tiny/{deed}")

        assert looked[0] == 200
        assert refused[0] == 403
        assert doors.bench.engine.pid_of("tiny") is None


@pytest.mark.parametrize("name", ["ghost", "..", "a/b", "%2e%2e", "tiny%00"])
async def test_a_name_of_nothing_is_not_found(tiny_gguf: Path, name: str) -> None:
    async with the_doors() as doors:
        doors.bench.files.add(KnownFile("tiny", tiny_gguf))

        assert (await doors.ask("POST", f"/{name}/load"))[0] == 404


async def test_a_file_that_cannot_be_used_is_not_loaded(tmp_path: Path) -> None:
    async with the_doors() as doors:
        doors.bench.files.add(KnownFile("bad", tmp_path / "bad.gguf", problem="It is no GGUF."))

        status, problem = await doors.ask("POST", "/bad/load")

    assert (status, problem["code"], problem["detail"]) == (
        422,
        "model-file-unusable",
        "It is no GGUF.",
    )


async def test_where_there_is_no_engine_the_page_says_why_and_nothing_is_loaded(
    tiny_gguf: Path,
) -> None:
    async with the_doors(enabled=False) as doors:
        doors.bench.files.add(KnownFile("tiny", tiny_gguf))

        _, page = await doors.ask("GET", "")
        status, problem = await doors.ask("POST", "/tiny/load")

    assert page["engine_problem"] == "The local engine is switched off in the settings."
    assert page["items"][0]["problem"] == page["engine_problem"]
    assert (status, problem["code"]) == (503, "local-engine-failed")


async def test_a_model_is_quantised_by_hand_and_the_job_is_seen_to_its_end(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    async with the_doors(folder=tmp_path) as doors:
        doors.bench.files.add(KnownFile("tiny", tiny_gguf))

        async def newest() -> dict[str, Any]:
            _, page = await doors.ask("GET", "/quantisations")
            return page["items"][-1]

        started = await doors.ask("POST", "/tiny/quantise", {"type": "Q8_0"})
        async with asyncio.timeout(30):
            while (seen := await newest())["status"] != "finished":  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        removed = await doors.ask("DELETE", f"/quantisations/{seen['id']}")
        gone = await doors.ask("DELETE", f"/quantisations/{seen['id']}")
        wrong = await doors.ask("POST", "/tiny/quantise", {"type": "Q2_K"})

    assert started[0] == 202
    assert (seen["id"], seen["model_id"], seen["result_id"]) == (
        started[1]["id"],
        "tiny",
        "tiny-q8_0",
    )
    assert seen["done_bytes"] == seen["total_bytes"] > 0
    assert (tmp_path / "tiny-Q8_0.gguf").exists()
    assert removed == (204, None)
    assert (gone[0], gone[1]["code"]) == (404, "quantisation-not-found")
    assert wrong[0] == 422


async def test_a_member_quantises_nothing(tiny_gguf: Path, tmp_path: Path) -> None:
    async with the_doors("member", folder=tmp_path) as doors:
        doors.bench.files.add(KnownFile("tiny", tiny_gguf))

        assert (await doors.ask("POST", "/tiny/quantise", {"type": "Q8_0"}))[0] == 403
        assert (await doors.ask("DELETE", "/quantisations/any"))[0] == 403
        assert (await doors.ask("GET", "/quantisations"))[1]["items"] == []
