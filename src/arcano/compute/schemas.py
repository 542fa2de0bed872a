"""What the door of the machine gives."""

from typing import Self

from pydantic import BaseModel

from arcano.compute.machine import Accelerator, MachineReport, Vendor


class ProcessorView(BaseModel):
    name: str | None
    architecture: str
    physical_cores: int | None
    logical_cores: int
    usable_cores: int
    features: list[str]


class AcceleratorView(BaseModel):
    vendor: Vendor
    name: str
    total_bytes: int | None
    free_bytes: int | None
    shares_memory: bool
    driver: str | None
    usable: bool | None
    engine_device: str | None
    advice: str | None

    @classmethod
    def of(cls, accelerator: Accelerator) -> Self:
        graphics = accelerator.graphics
        return cls(
            vendor=graphics.vendor,
            name=graphics.name,
            total_bytes=graphics.total_bytes,
            free_bytes=graphics.free_bytes,
            shares_memory=graphics.shares_memory,
            driver=graphics.driver,
            usable=accelerator.usable,
            engine_device=accelerator.engine_device,
            advice=accelerator.advice,
        )


class MemoryView(BaseModel):
    total_bytes: int
    available_bytes: int
    limited: bool


class EngineView(BaseModel):
    """`devices` is null as long as the engine has not said what it can use."""

    installed: bool
    version: str | None
    devices: list[str] | None


class MachineReportView(BaseModel):
    system: str
    processor: ProcessorView
    memory: MemoryView
    memory_bytes_per_second: int | None
    accelerators: list[AcceleratorView]
    engine: EngineView

    @classmethod
    def of(cls, report: MachineReport) -> Self:
        processor, memory, devices = report.processor, report.memory, report.engine.devices
        return cls(
            system=report.system,
            processor=ProcessorView(
                name=processor.name,
                architecture=processor.architecture,
                physical_cores=processor.physical_cores,
                logical_cores=processor.logical_cores,
                usable_cores=processor.usable_cores,
                features=list(processor.features),
            ),
            memory=MemoryView(
                total_bytes=memory.total_bytes,
                available_bytes=memory.available_bytes,
                limited=memory.limited,
            ),
            memory_bytes_per_second=None if report.bandwidth is None else int(report.bandwidth),
            accelerators=[AcceleratorView.of(each) for each in report.accelerators],
            engine=EngineView(
                installed=report.engine.installed,
                version=report.engine.version,
                devices=None if devices is None else [each.name for each in devices],
            ),
        )
