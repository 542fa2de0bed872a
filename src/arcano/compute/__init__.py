"""The machines that models run on: what this one has, and what its engine can use of it."""

from arcano.compute.architectures import knows_architecture
from arcano.compute.control_groups import core_limits
from arcano.compute.detect import MachineDetector
from arcano.compute.http import router
from arcano.compute.known_speeds import published_bandwidth
from arcano.compute.machine import (
    Accelerator,
    Engine,
    EngineDevice,
    Graphics,
    MachineReport,
    Memory,
    Processor,
    Vendor,
)
from arcano.compute.processor import read_memory

__all__ = [
    "Accelerator",
    "Engine",
    "EngineDevice",
    "Graphics",
    "MachineDetector",
    "MachineReport",
    "Memory",
    "Processor",
    "Vendor",
    "core_limits",
    "knows_architecture",
    "published_bandwidth",
    "read_memory",
    "router",
]
