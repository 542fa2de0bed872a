"""What this machine has, as far as the choice of a model depends on it. The wiring finds it out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A graphics device that the engine here computes on.

    `bandwidth` is how many bytes a second its memory moves; None where that is not known.
    `shares_memory` is for those that use the machine's own.
    """

    name: str
    memory_bytes: int
    free_bytes: int
    bandwidth: float | None = None
    shares_memory: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """`local_engine` says whether something here can answer with a model file.

    `devices` are those in use; `unused` says what to do about a device that could be used and is not.
    `budget_bytes` is what of main memory models may take, where that is limited.
    """

    memory_bytes: int
    cores: int
    local_engine: bool
    available_bytes: int = 0
    devices: tuple[Device, ...] = ()
    bandwidth: float | None = None
    budget_bytes: int | None = None
    unused: str | None = None
