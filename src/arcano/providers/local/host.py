"""What this machine offers to the engine: cores and memory.

What a container's limits leave of it the wiring knows, from where machines are looked at.
"""

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_MANY_CORES = 8

HOW_TO_GET_THE_ENGINE = (
    "The local engine is not installed. Install it with `make local-engine`, or `pip install "
    "'arcano[local]'`, and start Arcano again."
)


@dataclass(frozen=True, slots=True)
class Host:
    """One machine. `free_memory_bytes` counts what the system would give back on demand.

    `gpu_memory_bytes` is what is free on graphics cards that the engine computes on.
    """

    cores: int
    memory_bytes: int
    free_memory_bytes: int
    gpu_memory_bytes: int = 0

    @property
    def threads(self) -> int:
        """Threads worth computing with.

        One core stays for the server, else every answer waits for the answers. On large machines half
        of the cores are usually second threads of the same core, which slow the arithmetic down.
        """
        if self.cores <= _MANY_CORES:
            return max(1, self.cores - 1)
        return max(_MANY_CORES - 1, self.cores // 2)


def look_at_host() -> Host:
    """This machine as it is now, limits of containers left out. Reads a small file."""
    total, free = _memory()
    return Host(cores=_cores(), memory_bytes=total, free_memory_bytes=free)


HOW_TO_GET_TRANSFORMERS = (
    "Models in safetensors need the extra `transformers`, which is not installed. Install it with "
    "`pip install 'arcano[transformers]'`, and start Arcano again."
)


@cache
def transformers_problem() -> str | None:
    """As `engine_problem`, for models that are no GGUF."""
    return None if find_spec("transformers") and find_spec("torch") else HOW_TO_GET_TRANSFORMERS


@cache
def engine_problem() -> str | None:
    """Why there is no local engine here, in a sentence; None where there is one. Imports nothing.

    Looks once: an engine that is installed later is there after a restart.
    """
    return None if find_spec("xllamacpp") else HOW_TO_GET_THE_ENGINE


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity to ask for
        return os.cpu_count() or 1


def _memory() -> tuple[int, int]:
    fields = dict(line.split(":", 1) for line in _text(_MEMINFO).splitlines() if ":" in line)
    if "MemTotal" in fields and "MemAvailable" in fields:
        total, free = (int(fields[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
        return total, free
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        # Nothing can be found out. Eight gibibytes is what small machines have.
        total = 8 * 1024**3
    return total, total // 2


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
