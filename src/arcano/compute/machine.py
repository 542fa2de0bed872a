"""What one machine has to answer with: processor, memory, accelerators, and what the engine here can use.

Values only. Sizes are bytes. A fact that could not be found out is None, never a guess.
"""

from dataclasses import dataclass
from typing import Literal

Vendor = Literal["nvidia", "amd", "intel", "apple", "other"]


@dataclass(frozen=True, slots=True)
class Processor:
    """`usable_cores` is what a container's share and the process's affinity leave of the logical ones.

    `features` are the instruction sets that speed language models up, by their usual names.
    """

    name: str | None
    architecture: str
    physical_cores: int | None
    logical_cores: int
    usable_cores: int
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """`available_bytes` counts what the system would give back on demand.

    `limited` says that a container's limit, not the machine, sets these numbers.
    """

    total_bytes: int
    available_bytes: int
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Graphics:
    """A graphics device as the system's drivers tell of it. `pci` is its slot, such as `0000:01:00.0`.

    `shares_memory` is for devices that use the machine's own memory.
    """

    vendor: Vendor
    name: str
    total_bytes: int | None = None
    free_bytes: int | None = None
    shares_memory: bool = False
    pci: str | None = None
    driver: str | None = None
    capability: str | None = None


@dataclass(frozen=True, slots=True)
class EngineDevice:
    """A device as the installed engine lists it, such as `CUDA0`."""

    name: str
    description: str
    total_bytes: int
    free_bytes: int
    pci: str | None
    is_processor: bool
    shares_memory: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """The installed engine. `devices` is None as long as it has not said what it can use."""

    installed: bool
    version: str | None = None
    devices: tuple[EngineDevice, ...] | None = None


@dataclass(frozen=True, slots=True)
class Accelerator:
    """A graphics device together with whether the installed engine computes on it.

    `usable` is None where the engine has not said. `engine_device` is the engine's own name for it.
    `advice` says what to do where it is not used.
    """

    graphics: Graphics
    usable: bool | None
    engine_device: str | None = None
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class MachineReport:
    """Everything found out. `bandwidth` is how many bytes a second main memory was measured to move."""

    system: str
    processor: Processor
    memory: Memory
    accelerators: tuple[Accelerator, ...]
    engine: Engine
    bandwidth: float | None = None
