"""One download, as everybody who asks for it sees it."""

from dataclasses import dataclass
from typing import Literal

DownloadStatus = Literal["running", "verifying", "finished", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class DownloadFailure:
    """Why it failed, and whether the same may work later."""

    code: str
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Download:
    """The state of a download at one moment. `total_bytes` is what the catalogue says until it is known.

    `done_bytes` is what has come, and after a failure what of it is kept. `model_id` names the model once
    the file is there.
    """

    id: str
    catalogue_id: str
    name: str
    status: DownloadStatus
    done_bytes: int
    total_bytes: int
    bytes_per_second: float | None = None
    eta_seconds: float | None = None
    error: DownloadFailure | None = None
    model_id: str | None = None

    @property
    def under_way(self) -> bool:
        return self.status in ("running", "verifying")
