"""Tells the model store what this machine has, in the model store's own words."""

from arcano.compute import Accelerator, MachineDetector, published_bandwidth
from arcano.modelstore import Device, Machine


async def machine_for_models(
    detector: MachineDetector, *, local_engine: bool, budget_bytes: int
) -> Machine:
    """This machine as the choice of a model depends on it: what the engine really uses counts.

    `budget_bytes` is what of main memory the engine gives to models.
    """
    report = await detector.look()
    unused = next((each for each in report.accelerators if each.usable is False), None)
    return Machine(
        memory_bytes=report.memory.total_bytes,
        available_bytes=report.memory.available_bytes,
        cores=report.processor.usable_cores,
        local_engine=local_engine,
        devices=tuple(
            device
            for each in report.accelerators
            if each.usable and (device := _device(each)) is not None
        ),
        bandwidth=report.bandwidth,
        budget_bytes=budget_bytes,
        unused=unused and f"{unused.graphics.name}: {unused.advice}",
    )


def _device(accelerator: Accelerator) -> Device | None:
    graphics = accelerator.graphics
    if graphics.total_bytes is None:
        return None
    return Device(
        name=graphics.name,
        memory_bytes=graphics.total_bytes,
        free_bytes=graphics.free_bytes or 0,
        bandwidth=published_bandwidth(graphics.name),
        shares_memory=graphics.shares_memory,
    )
