"""Which variant of a model suits a machine best, where it would run there, and how fast.

Pure: a model, a machine, an answer. Speeds are estimates: writing a token reads every weight that it passes
once, so memory's speed decides, and a share of it is lost on the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from arcano.modelstore.catalogue import CatalogueModel, Variant, whole_name
from arcano.modelstore.found_model import model_id
from arcano.modelstore.machine import Device, Machine
from arcano.modelstore.quantisations import GOOD, quality_rank

Place = Literal["gpu", "partly", "cpu", "nowhere"]
Reason = Literal["fits-gpu", "finest-quick", "quickest-good", "finest-that-fits", "partly"]

# What must stay free for everything else that runs, and for buffers that nobody can count beforehand.
_MEMORY_SHARE = 0.9
_DEVICE_SHARE = 0.92
# Of a memory's speed, what arrives as tokens. Engines reach half to four fifths of it.
_EFFICIENCY = 0.6
QUICK_TOKENS_PER_SECOND = 6.0
"""About as fast as most people read."""

# What was measured may have been measured in a bad moment, or on another occasion altogether.
_LEAST_CALIBRATION, _MOST_CALIBRATION = 0.25, 4.0


@dataclass(frozen=True, slots=True)
class Fit:
    """One variant on one machine. `left_bytes` stay free where most of it runs.

    `device` names the graphics device, where one is used. `tokens_per_second` is an estimate, and None
    where the memory's speed is not known.
    """

    place: Place
    left_bytes: int
    device: str | None = None
    tokens_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The variant to take, how it fits, and why this one."""

    variant: Variant
    fit: Fit
    reason: Reason


def fit(model: CatalogueModel, variant: Variant, machine: Machine) -> Fit:
    """Where `variant` would run on `machine`, and about how fast."""
    need = model.memory_bytes(variant)
    reads = model.weights_bytes(variant) * model.active_share
    device = _largest(machine.devices)
    memory = _main_memory(machine)
    if device is not None:
        room = int(device.memory_bytes * _DEVICE_SHARE)
        if need <= room:
            speed = _speed([(reads, device.bandwidth)])
            return Fit("gpu", device.memory_bytes - need, device.name, speed)
        if not device.shares_memory and need <= room + memory:
            there = room / need
            speed = _speed(
                [(reads * there, device.bandwidth), (reads * (1 - there), machine.bandwidth)]
            )
            left = machine.memory_bytes - (need - room)
            return Fit("partly", left, device.name, speed)
    if need <= memory:
        return Fit("cpu", machine.memory_bytes - need, None, _speed([(reads, machine.bandwidth)]))
    return Fit("nowhere", 0)


def recommend(model: CatalogueModel, machine: Machine) -> Recommendation | None:
    """The best variant for `machine`; None where none of them fits.

    With more memory the answer never gets worse: first comes whether it fits a graphics device at good
    quality, then whether it is quick, then its quality.
    """
    fits = [(each, fit(model, each, machine)) for each in model.variants]
    possible = [(variant, one) for variant, one in fits if one.place != "nowhere"]
    if not possible:
        return None
    variant, best = max(possible, key=lambda pair: merit(*pair))
    return Recommendation(variant, best, _reason(variant, best, possible))


def is_quick(one: Fit) -> bool:
    """Whether it writes as fast as people read."""
    return (one.tokens_per_second or 0.0) >= QUICK_TOKENS_PER_SECOND


def calibrated(
    machine: Machine, models: Sequence[CatalogueModel], speeds: Mapping[str, float]
) -> Machine:
    """`machine` with memories as fast as the `speeds` that models really wrote with there suggest.

    `speeds` are tokens a second by the ids of model files. Without any that is of the catalogue the machine
    stays as it is.
    """
    ratios = [
        measured / estimate
        for model in models
        for variant in model.variants
        if (measured := speeds.get(model_id(whole_name(variant))))
        and (estimate := fit(model, variant, machine).tokens_per_second)
    ]
    if not ratios:
        return machine
    ratio = min(max(median(ratios), _LEAST_CALIBRATION), _MOST_CALIBRATION)
    return replace(
        machine,
        bandwidth=machine.bandwidth and machine.bandwidth * ratio,
        devices=tuple(
            replace(device, bandwidth=device.bandwidth and device.bandwidth * ratio)
            for device in machine.devices
        ),
    )


def merit(variant: Variant, one: Fit) -> tuple[bool, bool, int]:
    """What variants that fit are compared by: the greater the better."""
    rank = quality_rank(variant.quantisation)
    quick = is_quick(one) and rank >= GOOD
    # What is slow anyway should be no finer than it must be: that is what makes it slower still.
    quality = rank if quick else -abs(rank - GOOD)
    return one.place == "gpu" and rank >= GOOD, quick, quality


def _reason(variant: Variant, best: Fit, possible: Sequence[tuple[Variant, Fit]]) -> Reason:
    if best.place == "partly":
        return "partly"
    if best.place == "gpu":
        return "fits-gpu"
    if merit(variant, best)[1]:
        return "finest-quick"
    finer = any(
        quality_rank(each.quantisation) > quality_rank(variant.quantisation) for each, _ in possible
    )
    return "quickest-good" if finer else "finest-that-fits"


def _main_memory(machine: Machine) -> int:
    usable = int(machine.memory_bytes * _MEMORY_SHARE)
    return usable if machine.budget_bytes is None else min(usable, machine.budget_bytes)


def _largest(devices: Sequence[Device]) -> Device | None:
    return max(devices, key=lambda device: device.memory_bytes, default=None)


def _speed(reads: Sequence[tuple[float, float | None]]) -> float | None:
    """Tokens a second, where each must read so many bytes from memories so fast."""
    seconds = 0.0
    for size, bandwidth in reads:
        if not bandwidth:
            return None
        seconds += size / (bandwidth * _EFFICIENCY)
    return 1 / seconds if seconds else None
