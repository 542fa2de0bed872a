"""Graphics devices as the Linux kernel lists them under `/sys/class/drm`: AMD, Intel and what is unnamed.

AMD's driver tells how much memory a device has and uses (`mem_info_vram_*`, kernel documentation
`gpu/amdgpu/driver-misc`). Intel's and NVIDIA's kernel drivers do not; NVIDIA has a tool for it.
"""

import re
from pathlib import Path

from arcano.compute.control_groups import read_text
from arcano.compute.machine import Graphics, Vendor

_VENDORS: dict[str, tuple[Vendor, str]] = {
    "0x10de": ("nvidia", "NVIDIA graphics"),
    "0x1002": ("amd", "AMD graphics"),
    "0x8086": ("intel", "Intel graphics"),
}
_CARD = re.compile(r"card\d+$")
# An APU's own carve-out of main memory is at most this; a card has more.
_CARVED_OUT_BYTES = 2 * 1024**3


def read_graphics(root: Path) -> list[Graphics]:
    """The devices of the three vendors, in the order of their numbers."""
    folder = root / "sys/class/drm"
    names = sorted(
        (path.name for path in folder.glob("card*") if _CARD.match(path.name)),
        key=lambda name: int(name[4:]),
    )
    found = (_device(folder / name / "device") for name in names)
    return [each for each in found if each is not None]


def _device(folder: Path) -> Graphics | None:
    vendor, name = _VENDORS.get(read_text(folder / "vendor").strip(), (None, ""))
    if vendor is None:
        return None
    facts = dict(
        line.split("=", 1) for line in read_text(folder / "uevent").splitlines() if "=" in line
    )
    total, used = (
        int(text) if (text := read_text(folder / file).strip()).isdigit() else None
        for file in ("mem_info_vram_total", "mem_info_vram_used")
    )
    shared = vendor == "amd" and total is not None and total <= _CARVED_OUT_BYTES
    return Graphics(
        vendor=vendor,
        name=read_text(folder / "product_name").strip() or name,
        total_bytes=total,
        free_bytes=None if total is None else max(0, total - (used or 0)),
        shares_memory=shared,
        pci=facts.get("PCI_SLOT_NAME"),
        driver=facts.get("DRIVER"),
    )
