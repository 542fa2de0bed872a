"""What GGUF files a repository of the hub holds, with their sizes and hashes, as the hub's API tells.

Source: Hugging Face Hub documentation, `GET /api/models/{repo}` and `/api/models/{repo}/tree/{revision}`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson

from arcano.modelstore.errors import HubRefusedError, UnknownRepositoryError
from arcano.modelstore.hub import Hub, sha256_in
from arcano.modelstore.quantisations import quantisation_in

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
# A file of another half of the model (eyes, ears) or of its making; alone it answers nothing.
_NOT_ALONE = re.compile(r"mmproj|imatrix", re.IGNORECASE)
_MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository. `path` is its path in there; what the hub does not say is None."""

    path: str
    size_bytes: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class HubModel:
    """One model of a repository, in one file or in all its parts."""

    name: str
    quantisation: str | None
    files: tuple[HubFile, ...]

    @property
    def size_bytes(self) -> int | None:
        sizes = [file.size_bytes for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)


@dataclass(frozen=True, slots=True)
class HubRepository:
    """What a repository holds at `revision`, the smallest model first."""

    name: str
    revision: str
    licence: str | None
    gated: bool
    models: tuple[HubModel, ...]


def checked_repository(name: str) -> str:
    """`name` where it can be a repository: `maker/model`.

    Raises:
        UnknownRepositoryError: It cannot.
    """
    trimmed = name.strip().strip("/")
    if not _REPOSITORY.fullmatch(trimmed) or ".." in trimmed:
        raise UnknownRepositoryError(
            f"{name!r} is not the name of a repository. It has the form maker/model."
        )
    return trimmed


async def list_repository(hub: Hub, name: str, *, revision: str | None = None) -> HubRepository:
    """Look a repository up.

    Raises:
        UnknownRepositoryError: There is none of that name, or it is not for us.
        HubUnreachableError: And its siblings in `errors`.
    """
    repository = checked_repository(name)
    facts = _mapping(orjson.loads((await hub.ask(f"/api/models/{repository}")).body))
    at = revision or str(facts.get("sha") or "main")
    files = await list_files(hub, repository, revision=at)
    card = _mapping(facts.get("cardData"))
    licence = card.get("license_name") or card.get("license")
    return HubRepository(
        name=repository,
        revision=at,
        licence=licence if isinstance(licence, str) else None,
        gated=bool(facts.get("gated")),
        models=_models(files),
    )


async def list_files(hub: Hub, repository: str, *, revision: str) -> tuple[HubFile, ...]:
    """Every GGUF file of a repository at `revision`.

    Raises:
        UnknownRepositoryError: There is none of that name or revision.
        HubUnreachableError: And its siblings in `errors`.
    """
    files: list[HubFile] = []
    following: str | None = f"/api/models/{repository}/tree/{revision}?recursive=true"
    for _ in range(_MOST_PAGES):
        if following is None:
            break
        page = await hub.ask(following)
        files.extend(_files(page.body))
        following = page.next_page
    return tuple(files)


def _files(body: bytes) -> Iterable[HubFile]:
    entries: Any = orjson.loads(body)
    if not isinstance(entries, list):
        raise HubRefusedError("The hub's list of files is no list.")
    for entry in map(_mapping, entries):  # pyright: ignore[reportUnknownArgumentType]  # JSON
        path, size = entry.get("path"), entry.get("size")
        large = _mapping(entry.get("lfs"))
        if not isinstance(path, str) or not path.lower().endswith(".gguf"):
            continue
        if isinstance(large.get("size"), int):
            size = large["size"]
        sha256 = large.get("oid")
        yield HubFile(
            path,
            size if isinstance(size, int) else None,
            sha256_in(sha256) if isinstance(sha256, str) else None,
        )


def _models(files: Iterable[HubFile]) -> tuple[HubModel, ...]:
    """Files that belong together, as models. One with a part missing is left out."""
    alone = [file for file in files if not _NOT_ALONE.search(file.path)]
    found: list[HubModel] = []
    for whole, group in groupby(sorted(alone, key=lambda file: file.path), key=_whole):
        parts = tuple(group)
        part = _PART.match(parts[0].path)
        if part and int(part["count"]) != len(parts):
            continue
        name = whole.rpartition("/")[2].removesuffix(".gguf")
        found.append(HubModel(name, quantisation_in(name), parts))
    return tuple(sorted(found, key=lambda model: (model.size_bytes or 0, model.name)))


def _whole(file: HubFile) -> str:
    part = _PART.match(file.path)
    return f"{part['stem']}.gguf" if part else file.path


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]  # JSON
