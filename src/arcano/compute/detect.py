"""Finds out what this machine has, when somebody wants to know, and remembers it for a few seconds.

Nothing is asked when the server starts. One look takes two seconds at most: what has not answered by then is
not known in that report, and may be in the next.
"""

import asyncio
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Self

from arcano.compute.apple import (
    SYSCTL,
    VM_STAT,
    read_mac_graphics,
    read_mac_memory,
    read_mac_processor,
)
from arcano.compute.bandwidth import measure_bandwidth
from arcano.compute.control_groups import read_text
from arcano.compute.drm import read_graphics
from arcano.compute.engine import (
    ENGINE_COMMAND,
    accelerators_of,
    installed_engine,
    read_devices,
)
from arcano.compute.machine import (
    Engine,
    EngineDevice,
    Graphics,
    MachineReport,
    Memory,
    Processor,
)
from arcano.compute.nvidia import NVIDIA_COMMAND, read_nvidia
from arcano.compute.processor import read_memory, read_processor
from arcano.compute.run_tool import Runner, run_tool

LOOK_SECONDS = 2.0
# An engine that meets a GPU for the first time compiles for it; it is heard in a later report.
_ENGINE_SECONDS = 60.0
_REMEMBERED_SECONDS = 5.0
_MEASUREMENTS = 5


def usable_cores() -> int:
    """The cores that this process may be put on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity to ask for
        return os.cpu_count() or 1


class MachineDetector:
    """`async with` it for the life of the server. `root`, `run` and the rest are for recorded machines."""

    def __init__(
        self,
        *,
        root: Path = Path("/"),
        run: Runner = run_tool,
        system: str = sys.platform,
        architecture: str = platform.machine(),
        affinity: Callable[[], int] = usable_cores,
        installed: Callable[[], Engine] = installed_engine,
        bandwidth: Callable[[int], float] = measure_bandwidth,
    ) -> None:
        self._root = root
        self._run = run
        self._system = system
        self._architecture = architecture
        self._affinity = affinity
        self._engine = installed
        self._measure = bandwidth
        self._tasks = asyncio.TaskGroup()
        self._looking = asyncio.Lock()
        self._asking: asyncio.Task[tuple[EngineDevice, ...] | None] | None = None
        self._bandwidth: float | None = None
        self._measured = 0
        self._report: tuple[float, MachineReport] | None = None

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._asking:
            self._asking.cancel()
        await self._tasks.__aexit__(None, None, None)

    async def look(self) -> MachineReport:
        """The machine as it is now, or was within the last seconds. Raises nothing."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if self._report is None or now - self._report[0] > _REMEMBERED_SECONDS:
                self._report = now, await self._find_out()
            return self._report[1]

    def forget(self) -> None:
        """Look anew the next time, however soon that is."""
        self._report = None

    async def _find_out(self) -> MachineReport:
        ends = asyncio.get_running_loop().time() + LOOK_SECONDS
        installed = self._engine()
        if installed.installed and self._asking is None:
            self._asking = self._tasks.create_task(self._ask_engine())
        processor, memory, graphics = await self._of_the_system()
        if self._measured < _MEASUREMENTS:
            # A busy moment makes memory look slow, so the best of the first few looks counts.
            self._measured += 1
            speed = await asyncio.to_thread(self._measure, processor.usable_cores)
            self._bandwidth = max(speed, self._bandwidth or 0.0)
        devices = await self._engine_devices(ends)
        known = replace(installed, devices=devices)
        rocm = read_text(self._root / "opt/rocm/.info/version").strip() or None
        return MachineReport(
            system=self._system,
            processor=processor,
            memory=memory,
            accelerators=accelerators_of(graphics, known, rocm=rocm),
            engine=known,
            bandwidth=self._bandwidth,
        )

    async def _of_the_system(self) -> tuple[Processor, Memory, list[Graphics]]:
        if self._system == "darwin":
            return await self._of_a_mac()
        tool, (processor, memory, graphics) = await asyncio.gather(
            self._run(NVIDIA_COMMAND, LOOK_SECONDS), asyncio.to_thread(self._of_linux)
        )
        named = read_nvidia(tool)
        slots = {each.pci for each in named}
        # Without NVIDIA's tool its devices are still there, only nameless.
        others = [each for each in graphics if each.pci not in slots or each.pci is None]
        return processor, memory or _guessed_memory(), [*named, *others]

    def _of_linux(self) -> tuple[Processor, Memory | None, list[Graphics]]:
        processor = read_processor(
            self._root, architecture=self._architecture, affinity=self._affinity()
        )
        return processor, read_memory(self._root), read_graphics(self._root)

    async def _of_a_mac(self) -> tuple[Processor, Memory, list[Graphics]]:
        sysctl, vm_stat = await asyncio.gather(
            self._run(SYSCTL, LOOK_SECONDS), self._run(VM_STAT, LOOK_SECONDS)
        )
        processor = read_mac_processor(
            sysctl, architecture=self._architecture, affinity=self._affinity()
        )
        memory = read_mac_memory(sysctl, vm_stat)
        return processor, memory or _guessed_memory(), read_mac_graphics(processor, memory)

    async def _ask_engine(self) -> tuple[EngineDevice, ...] | None:
        return read_devices(await self._run(ENGINE_COMMAND, _ENGINE_SECONDS))

    async def _engine_devices(self, ends: float) -> tuple[EngineDevice, ...] | None:
        if self._asking is None:
            return None
        left = max(0.0, ends - asyncio.get_running_loop().time())
        done, _ = await asyncio.wait([self._asking], timeout=left)
        return self._asking.result() if done else None


def _guessed_memory() -> Memory:
    """Where a system says nothing of its memory: what its pages come to, else what small machines have."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        total = 8 * 1024**3
    return Memory(total, total // 2)
