"""What a Mac tells of itself through `sysctl` and `vm_stat`. Its graphics share the main memory."""

import re

from arcano.compute.machine import Graphics, Memory, Processor

SYSCTL = (
    "sysctl",
    "machdep.cpu.brand_string",
    "hw.physicalcpu",
    "hw.logicalcpu",
    "hw.memsize",
    "hw.optional.arm.FEAT_DotProd",
    "hw.optional.arm.FEAT_I8MM",
    "hw.optional.avx2_0",
)
VM_STAT = ("vm_stat",)

_FEATURES = {
    "hw.optional.avx2_0": "AVX2",
    "hw.optional.arm.FEAT_DotProd": "dot product",
    "hw.optional.arm.FEAT_I8MM": "int8 matrices",
}
_PAGES_TO_HAVE = ("Pages free", "Pages inactive", "Pages speculative", "Pages purgeable")


def read_mac_processor(sysctl: str | None, *, architecture: str, affinity: int) -> Processor:
    """The processor in what `sysctl` printed."""
    facts = _facts(sysctl)
    neon = ("NEON",) if architecture == "arm64" else ()
    return Processor(
        name=facts.get("machdep.cpu.brand_string"),
        architecture=architecture,
        physical_cores=_number(facts, "hw.physicalcpu"),
        logical_cores=_number(facts, "hw.logicalcpu") or affinity,
        usable_cores=affinity,
        features=(*neon, *(name for key, name in _FEATURES.items() if facts.get(key) == "1")),
    )


def read_mac_memory(sysctl: str | None, vm_stat: str | None) -> Memory | None:
    """Main memory; None where `sysctl` did not say."""
    total = _number(_facts(sysctl), "hw.memsize")
    if total is None:
        return None
    page = re.search(r"page size of (\d+) bytes", vm_stat or "")
    counts = _facts((vm_stat or "").replace(".", ""))
    free = sum(_number(counts, name) or 0 for name in _PAGES_TO_HAVE)
    return Memory(total, min(total, free * int(page[1])) if page and free else total // 2)


def read_mac_graphics(processor: Processor, memory: Memory | None) -> list[Graphics]:
    """The graphics of an Apple chip. Older Macs have none that the engine is built for."""
    if processor.architecture != "arm64":
        return []
    return [
        Graphics(
            vendor="apple",
            name=processor.name or "Apple graphics",
            total_bytes=memory and memory.total_bytes,
            free_bytes=memory and memory.available_bytes,
            shares_memory=True,
            driver="Metal",
        )
    ]


def _facts(output: str | None) -> dict[str, str]:
    pairs = (line.partition(":") for line in (output or "").splitlines())
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


def _number(facts: dict[str, str], key: str) -> int | None:
    text = facts.get(key, "")
    return int(text) if text.isdigit() else None
