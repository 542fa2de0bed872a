"""One download, as everybody who asks for it sees it."""

from dataclasses import dataclass
from typing import Literal

DownloadStatus = Literal["waiting", "downloading", "paused", "checking", "done", "failed"]


@dataclass(frozen=True, slots=True)
class DownloadFailure:
    """Why it stopped, and whether the same may work later."""

    code: str
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Download:
    """The state of a download at one moment, over all its files.

    `total_bytes` is an estimate until `total_known`. `done_bytes` is what has come, and after a failure what
    of it is kept; `checked_bytes` what of the file that has just come was read again for its hash.
    `error` says why it failed, or why it had to pause. `model_id` names the model once it is there.
    """

    id: str
    name: str
    repo: str
    status: DownloadStatus
    done_bytes: int
    total_bytes: int
    total_known: bool
    parts: int
    parts_done: int = 0
    checked_bytes: int | None = None
    catalogue_id: str | None = None
    variant: str | None = None
    bytes_per_second: float | None = None
    eta_seconds: float | None = None
    error: DownloadFailure | None = None
    model_id: str | None = None

    @property
    def under_way(self) -> bool:
        return self.status in ("waiting", "downloading", "checking")
