"""What the model store hears of the machine: devices that are used count, others come with what to do."""

from pathlib import Path

from tests.support.recorded_machine import MEMINFO, Tools, a_detector, a_tree, an_amd_card, cpuinfo

from arcano.entrypoints.this_machine import machine_for_models
from arcano.modelstore import Device

GIB = 1024**3
NVIDIA = "NVIDIA GeForce RTX 3090, 24576, 20480, 00000000:01:00.0, 560.35.03, 8.6\n"
USES_CUDA = (
    '[{"name": "CUDA0", "description": "NVIDIA GeForce RTX 3090", "total": 1, "free": 1, '
    '"pci": "0000:01:00.0", "type": 1}]'
)


async def test_a_device_counts_where_the_engine_uses_it_and_is_named_where_it_does_not(
    tmp_path: Path,
) -> None:
    files = {"proc/cpuinfo": cpuinfo(cores=4), "proc/meminfo": MEMINFO, **an_amd_card()}
    tools = Tools({"nvidia-smi": NVIDIA, "engine": USES_CUDA})

    async with a_detector(a_tree(tmp_path, files), tools, affinity=lambda: 4) as detector:
        machine = await machine_for_models(detector, local_engine=True, budget_bytes=9 * GIB)

    assert machine.devices == (
        Device("NVIDIA GeForce RTX 3090", 24 * GIB, 20 * GIB, bandwidth=936e9),
    )
    assert machine.unused is not None
    assert machine.unused.startswith("AMD graphics: The installed engine does not use it")
    assert "the Vulkan build" in machine.unused
    assert (machine.cores, machine.bandwidth, machine.local_engine) == (4, 20e9, True)
    assert machine.budget_bytes == 9 * GIB
    assert (machine.memory_bytes, machine.available_bytes) == (16_384_000 * 1024, 8_192_000 * 1024)


async def test_while_the_engine_has_not_said_nothing_is_advised(tmp_path: Path) -> None:
    files = {"proc/cpuinfo": cpuinfo(cores=4), "proc/meminfo": MEMINFO}

    async with a_detector(
        a_tree(tmp_path, files), Tools({"nvidia-smi": NVIDIA, "engine": "it crashed"})
    ) as detector:
        machine = await machine_for_models(detector, local_engine=True, budget_bytes=9 * GIB)

    assert (machine.devices, machine.unused) == ((), None)
