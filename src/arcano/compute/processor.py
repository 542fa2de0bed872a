"""What processor and main memory a Linux system tells of in `/proc` and `/sys`, under any root folder."""

from pathlib import Path

from arcano.compute.control_groups import core_limits, memory_limits, read_text
from arcano.compute.machine import Memory, Processor

# As the kernel calls them, and as people do. Only those that llama.cpp has code for.
_FEATURES = {
    "avx2": "AVX2",
    "f16c": "F16C",
    "fma": "FMA",
    "avx_vnni": "AVX-VNNI",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX-512 VNNI",
    "avx512_bf16": "AVX-512 BF16",
    "amx_tile": "AMX",
    "amx_int8": "AMX INT8",
    "neon": "NEON",
    "asimd": "NEON",
    "asimddp": "dot product",
    "i8mm": "int8 matrices",
    "sve": "SVE",
    "sme": "SME",
}


def read_processor(root: Path, *, architecture: str, affinity: int) -> Processor:
    """The processor. `affinity` is how many cores this process may be put on."""
    processors = _cpuinfo(root)
    first = processors[0] if processors else {}
    flags = (first.get("flags") or first.get("Features") or "").split()
    logical = max(len(processors), affinity)
    return Processor(
        name=_name(root, first),
        architecture=architecture,
        physical_cores=_physical_cores(root, processors),
        logical_cores=logical,
        usable_cores=max(1, min([affinity, *core_limits(root)])),
        features=tuple(dict.fromkeys(_FEATURES[flag] for flag in _FEATURES if flag in flags)),
    )


def read_memory(root: Path) -> Memory | None:
    """Main memory as far as this process may use it; None where the system does not say."""
    fields = dict(
        line.split(":", 1) for line in read_text(root / "proc/meminfo").splitlines() if ":" in line
    )
    try:
        total, available = (
            int(fields[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable")
        )
    except (KeyError, ValueError, IndexError):
        return None
    limited = False
    for limit, used in memory_limits(root):
        if limit < total:
            total, limited = limit, True
        available = min(available, max(0, limit - used))
    return Memory(total, min(available, total), limited)


def _cpuinfo(root: Path) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = []
    for block in read_text(root / "proc/cpuinfo").split("\n\n"):
        fields = {
            name.strip(): value.strip()
            for name, colon, value in (line.partition(":") for line in block.splitlines())
            if colon
        }
        if "processor" in fields:
            blocks.append(fields)
    return blocks


def _name(root: Path, first: dict[str, str]) -> str | None:
    board = read_text(root / "proc/device-tree/model").strip("\0 \n")
    return first.get("model name") or board or None


def _physical_cores(root: Path, processors: list[dict[str, str]]) -> int | None:
    named = {(each.get("physical id"), each.get("core id")) for each in processors}
    if named and (None, None) not in named:
        return len(named)
    siblings = {
        text
        for folder in (root / "sys/devices/system/cpu").glob("cpu[0-9]*")
        if (text := read_text(folder / "topology/core_cpus_list").strip())
    }
    return len(siblings) or None
