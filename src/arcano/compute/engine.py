"""What the installed engine can compute on, told by itself, and which build of it a device needs.

It is asked in a process of its own: to list its devices it loads the drivers' libraries, which takes
time and memory and may crash. Which builds there are is said on the page of its project.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import orjson
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from arcano.compute.machine import Accelerator, Engine, EngineDevice, Graphics

PACKAGE = "xllamacpp"
_ASK = """
import json, xllamacpp
print("\\n" + json.dumps([{
    "name": str(each["name"]), "description": str(each["description"]),
    "total": int(each["memory_total"]), "free": int(each["memory_free"]),
    "pci": str(each["device_id"]), "type": int(each["type"]),
} for each in xllamacpp.get_device_info()]))
"""
ENGINE_COMMAND = (sys.executable, "-I", "-c", _ASK)

_PROJECT = "https://github.com/xorbitsai/xllamacpp"
# `ggml_backend_dev_type`: 0 is the processor, 3 an accelerator beside it (BLAS, AMX) that is no GPU.
_PROCESSORS = frozenset({0, 3})
_INTEGRATED = 2


class _Told(TypedDict):
    name: str
    description: str
    total: int
    free: int
    pci: str
    type: int


_TOLD = TypeAdapter(list[_Told])


def installed_engine() -> Engine:
    """The engine by its package alone, not yet asked for its devices."""
    try:
        return Engine(installed=True, version=version(PACKAGE))
    except PackageNotFoundError:
        return Engine(installed=False)


def read_devices(output: str | None) -> tuple[EngineDevice, ...] | None:
    """The devices in what `ENGINE_COMMAND` printed; None where it failed."""
    lines = (output or "").strip().splitlines()
    try:
        # Drivers print words of their own before it.
        told = _TOLD.validate_python(orjson.loads(lines[-1])) if lines else None
    except (orjson.JSONDecodeError, ValidationError):
        told = None
    if told is None:
        return None
    return tuple(
        EngineDevice(
            name=each["name"],
            description=each["description"],
            total_bytes=each["total"],
            free_bytes=each["free"],
            pci=each["pci"].lower() or None,
            is_processor=each["type"] in _PROCESSORS,
            shares_memory=each["type"] == _INTEGRATED,
        )
        for each in told
    )


def accelerators_of(
    found: Sequence[Graphics], engine: Engine, *, rocm: str | None
) -> tuple[Accelerator, ...]:
    """Each device with whether `engine` uses it. `rocm` is the version of AMD's runtime here, if any.

    A device that only the engine knows of is there too.
    """
    if engine.devices is None:
        return tuple(Accelerator(each, usable=None, advice=_unasked(engine)) for each in found)
    left = [each for each in engine.devices if not each.is_processor]
    accelerators: list[Accelerator] = []
    for each in found:
        used = _same_device(each, left)
        if used is None:
            accelerators.append(_unused(each, rocm=rocm))
        else:
            left.remove(used)
            accelerators.append(_used(each, used))
    return (*accelerators, *(_used(_known_to_engine(each), each) for each in left))


def _same_device(graphics: Graphics, devices: Sequence[EngineDevice]) -> EngineDevice | None:
    for device in devices:
        if graphics.pci is not None and device.pci == graphics.pci:
            return device
    # Not every backend tells the slot. The name then decides, and the vendor in it.
    for device in devices:
        words = f"{device.name} {device.description}".lower()
        if device.pci is None and (
            graphics.name.lower() in words or _VENDOR_SIGNS[graphics.vendor] in words
        ):
            return device
    return None


_VENDOR_SIGNS = {
    "nvidia": "nvidia",
    "amd": "amd",
    "intel": "intel",
    "apple": "apple",
    "other": "\0",
}


def _used(graphics: Graphics, device: EngineDevice) -> Accelerator:
    known = Graphics(
        vendor=graphics.vendor,
        name=device.description or graphics.name,
        total_bytes=graphics.total_bytes or device.total_bytes or None,
        free_bytes=graphics.free_bytes if graphics.total_bytes else device.free_bytes,
        shares_memory=graphics.shares_memory or device.shares_memory,
        pci=graphics.pci or device.pci,
        driver=graphics.driver,
        capability=graphics.capability,
    )
    return Accelerator(known, usable=True, engine_device=device.name)


def _known_to_engine(device: EngineDevice) -> Graphics:
    return Graphics(
        vendor="other",
        name=device.description,
        total_bytes=device.total_bytes or None,
        free_bytes=device.free_bytes,
        shares_memory=device.shares_memory,
        pci=device.pci,
    )


def _unasked(engine: Engine) -> str:
    if not engine.installed:
        return "The engine for local models is not installed, so nothing is computed on it."
    return "The engine has not said yet whether it can use it. Look again in a moment."


def _unused(graphics: Graphics, *, rocm: str | None) -> Accelerator:
    build = _build_for(graphics, rocm=rocm)
    if build is None:
        return Accelerator(
            graphics,
            usable=False,
            advice="The installed engine lists no device here that it can compute on.",
        )
    return Accelerator(
        graphics,
        usable=False,
        advice=f"The installed engine does not use it: it needs the {build} build of {PACKAGE}. "
        f"The engine's project page, {_PROJECT}, says how to install it into Arcano's environment. "
        "Then start Arcano again.",
    )


def _build_for(graphics: Graphics, *, rocm: str | None) -> str | None:
    if graphics.vendor == "nvidia":
        # 12.8 runs on every driver that can run a later one; only the newest chips need 13.2.
        return "CUDA 13.2" if graphics.capability == "12.1" else "CUDA 12.8"
    if graphics.vendor == "amd" and rocm is not None:
        return "ROCm 6.4.1" if rocm.startswith("6.") else "ROCm 7.2.4"
    if graphics.vendor in ("amd", "intel"):
        return "Vulkan"
    return None
