"""What the engine needs to know of a model file, and from whom. It searches no folders itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class LocalModelFile(Protocol):
    """A model on this disk, as its file describes itself."""

    @property
    def id(self) -> str:
        """What a request names."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def path(self) -> Path:
        """The file; the first one where the model is split into several."""
        ...

    @property
    def size_bytes(self) -> int:
        """Of all its files: what its weights take in memory."""
        ...

    @property
    def context_tokens(self) -> int | None:
        """What it was trained for; None where the file does not say."""
        ...

    @property
    def context_bytes_per_token(self) -> int:
        """What a token of context costs in memory."""
        ...

    @property
    def capabilities(self) -> frozenset[str]:
        """What it was made for, in our words; `embeddings` among them where it makes vectors."""
        ...

    @property
    def problem(self) -> str | None:
        """Why the file cannot be used, in a sentence; None where nothing is wrong with it."""
        ...


class LocalModelFiles(Protocol):
    """Where models on this machine are looked up."""

    async def found(self) -> Sequence[LocalModelFile]:
        """All of them, those with a problem included."""
        ...

    async def find(self, model_id: str) -> LocalModelFile | None:
        """The file as it is now; None where there is none of that id."""
        ...
