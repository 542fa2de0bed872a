"""What the doors of the model store take and give for downloads and for the files that lie here."""

from typing import Annotated, Self

from pydantic import BaseModel, StringConstraints, model_validator

from arcano.modelstore.download import Download, DownloadStatus
from arcano.modelstore.found_model import FoundModel, Purpose
from arcano.platform.file_names import shown

_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DownloadDraft(BaseModel):
    """A model of the catalogue, by `catalogue_id` and perhaps `variant`; or one of the hub, by `repo` and `name`."""

    catalogue_id: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    variant: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    repo: _Name | None = None
    name: _Name | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        by_repo = self.repo is not None and self.name is not None
        if (self.catalogue_id is not None) == by_repo:
            raise ValueError("name a catalogue_id, or a repo and a name in it")
        return self


class DownloadFailureView(BaseModel):
    code: str
    message: str
    retryable: bool


class DownloadView(BaseModel):
    id: str
    name: str
    repo: str
    catalogue_id: str | None
    variant: str | None
    status: DownloadStatus
    done_bytes: int
    total_bytes: int
    total_known: bool
    checked_bytes: int | None
    parts: int
    parts_done: int
    bytes_per_second: float | None
    eta_seconds: float | None
    error: DownloadFailureView | None
    model_id: str | None

    @classmethod
    def of(cls, download: Download) -> Self:
        failure = download.error
        return cls(
            id=download.id,
            name=download.name,
            repo=download.repo,
            catalogue_id=download.catalogue_id,
            variant=download.variant,
            status=download.status,
            done_bytes=download.done_bytes,
            total_bytes=download.total_bytes,
            total_known=download.total_known,
            checked_bytes=download.checked_bytes,
            parts=download.parts,
            parts_done=download.parts_done,
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


class ModelFileView(BaseModel):
    """A model that lies here. `deletable` is false where Arcano only reads its folder."""

    id: str
    name: str
    file: str
    size_bytes: int
    parts: int
    purpose: Purpose
    architecture: str | None
    quantisation: str | None
    context_tokens: int | None
    capabilities: list[str]
    deletable: bool
    problem: str | None

    @classmethod
    def of(cls, model: FoundModel, *, deletable: bool) -> Self:
        return cls(
            id=model.id,
            name=model.name,
            file=shown(model.path.name),
            size_bytes=model.size_bytes,
            parts=len(model.files),
            purpose=model.purpose,
            architecture=model.architecture,
            quantisation=model.quantisation,
            context_tokens=model.context_tokens,
            capabilities=sorted(model.capabilities),
            deletable=deletable,
            problem=model.problem,
        )


class ModelFilePage(BaseModel):
    items: list[ModelFileView]
    next_cursor: None


class DeletedView(BaseModel):
    freed_bytes: int
