"""The door of the machine: everything that was found out, in words a program can read."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from tests.support.ask_app import ask_app
from tests.support.people import a_viewer
from tests.support.recorded_machine import CPU_ONLY, MEMINFO, Tools, a_detector, a_tree, cpuinfo

from arcano.compute import router
from arcano.identity import Viewer, signed_in

NVIDIA = "NVIDIA L4, 23034, 22000, 00000000:00:03.0, 550.54.15, 8.9\n"


async def ask(app: FastAPI) -> Any:
    """What `GET /api/machine` answers, as JSON."""
    answer = await ask_app(app, "GET", "/api/machine")
    assert answer.status == 200
    return answer.json


async def viewer() -> Viewer:
    return a_viewer("member")


async def test_the_door_tells_the_machine_and_what_to_do_about_it(tmp_path: Path) -> None:
    root = a_tree(tmp_path, {"proc/cpuinfo": cpuinfo(cores=8), "proc/meminfo": MEMINFO})
    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[signed_in] = viewer
    async with a_detector(root, Tools({"nvidia-smi": NVIDIA, "engine": CPU_ONLY})) as detector:
        app.state.machine = detector

        told = await ask(app)

    (card,) = told.pop("accelerators")
    assert told == {
        "system": "linux",
        "processor": {
            "name": "A fast processor",
            "architecture": "x86_64",
            "physical_cores": 8,
            "logical_cores": 8,
            "usable_cores": 8,
            "features": ["AVX2", "F16C", "FMA"],
        },
        "memory": {
            "total_bytes": 16_384_000 * 1024,
            "available_bytes": 8_192_000 * 1024,
            "limited": False,
        },
        "memory_bytes_per_second": 20_000_000_000,
        "engine": {"installed": True, "version": "2026.10.1", "devices": ["CPU"]},
    }
    assert (card["vendor"], card["name"], card["driver"]) == ("nvidia", "NVIDIA L4", "550.54.15")
    assert (card["usable"], card["engine_device"], card["shares_memory"]) == (False, None, False)
    assert "the CUDA 12.8 build of xllamacpp" in card["advice"]
