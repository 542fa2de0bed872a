"""What this machine has, as far as the choice of a model depends on it. The wiring finds it out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """`local_engine` says whether something here can answer with a model file."""

    memory_bytes: int
    cores: int
    local_engine: bool
