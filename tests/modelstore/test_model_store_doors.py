"""The doors of the model store: the catalogue, downloads and their progress, and who may use them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.support.ask_app import Answer, ask_app
from tests.support.clock import StillClock
from tests.support.fake_hub import FakeHub, a_hub
from tests.support.fresh_database import a_database
from tests.support.model_store import GB, MACHINE, a_catalogue_model, a_store, a_variant, ended
from tests.support.people import a_viewer

from arcano.identity import Sessions, UserId, Viewer, signed_in
from arcano.modelstore import Device, ModelStore, Variant, router
from arcano.platform.act_log import ActLog
from arcano.platform.problems import answer_with_problems
from arcano.platform.sqlite import SqliteDatabase


@dataclass(frozen=True, slots=True)
class Doors:
    """The routes with a store behind them, for one person of a role."""

    app: FastAPI
    store: ModelStore
    sessions: Sessions
    database: SqliteDatabase

    async def ask(self, method: str, path: str, body: object = None) -> Answer:
        return await ask_app(self.app, method, path, body)


@dataclass(frozen=True, slots=True)
class _Identity:
    sessions: Sessions


@asynccontextmanager
async def doors(
    folder: Path, hub: FakeHub, *, role: str = "owner", **store: Any
) -> AsyncGenerator[Doors]:
    database = await a_database(folder / "arcano.db")
    sessions = Sessions(database, StillClock(), lifetime=timedelta(days=1), idle=timedelta(days=1))
    app = FastAPI()
    app.include_router(router)
    answer_with_problems(app)

    async def viewer() -> Viewer:
        return a_viewer(role)

    app.dependency_overrides[signed_in] = viewer
    try:
        async with a_store(folder / "models", hub, **store) as a_model_store:
            app.state.acts = ActLog(database, StillClock())
            app.state.modelstore = a_model_store
            app.state.identity = _Identity(sessions)
            yield Doors(app, a_model_store, sessions, database)
    finally:
        database.close()


async def test_the_catalogue_says_what_fits_what_is_there_and_what_the_machine_has(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub:
        huge = a_variant(hub, files=("huge.gguf",), size_bytes=80 * GB)
        catalogue = (
            a_catalogue_model(a_variant(hub)),
            a_catalogue_model(huge, id="huge"),
        )
        async with doors(tmp_path, hub, catalogue=catalogue) as house:
            await ended(house.store, (await house.store.start_download("model")).id)

            page = (await house.ask("GET", "/api/models/catalogue")).json

    assert [(entry["id"], entry["installed"], entry["fits"]) for entry in page["items"]] == [
        ("model", True, True),
        ("huge", False, False),
    ]
    assert page["items"][0]["url"] == f"{hub.address}/maker/model-gguf"
    assert (page["next_cursor"], page["problem"]) == (None, None)
    assert page["machine"].pop("disk_bytes") > 0
    assert page["machine"] == {
        "memory_bytes": 8 * GB,
        "available_bytes": 6 * GB,
        "free_disk_bytes": 100 * GB,
        "cores": 4,
        "local_engine": True,
        "devices": [],
        "unused": None,
    }


async def test_each_variant_says_what_it_needs_and_how_fast_it_may_be(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub:
        large = a_catalogue_model(
            a_variant(hub, quantisation="Q4_K_M", size_bytes=2 * GB),
            Variant("Q8_0", ("large-q8.gguf",)),
            parameters=4_000_000_000,
        )
        async with doors(tmp_path, hub, catalogue=(large,), speeds={"large-q8": 3.5}) as house:
            (entry,) = (await house.ask("GET", "/api/models/catalogue")).json["items"]

    four, eight = entry["variants"]
    assert (entry["quantisation"], entry["reason"]) == ("Q4_K_M", "finest-quick")
    assert (four["recommended"], eight["recommended"]) == (True, False)
    assert (four["size_known"], eight["size_known"]) == (True, False)
    # Eight and a half bits for each of four billion parameters.
    assert eight["size_bytes"] == 4_250_000_000
    # Memory of 20 GB a second would give 6; one model was a quarter quicker than that suggests.
    assert (four["fit"]["measured"], four["fit"]["quick"]) == (False, True)
    assert four["fit"]["tokens_per_second"] == pytest.approx(6.0 * 3.5 / (12 / 4.25))
    assert (eight["fit"]["measured"], eight["fit"]["tokens_per_second"]) == (True, 3.5)


async def test_a_graphics_device_that_is_not_used_is_told_with_what_to_do(tmp_path: Path) -> None:
    machine = replace(
        MACHINE,
        devices=(Device("Card A", 24 * GB, 20 * GB),),
        unused="Card B: it needs another build.",
    )
    async with a_hub(b"x") as hub, doors(tmp_path, hub, machine=machine) as house:
        told = (await house.ask("GET", "/api/models/catalogue")).json["machine"]

    assert told["devices"] == [
        {
            "name": "Card A",
            "total_bytes": 24 * GB,
            "free_bytes": 20 * GB,
            "shares_memory": False,
        }
    ]
    assert told["unused"] == "Card B: it needs another build."


async def test_a_download_is_begun_listed_and_read(tmp_path: Path, tiny_bytes: bytes) -> None:
    async with a_hub(tiny_bytes) as hub, doors(tmp_path, hub) as house:
        begun = await house.ask("POST", "/api/models/downloads", {"catalogue_id": "model"})
        await ended(house.store, begun.json["id"])

        listed = (await house.ask("GET", "/api/models/downloads")).json
        read = (await house.ask("GET", f"/api/models/downloads/{begun.json['id']}")).json

    assert begun.status == 202
    assert begun.json["status"] == "waiting"
    assert listed == {"items": [read], "next_cursor": None}
    assert read == {
        "id": begun.json["id"],
        "name": "A model",
        "repo": "maker/model-gguf",
        "catalogue_id": "model",
        "variant": "F32",
        "status": "done",
        "done_bytes": len(tiny_bytes),
        "total_bytes": len(tiny_bytes),
        "total_known": True,
        "checked_bytes": None,
        "parts": 1,
        "parts_done": 1,
        "bytes_per_second": None,
        "eta_seconds": None,
        "error": None,
        "model_id": "model",
    }


async def test_progress_comes_as_events_up_to_the_last_state(tmp_path: Path) -> None:
    async with a_hub(bytes(1_000_000)) as hub, doors(tmp_path, hub) as house:
        hub.slow = True
        begun = await house.ask("POST", "/api/models/downloads", {"catalogue_id": "model"})

        followed = await house.ask("GET", f"/api/models/downloads/{begun.json['id']}/events")

    assert followed.body.startswith(b"id: 1\nevent: download\ndata: {")
    assert [event["status"] for event in followed.events][-1] == "done"
    assert len(followed.events) > 2


async def test_a_failed_download_says_why_in_its_last_event(tmp_path: Path) -> None:
    async with a_hub(b"x" * 100) as hub, doors(tmp_path, hub) as house:
        hub.statuses = [404]
        begun = await house.ask("POST", "/api/models/downloads", {"catalogue_id": "model"})

        followed = await house.ask("GET", f"/api/models/downloads/{begun.json['id']}/events")

    assert followed.events[-1]["status"] == "failed"
    assert followed.events[-1]["error"] == {
        "code": "hub-refused",
        "message": "127.0.0.1 does not have this file any more. Choose another model.",
        "retryable": False,
    }


async def test_progress_is_no_longer_told_once_the_session_has_ended(tmp_path: Path) -> None:
    async with a_hub(bytes(3_000_000)) as hub, doors(tmp_path, hub) as house:
        hub.slow = True
        begun = await house.ask("POST", "/api/models/downloads", {"catalogue_id": "model"})
        async with asyncio.timeout(2), asyncio.TaskGroup() as tasks:
            following = tasks.create_task(
                house.ask("GET", f"/api/models/downloads/{begun.json['id']}/events")
            )
            await asyncio.sleep(0.3)

            await house.sessions.end_everywhere(UserId("someone"))

    assert following.result().events[-1]["status"] == "downloading"


async def test_a_download_is_stopped_and_can_be_discarded(tmp_path: Path) -> None:
    async with a_hub(bytes(3_000_000)) as hub, doors(tmp_path, hub) as house:
        hub.slow = True
        begun = await house.ask("POST", "/api/models/downloads", {"catalogue_id": "model"})
        place = f"/api/models/downloads/{begun.json['id']}"

        stopped = await house.ask("DELETE", place)
        state = (await house.ask("GET", place)).json["status"]
        await house.ask("DELETE", f"{place}?discard=true")
        gone = await house.ask("GET", place)

    assert (stopped.status, state, gone.status) == (204, "paused", 404)
    assert gone.json["code"] == "download-not-found"
    assert not (tmp_path / "models/model.gguf.part").exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"catalogue_id": "ghost"}, 404, "catalogue-model-not-found"),
        ({"catalogue_id": ""}, 422, "invalid-input"),
        ({}, 422, "invalid-input"),
        ({"catalogue_id": "model", "variant": "Q1"}, 404, "variant-not-found"),
        ({"repo": "maker/model-gguf"}, 422, "invalid-input"),
        ({"catalogue_id": "model", "repo": "a/b", "name": "c"}, 422, "invalid-input"),
        ({"repo": "maker/other", "name": "model"}, 404, "repository-not-found"),
        ({"repo": "maker/model-gguf", "name": "ghost"}, 404, "variant-not-found"),
        ({"repo": "../../etc", "name": "passwd"}, 404, "repository-not-found"),
    ],
)
async def test_a_wish_for_nothing_that_there_is_is_refused(
    tmp_path: Path, body: object, status: int, code: str
) -> None:
    async with a_hub(b"x") as hub, doors(tmp_path, hub) as house:
        answer = await house.ask("POST", "/api/models/downloads", body)

    assert (answer.status, answer.json["code"]) == (status, code)


async def test_a_full_disk_is_answered_with_507(tmp_path: Path) -> None:
    async with (
        a_hub(bytes(1000)) as hub,
        doors(tmp_path, hub, free_bytes=lambda _: 10) as house,  # pyright: ignore[reportUnknownLambdaType]  # any folder
    ):
        answer = await house.ask("POST", "/api/models/downloads", {"catalogue_id": "model"})

    assert (answer.status, answer.json["code"]) == (507, "disk-full")


async def test_a_download_pauses_and_goes_on_by_its_own_doors(tmp_path: Path) -> None:
    async with a_hub(bytes(3_000_000)) as hub, doors(tmp_path, hub) as house:
        hub.slow = True
        begun = await house.ask("POST", "/api/models/downloads", {"catalogue_id": "model"})
        place = f"/api/models/downloads/{begun.json['id']}"

        paused = await house.ask("POST", f"{place}/pause")
        hub.slow = False
        resumed = await house.ask("POST", f"{place}/resume")
        done = await ended(house.store, begun.json["id"])

    assert (paused.status, paused.json["status"]) == (200, "paused")
    assert (resumed.status, resumed.json["status"]) == (202, "waiting")
    assert done.status == "done"


async def test_a_model_that_lies_here_is_listed_and_deleted(
    tmp_path: Path, tiny_bytes: bytes
) -> None:
    async with a_hub(tiny_bytes) as hub, doors(tmp_path, hub) as house:
        await ended(house.store, (await house.store.start_download("model")).id)

        (file,) = (await house.ask("GET", "/api/models/files")).json["items"]
        deleted = await house.ask("DELETE", "/api/models/files/model")
        after = await house.ask("GET", "/api/models/files")
        again = await house.ask("DELETE", "/api/models/files/model")

    assert file == {
        "id": "model",
        "name": "Tiny random (F32)",
        "file": "model.gguf",
        "size_bytes": len(tiny_bytes),
        "parts": 1,
        "purpose": "chat",
        "architecture": "llama",
        "quantisation": "F32",
        "context_tokens": 2048,
        "capabilities": [],
        "deletable": True,
        "problem": None,
    }
    assert (deleted.status, deleted.json) == (200, {"freed_bytes": len(tiny_bytes)})
    assert after.json["items"] == []
    assert (again.status, again.json["code"]) == (404, "model-file-not-found")
    assert not (tmp_path / "models/model.gguf").exists()


async def test_a_file_in_a_folder_that_is_only_read_is_not_deleted(
    tmp_path: Path, tiny_gguf: Path
) -> None:
    async with a_hub(b"x") as hub, doors(tmp_path, hub, paths=[tiny_gguf.parent]) as house:
        (file,) = (await house.ask("GET", "/api/models/files")).json["items"]
        refused = await house.ask("DELETE", f"/api/models/files/{file['id']}")

    assert file["deletable"] is False
    assert (refused.status, refused.json["code"]) == (409, "model-file-in-use")
    assert await asyncio.to_thread(tiny_gguf.exists)


async def test_a_model_that_is_loaded_is_not_deleted(tmp_path: Path, tiny_bytes: bytes) -> None:
    def is_loaded(model_id: str) -> bool:
        return model_id == "model"

    async with a_hub(tiny_bytes) as hub, doors(tmp_path, hub, in_use=is_loaded) as house:
        await ended(house.store, (await house.store.start_download("model")).id)

        refused = await house.ask("DELETE", "/api/models/files/model")

    assert (refused.status, refused.json["code"]) == (409, "model-file-in-use")
    assert refused.json["detail"] == "Tiny random (F32) is loaded. Unload it, then delete it."
    assert (tmp_path / "models/model.gguf").exists()


async def test_a_repository_of_the_hub_is_looked_up(tmp_path: Path) -> None:
    async with a_hub(b"x" * 1000) as hub, doors(tmp_path, hub) as house:
        hub.files = {"model-Q4_K_M.gguf": b"y" * 500, "mmproj-model.gguf": b"z"}

        found = await house.ask("GET", "/api/models/hub?repo=maker/model-gguf")

    assert found.json == {
        "repo": "maker/model-gguf",
        "url": f"{hub.address}/maker/model-gguf",
        "licence": "apache-2.0",
        "gated": False,
        "items": [
            {
                "name": "model-Q4_K_M",
                "quantisation": "Q4_K_M",
                "size_bytes": 500,
                "parts": 1,
                "fits": True,
            },
            {"name": "model", "quantisation": None, "size_bytes": 1000, "parts": 1, "fits": True},
        ],
        "next_cursor": None,
    }


@pytest.mark.parametrize(
    "method_and_path",
    [
        "POST /api/models/downloads",
        "DELETE /api/models/downloads/x",
        "POST /api/models/downloads/x/pause",
        "POST /api/models/downloads/x/resume",
        "DELETE /api/models/files/x",
        "GET /api/models/hub?repo=maker/model",
    ],
)
async def test_only_the_owner_changes_what_lies_here_and_asks_the_hub(
    tmp_path: Path, method_and_path: str
) -> None:
    method, path = method_and_path.split()
    async with a_hub(b"x") as hub, doors(tmp_path, hub, role="member") as house:
        answer = await house.ask(method, path, {"catalogue_id": "model"})

    assert answer.status == 403
