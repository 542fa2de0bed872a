"""The machine that is measured on: its cores, what a process has cost so far, what else runs."""

import os
import platform
import resource
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

OPEN_FILES = 16_384

_TICKS = os.sysconf("SC_CLK_TCK")


_CORES = sorted(os.sched_getaffinity(0))

LOAD_CORE = _CORES[0]
"""For the upstream and the load generator."""

SERVER_CORE = _CORES[-1]
"""For the server."""


@contextmanager
def pinned(core: int) -> Generator[None]:
    """This process, and what it starts, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def allow_many_open_files() -> None:
    """Raise the limit for this process and those it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used of the processor: user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_bytes(pid: int) -> int:
    """The memory of a process that is in RAM."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def description() -> str:
    """One line on the machine and on what else it does at the moment."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{len(names)} cores ({names[0] if names else platform.machine()}), {memory:.0f} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}, load average {load}"
    )
