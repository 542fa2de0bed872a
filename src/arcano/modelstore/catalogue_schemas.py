"""What the doors of the model store say of the catalogue, of the hub, and of this machine."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel

from arcano.modelstore.catalogue import CatalogueModel, Purpose, Variant, whole_name
from arcano.modelstore.found_model import model_id
from arcano.modelstore.hub_listing import HubModel, HubRepository
from arcano.modelstore.machine import Machine
from arcano.modelstore.recommend import (
    QUICK_TOKENS_PER_SECOND,
    Fit,
    Place,
    Reason,
    fit,
    recommend,
)

Installed = frozenset[tuple[str, str]]


class FitView(BaseModel):
    """Where it would run here. `tokens_per_second` is an estimate, unless it was `measured` here. `quick` is as fast as people read."""

    place: Place
    device: str | None
    left_bytes: int
    tokens_per_second: float | None
    measured: bool
    quick: bool

    @classmethod
    def of(cls, one: Fit, *, measured: float | None) -> Self:
        speed = one.tokens_per_second if measured is None else measured
        return cls(
            place=one.place,
            device=one.device,
            left_bytes=one.left_bytes,
            tokens_per_second=speed,
            measured=measured is not None,
            quick=(speed or 0.0) >= QUICK_TOKENS_PER_SECOND,
        )


class VariantView(BaseModel):
    """`size_known` is false where the size is an estimate."""

    quantisation: str
    size_bytes: int
    size_known: bool
    memory_bytes: int
    parts: int
    installed: bool
    recommended: bool
    fit: FitView


class CatalogueEntryView(BaseModel):
    """A model, and at its own level the variant that is recommended, or the first where none fits."""

    id: str
    family: str
    name: str
    description: str
    purpose: Purpose
    capabilities: list[str]
    context_tokens: int
    licence: str
    licence_url: str
    parameters: str
    repo: str
    url: str
    quantisation: str
    size_bytes: int
    memory_bytes: int
    installed: bool
    fits: bool
    reason: Reason | None
    variants: list[VariantView]

    @classmethod
    def of(
        cls,
        model: CatalogueModel,
        *,
        hub: str,
        installed: Installed,
        machine: Machine,
        speeds: Mapping[str, float],
    ) -> Self:
        best = recommend(model, machine)
        chosen = best.variant if best else model.variants[0]
        variants = [
            _variant(model, each, chosen=best and chosen, machine=machine, speeds=speeds)
            for each in model.variants
        ]
        for view in variants:
            view.installed = (model.id, view.quantisation) in installed
        return cls(
            id=model.id,
            family=model.family,
            name=model.name,
            description=model.description,
            purpose=model.purpose,
            capabilities=list(model.capabilities),
            context_tokens=model.context_tokens,
            licence=model.licence,
            licence_url=model.licence_url,
            parameters=short_count(model.parameters),
            repo=model.repo,
            url=f"{hub.rstrip('/')}/{model.repo}",
            quantisation=chosen.quantisation,
            size_bytes=model.weights_bytes(chosen),
            memory_bytes=model.memory_bytes(chosen),
            installed=any(view.installed for view in variants),
            fits=best is not None,
            reason=best.reason if best else None,
            variants=variants,
        )


class DeviceView(BaseModel):
    name: str
    total_bytes: int
    free_bytes: int
    shares_memory: bool


class MachineView(BaseModel):
    """`unused` says what to do about a graphics device that is here and not used."""

    memory_bytes: int
    available_bytes: int
    free_disk_bytes: int
    disk_bytes: int
    cores: int
    local_engine: bool
    devices: list[DeviceView]
    unused: str | None

    @classmethod
    def of(cls, machine: Machine, *, free_disk_bytes: int, disk_bytes: int) -> Self:
        return cls(
            memory_bytes=machine.memory_bytes,
            available_bytes=machine.available_bytes,
            free_disk_bytes=free_disk_bytes,
            disk_bytes=disk_bytes,
            cores=machine.cores,
            local_engine=machine.local_engine,
            devices=[
                DeviceView(
                    name=device.name,
                    total_bytes=device.memory_bytes,
                    free_bytes=device.free_bytes,
                    shares_memory=device.shares_memory,
                )
                for device in machine.devices
            ],
            unused=machine.unused,
        )


class CataloguePage(BaseModel):
    """`problem` says why the owner's own catalogue is left out."""

    items: list[CatalogueEntryView]
    next_cursor: None
    machine: MachineView
    problem: str | None


class HubModelView(BaseModel):
    name: str
    quantisation: str | None
    size_bytes: int | None
    parts: int
    fits: bool | None

    @classmethod
    def of(cls, model: HubModel, machine: Machine) -> Self:
        size = model.size_bytes
        # Without its architecture only the weights can be counted.
        room = machine.memory_bytes + sum(
            device.memory_bytes for device in machine.devices if not device.shares_memory
        )
        return cls(
            name=model.name,
            quantisation=model.quantisation,
            size_bytes=size,
            parts=len(model.files),
            fits=None if size is None else size < room * 0.9,
        )


class HubRepositoryView(BaseModel):
    repo: str
    url: str
    licence: str | None
    gated: bool
    items: list[HubModelView]
    next_cursor: None

    @classmethod
    def of(cls, found: HubRepository, *, hub: str, machine: Machine) -> Self:
        return cls(
            repo=found.name,
            url=f"{hub.rstrip('/')}/{found.name}",
            licence=found.licence,
            gated=found.gated,
            items=[HubModelView.of(model, machine) for model in found.models],
            next_cursor=None,
        )


def short_count(parameters: int) -> str:
    """`1.2B` for 1 235 814 400."""
    if parameters < 10**9:
        return f"{parameters / 10**6:.0f}M"
    return f"{parameters / 10**9:.1f}".removesuffix(".0") + "B"


def _variant(
    model: CatalogueModel,
    variant: Variant,
    *,
    chosen: Variant | None,
    machine: Machine,
    speeds: Mapping[str, float],
) -> VariantView:
    return VariantView(
        quantisation=variant.quantisation,
        size_bytes=model.weights_bytes(variant),
        size_known=variant.size_bytes is not None,
        memory_bytes=model.memory_bytes(variant),
        parts=len(variant.files),
        installed=False,
        recommended=variant is chosen,
        fit=FitView.of(
            fit(model, variant, machine), measured=speeds.get(model_id(whole_name(variant)))
        ),
    )
