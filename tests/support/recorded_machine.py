"""Machines as trees of small files, the way the kernel shows them, and tools that say what they were told to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arcano.compute import Engine, MachineDetector

MEMINFO = "MemTotal:       16384000 kB\nMemFree:  1000 kB\nMemAvailable:    8192000 kB\n"
ENGINE = Engine(installed=True, version="2026.10.1")
CPU_ONLY = (
    '[{"name": "CPU", "description": "A processor", "total": 1, "free": 1, "pci": "", "type": 0}]'
)


def cpuinfo(*, cores: int, threads: int = 1, flags: str = "fpu sse2 avx2 f16c fma") -> str:
    """`/proc/cpuinfo` of one x86 socket."""
    return "\n".join(
        f"processor\t: {number}\nmodel name\t: A fast processor\nphysical id\t: 0\n"
        f"core id\t\t: {number % cores}\nflags\t\t: {flags}\n"
        for number in range(cores * threads)
    )


def a_tree(root: Path, files: Mapping[str, str]) -> Path:
    """Write `files`, by their paths below `root`. Gives `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def an_amd_card(
    number: int = 0, *, total: int = 24 * 1024**3, used: int = 1024**3
) -> dict[str, str]:
    device = f"sys/class/drm/card{number}/device"
    return {
        f"{device}/vendor": "0x1002\n",
        f"{device}/uevent": "DRIVER=amdgpu\nPCI_CLASS=30000\nPCI_SLOT_NAME=0000:03:00.0\n",
        f"{device}/mem_info_vram_total": f"{total}\n",
        f"{device}/mem_info_vram_used": f"{used}\n",
    }


@dataclass(slots=True)
class Tools:
    """Stands for the programs of a system: each says what is written here, or is not there."""

    says: dict[str, str] = field(default_factory=dict[str, str])
    asked: list[str] = field(default_factory=list[str])

    async def run(self, command: Sequence[str], seconds: float) -> str | None:
        assert seconds > 0
        name = "engine" if "-c" in command else command[0]
        self.asked.append(name)
        return self.says.get(name)


def a_detector(root: Path, tools: Tools | None = None, **facts: object) -> MachineDetector:
    """A detector of the machine recorded under `root`."""
    known: dict[str, object] = {
        "root": root,
        "run": (tools or Tools({"engine": CPU_ONLY})).run,
        "system": "linux",
        "architecture": "x86_64",
        "affinity": lambda: 8,
        "installed": lambda: ENGINE,
        "bandwidth": lambda _: 20e9,  # pyright: ignore[reportUnknownLambdaType]  # any number of threads
    }
    return MachineDetector(**(known | facts))  # pyright: ignore[reportArgumentType]  # facts of a test
