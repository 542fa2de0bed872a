"""What a process has done and holds so far, as Linux tells it of any process of ours."""

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Signs:
    """Equal signs at two moments: it did nothing in between.

    `resident_bytes` is all that it holds in memory; `own_bytes` the part of it that is no file, which
    the system can take from nobody.
    """

    processor_ticks: int
    read_bytes: int
    resident_bytes: int
    own_bytes: int


def signs_of(pid: int) -> Signs | None:
    """The signs of the process `pid`; None where it is gone, or where the system tells none."""
    try:
        # The name in parentheses may hold anything; what follows is numbers.
        numbers = _text(pid, "stat").rpartition(")")[2].split()
        held = _fields(pid, "status")
        return Signs(
            processor_ticks=int(numbers[11]) + int(numbers[12]),
            read_bytes=_bytes_read(pid),
            resident_bytes=held["VmRSS"] * 1024,
            own_bytes=(held["RssAnon"] + held["RssShmem"]) * 1024,
        )
    except (OSError, LookupError, ValueError):
        return None


def _bytes_read(pid: int) -> int:
    try:
        return _fields(pid, "io")["rchar"]
    except (OSError, LookupError):  # a container may not show it
        return 0


def _fields(pid: int, name: str) -> dict[str, int]:
    """The numbers of a file of lines like `VmRSS:     1024 kB`."""
    lines = (line.split(":", 1) for line in _text(pid, name).splitlines() if ":" in line)
    return {
        key: int(number[0])
        for key, value in lines
        if (number := value.split()) and number[0].isdecimal()
    }


def _text(pid: int, name: str) -> str:
    return os.fsdecode((_PROC / str(pid) / name).read_bytes())
