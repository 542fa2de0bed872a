"""NVIDIA's devices, as the tool that comes with every driver tells of them.

The tool runs as a process of its own: a driver that hangs takes that process, not the server.
"""

import csv
from collections.abc import Iterable

from arcano.compute.machine import Graphics

NVIDIA_COMMAND = (
    "nvidia-smi",
    "--query-gpu=name,memory.total,memory.free,pci.bus_id,driver_version,compute_cap",
    "--format=csv,noheader,nounits",
)
_MEBIBYTE = 1024**2


def read_nvidia(output: str | None) -> list[Graphics]:
    """The devices in what the tool printed; none where it is not there or said something else."""
    rows = csv.reader((output or "").splitlines(), skipinitialspace=True)
    return [device for row in rows if (device := _device(row)) is not None]


def _device(row: Iterable[str]) -> Graphics | None:
    fields = [field.strip() for field in row]
    if len(fields) != 6 or not fields[0]:
        return None
    name, total, free, pci, driver, capability = fields
    return Graphics(
        vendor="nvidia",
        name=name,
        # A device that shares the machine's memory says "[N/A]" here.
        total_bytes=_bytes(total),
        free_bytes=_bytes(free),
        shares_memory=_bytes(total) is None,
        pci=_slot(pci),
        driver=driver,
        capability=capability,
    )


def _bytes(mebibytes: str) -> int | None:
    return int(mebibytes) * _MEBIBYTE if mebibytes.isdigit() else None


def _slot(bus_id: str) -> str | None:
    """`00000000:01:00.0` as everybody else writes it, `0000:01:00.0`."""
    domain, colon, rest = bus_id.lower().partition(":")
    return f"{domain[-4:]}:{rest}" if colon else None
