"""Looking at a machine: which graphics it has, which of them the installed engine uses, and never for long."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.support.recorded_machine import (
    CPU_ONLY,
    ENGINE,
    MEMINFO,
    Tools,
    a_detector,
    a_tree,
    an_amd_card,
    cpuinfo,
)

from arcano.compute import Accelerator, Engine, MachineDetector
from arcano.compute.bandwidth import measure_bandwidth
from arcano.compute.engine import ENGINE_COMMAND, read_devices
from arcano.compute.run_tool import run_tool

GIB, MIB = 1024**3, 1024**2
BASE = {"proc/cpuinfo": cpuinfo(cores=8), "proc/meminfo": MEMINFO}
NVIDIA = "NVIDIA GeForce RTX 3090, 24576, 20000, 00000000:01:00.0, 560.35.03, 8.6\n"
SYSCTL = """machdep.cpu.brand_string: Apple M2
hw.physicalcpu: 8
hw.logicalcpu: 8
hw.memsize: 17179869184
hw.optional.arm.FEAT_DotProd: 1
"""
VM_STAT = """Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               100000.
Pages inactive:                           200000.
"""


def listed(name: str, description: str, *, pci: str = "", kind: int = 1) -> str:
    device = {"name": name, "description": description, "pci": pci, "type": kind}
    sizes = {"total": 24 * GIB, "free": 20 * GIB}
    return json.dumps([*json.loads(CPU_ONLY), device | sizes])


async def accelerators(root: Path, tools: Tools, **facts: object) -> tuple[Accelerator, ...]:
    async with a_detector(root, tools, **facts) as detector:
        return (await detector.look()).accelerators


async def test_a_machine_without_graphics_says_what_its_processor_can_do(tmp_path: Path) -> None:
    async with a_detector(a_tree(tmp_path, BASE)) as detector:
        report = await detector.look()

    assert report.accelerators == ()
    assert (report.processor.usable_cores, report.bandwidth) == (8, 20e9)
    assert report.memory.total_bytes == 16_384_000 * 1024
    assert [device.name for device in report.engine.devices or ()] == ["CPU"]


async def test_a_graphics_card_that_the_installed_engine_cannot_use_comes_with_what_to_do(
    tmp_path: Path,
) -> None:
    tools = Tools({"nvidia-smi": NVIDIA, "engine": CPU_ONLY})

    (card,) = await accelerators(a_tree(tmp_path, BASE), tools)

    assert (card.graphics.vendor, card.graphics.name) == ("nvidia", "NVIDIA GeForce RTX 3090")
    assert (card.graphics.total_bytes, card.graphics.free_bytes) == (24576 * MIB, 20000 * MIB)
    assert card.usable is False
    assert card.advice is not None
    assert "the CUDA 12.8 build of xllamacpp" in card.advice
    assert "https://github.com/xorbitsai/xllamacpp" in card.advice


async def test_a_card_that_the_engine_lists_is_used_and_listed_once(tmp_path: Path) -> None:
    files = BASE | {
        "sys/class/drm/card0/device/vendor": "0x10de\n",
        "sys/class/drm/card0/device/uevent": "PCI_SLOT_NAME=0000:01:00.0\n",
    }
    says = listed("CUDA0", "NVIDIA GeForce RTX 3090", pci="0000:01:00.0")

    (card,) = await accelerators(
        a_tree(tmp_path, files), Tools({"nvidia-smi": NVIDIA, "engine": says})
    )

    assert (card.usable, card.engine_device, card.advice) == (True, "CUDA0", None)
    assert card.graphics.free_bytes == 20000 * MIB


@pytest.mark.parametrize(
    ("output", "vendors"),
    [
        ("", []),
        ("Failed to initialize NVML: Driver/library version mismatch\n", []),
        ("NVIDIA GB10, [N/A], [N/A], 0000000F:01:00.0, 580.95.05, 12.1\n", ["nvidia"]),
    ],
)
async def test_what_the_tool_of_nvidia_says_beside_a_list_is_no_device(
    tmp_path: Path, output: str, vendors: list[str]
) -> None:
    found = await accelerators(
        a_tree(tmp_path, BASE), Tools({"nvidia-smi": output, "engine": CPU_ONLY})
    )

    assert [each.graphics.vendor for each in found] == vendors
    # A chip that shares the machine's memory has none of its own, and is of the newest kind.
    assert all(each.graphics.shares_memory for each in found)
    assert all("CUDA 13.2 build" in (each.advice or "") for each in found)


async def test_a_card_whose_driver_tool_is_missing_is_there_without_its_name(
    tmp_path: Path,
) -> None:
    files = BASE | {
        "sys/class/drm/card0/device/vendor": "0x10de\n",
        "sys/class/drm/card0/device/uevent": "PCI_SLOT_NAME=0000:01:00.0\n",
    }

    (card,) = await accelerators(a_tree(tmp_path, files), Tools({"engine": CPU_ONLY}))

    assert (card.graphics.name, card.graphics.total_bytes) == ("NVIDIA graphics", None)
    assert card.usable is False


@pytest.mark.parametrize(
    ("rocm", "build"),
    [("7.0.2-56\n", "ROCm 7.2.4"), ("6.4.1-83\n", "ROCm 6.4.1"), (None, "Vulkan")],
)
async def test_an_amd_card_needs_the_build_of_its_runtime(
    tmp_path: Path, rocm: str | None, build: str
) -> None:
    runtime = {"opt/rocm/.info/version": rocm} if rocm else {}
    root = a_tree(tmp_path, BASE | an_amd_card() | runtime)

    (card,) = await accelerators(root, Tools({"engine": CPU_ONLY}))

    assert (card.graphics.total_bytes, card.graphics.free_bytes) == (24 * GIB, 23 * GIB)
    assert card.graphics.shares_memory is False
    assert card.advice is not None
    assert f"the {build} build" in card.advice


async def test_graphics_inside_a_processor_share_its_memory(tmp_path: Path) -> None:
    apu = an_amd_card(total=512 * MIB, used=MIB)
    intel = {"sys/class/drm/card1/device/vendor": "0x8086\n"}
    says = listed("Vulkan0", "Intel(R) Graphics", kind=2)

    found = await accelerators(a_tree(tmp_path, BASE | apu | intel), Tools({"engine": says}))

    assert [(each.graphics.vendor, each.usable) for each in found] == [
        ("amd", False),
        ("intel", True),
    ]
    assert all(each.graphics.shares_memory for each in found)


async def test_connectors_and_strange_vendors_are_no_graphics_devices(tmp_path: Path) -> None:
    files = BASE | {
        "sys/class/drm/card0-HDMI-A-1/device/vendor": "0x1002\n",
        "sys/class/drm/card0/device/vendor": "0x1234\n",
    }

    assert await accelerators(a_tree(tmp_path, files), Tools({"engine": CPU_ONLY})) == ()


async def test_a_device_that_only_the_engine_knows_is_there_too(tmp_path: Path) -> None:
    says = listed("Vulkan0", "Some device")

    (device,) = await accelerators(a_tree(tmp_path, BASE), Tools({"engine": says}))

    assert (device.graphics.vendor, device.graphics.name, device.usable) == (
        "other",
        "Some device",
        True,
    )
    assert device.graphics.total_bytes == 24 * GIB


async def test_a_mac_shares_its_memory_with_its_graphics(tmp_path: Path) -> None:
    tools = Tools({"sysctl": SYSCTL, "vm_stat": VM_STAT, "engine": listed("Metal", "Apple M2")})

    async with a_detector(tmp_path, tools, system="darwin", architecture="arm64") as detector:
        report = await detector.look()

    (graphics,) = report.accelerators
    assert report.processor.features == ("NEON", "dot product")
    assert (report.memory.total_bytes, report.memory.available_bytes) == (
        16 * GIB,
        300_000 * 16384,
    )
    assert (graphics.graphics.shares_memory, graphics.engine_device) == (True, "Metal")


async def test_a_server_without_the_engine_asks_nobody_what_it_can_use(tmp_path: Path) -> None:
    tools = Tools({"nvidia-smi": NVIDIA})

    (card,) = await accelerators(
        a_tree(tmp_path, BASE), tools, installed=lambda: Engine(installed=False)
    )

    assert tools.asked == ["nvidia-smi"]
    assert card.usable is None
    assert card.advice == (
        "The engine for local models is not installed, so nothing is computed on it."
    )


async def test_an_engine_that_is_slow_to_say_is_heard_in_a_later_report(tmp_path: Path) -> None:
    said = asyncio.Event()

    async def slow(command: Sequence[str], seconds: float) -> str | None:
        if command[0] == "nvidia-smi":
            return NVIDIA
        async with asyncio.timeout(seconds):
            await said.wait()
        return listed("CUDA0", "NVIDIA GeForce RTX 3090", pci="0000:01:00.0")

    async with a_detector(a_tree(tmp_path, BASE), run=slow) as detector:
        began = time.monotonic()
        first = await detector.look()
        took = time.monotonic() - began
        said.set()
        detector.forget()
        second = await detector.look()

    assert took < 3
    assert [each.usable for each in first.accelerators] == [None]
    assert [each.usable for each in second.accelerators] == [True]


async def test_several_who_ask_at_once_are_answered_by_one_look(tmp_path: Path) -> None:
    tools = Tools({"nvidia-smi": NVIDIA, "engine": CPU_ONLY})

    async with a_detector(a_tree(tmp_path, BASE), tools) as detector:
        await asyncio.gather(*(detector.look() for _ in range(5)))

    assert sorted(tools.asked) == ["engine", "nvidia-smi"]


async def test_the_best_of_the_first_looks_says_how_fast_memory_is(tmp_path: Path) -> None:
    measured = iter([3e9, 9e9, 5e9, 4e9, 6e9])

    def measure(threads: int) -> float:
        assert threads == 8
        return next(measured)

    async with a_detector(a_tree(tmp_path, BASE), bandwidth=measure) as detector:
        told: list[float | None] = []
        for _ in range(7):
            detector.forget()
            told.append((await detector.look()).bandwidth)

    assert told == [3e9, 9e9, 9e9, 9e9, 9e9, 9e9, 9e9]


async def test_nothing_is_asked_before_somebody_wants_to_know(tmp_path: Path) -> None:
    tools = Tools()

    async with a_detector(tmp_path, tools):
        pass

    assert tools.asked == []


@pytest.mark.parametrize("output", [None, "", "{}", "[1]", "no json", '[{"name": "CPU"}]'])
def test_an_engine_that_says_nothing_sensible_has_not_said(output: str | None) -> None:
    assert read_devices(output) is None


async def test_the_real_engine_lists_its_processor_whatever_its_drivers_print_before() -> None:
    devices = read_devices(await run_tool(ENGINE_COMMAND, 60))

    assert devices is not None
    assert [each.is_processor for each in devices][:1] == [True]


async def test_a_tool_that_hangs_is_ended_in_time() -> None:
    began = time.monotonic()

    assert await run_tool([sys.executable, "-c", "import time; time.sleep(60)"], 0.2) is None

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "import os; os.abort()"])
async def test_a_tool_that_fails_or_crashes_has_said_nothing(code: str) -> None:
    assert await run_tool([sys.executable, "-c", f"print('words'); {code}"], 20) is None


async def test_a_tool_that_is_not_there_has_said_nothing() -> None:
    assert await run_tool(["a-tool-that-nobody-has"], 1) is None


async def test_this_very_machine_is_told_truly() -> None:
    async with MachineDetector(installed=lambda: ENGINE, run=Tools().run) as detector:
        report = await detector.look()

    assert report.processor.usable_cores >= 1
    assert 0 < report.memory.available_bytes <= report.memory.total_bytes


def test_memory_speed_is_measured_in_a_blink_and_lies_where_memory_lies() -> None:
    began = time.monotonic()

    speed = measure_bandwidth(2)

    assert time.monotonic() - began < 2
    assert 0.5e9 < speed < 5e12
