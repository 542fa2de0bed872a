"""What somebody asked to have on this disk: one model, in one file or several."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderedFile:
    """One file: its address, and its path below the folder of models.

    `estimate_bytes` counts as its size where nobody has said it yet.
    """

    url: str
    path: str
    sha256: str | None = None
    size_bytes: int | None = None
    estimate_bytes: int = 0

    @property
    def expected_bytes(self) -> int:
        return self.estimate_bytes if self.size_bytes is None else self.size_bytes


@dataclass(frozen=True, slots=True)
class Order:
    """A model to fetch. `catalogue_id` and `variant` say which of the catalogue it is, `repo` whose on the hub."""

    name: str
    files: tuple[OrderedFile, ...]
    repo: str
    catalogue_id: str | None = None
    variant: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Two orders for the same files on this disk are the same order."""
        return tuple(file.path for file in self.files)
