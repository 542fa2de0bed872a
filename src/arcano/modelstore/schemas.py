"""What the doors of the model store take and give."""

from typing import Annotated, Self

from pydantic import BaseModel, StringConstraints

from arcano.modelstore.catalogue import CatalogueModel
from arcano.modelstore.download import Download, DownloadStatus
from arcano.modelstore.machine import Machine


class DownloadDraft(BaseModel):
    catalogue_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class DownloadFailureView(BaseModel):
    code: str
    message: str
    retryable: bool


class DownloadView(BaseModel):
    id: str
    catalogue_id: str
    name: str
    status: DownloadStatus
    done_bytes: int
    total_bytes: int
    bytes_per_second: float | None
    eta_seconds: float | None
    error: DownloadFailureView | None
    model_id: str | None

    @classmethod
    def of(cls, download: Download) -> Self:
        failure = download.error
        return cls(
            id=download.id,
            catalogue_id=download.catalogue_id,
            name=download.name,
            status=download.status,
            done_bytes=download.done_bytes,
            total_bytes=download.total_bytes,
            bytes_per_second=download.bytes_per_second,
            eta_seconds=download.eta_seconds,
            error=failure
            and DownloadFailureView(
                code=failure.code, message=failure.message, retryable=failure.retryable
            ),
            model_id=download.model_id,
        )


class DownloadPage(BaseModel):
    items: list[DownloadView]
    next_cursor: None


class CatalogueEntryView(BaseModel):
    id: str
    name: str
    description: str
    licence: str
    parameters: str
    quantisation: str
    size_bytes: int
    memory_bytes: int
    url: str
    installed: bool
    fits: bool

    @classmethod
    def of(cls, model: CatalogueModel, *, hub: str, installed: bool, machine: Machine) -> Self:
        return cls(
            id=model.id,
            name=model.name,
            description=model.description,
            licence=model.licence,
            parameters=model.parameters,
            quantisation=model.quantisation,
            size_bytes=model.size_bytes,
            memory_bytes=model.memory_bytes,
            url=model.url(hub),
            installed=installed,
            fits=model.memory_bytes <= machine.memory_bytes,
        )


class MachineView(BaseModel):
    memory_bytes: int
    free_disk_bytes: int
    cores: int
    local_engine: bool

    @classmethod
    def of(cls, machine: Machine, *, free_disk_bytes: int) -> Self:
        return cls(
            memory_bytes=machine.memory_bytes,
            free_disk_bytes=free_disk_bytes,
            cores=machine.cores,
            local_engine=machine.local_engine,
        )


class CataloguePage(BaseModel):
    items: list[CatalogueEntryView]
    next_cursor: None
    machine: MachineView
