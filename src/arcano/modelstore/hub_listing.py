"""What GGUF files a repository of the hub holds, with their sizes and hashes, as the hub's API tells.

Source: Hugging Face Hub documentation, `GET /api/models/{repo}` and `/api/models/{repo}/tree/{revision}`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    facts = _mapping(_read((await hub.ask(f"/api/models/{repository}")).body))
    at = revision or str(facts.get("sha") or "main")
    files = await list_files(hub, repository, revision=at)
    card = _mapping(facts.get("cardData"))
    licence = card.get("license_name") or card.get("license")
    return HubRepository(
        name=repository,
        revision=at,
        licence=licence if isinstance(licence, str) else None,
        gated=bool(facts.get("gated")),
        models=models_of(files),
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
    entries = _read(body)
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


def models_of(files: Iterable[HubFile]) -> tuple[HubModel, ...]:
    """Files that belong together, as models, the smallest first. One with a part missing is left out.

    Of models whose files are called the same, each is called after its path.
    """
    alone = [file for file in files if not _NOT_ALONE.search(file.path)]
    found: list[HubModel] = []
    for (whole, count), group in groupby(sorted(alone, key=_place), key=_whole):
        parts = tuple(group)
        if count not in (0, len(parts)):
            continue
        name = whole.rpartition("/")[2].removesuffix(".gguf")
        found.append(HubModel(name, quantisation_in(name), parts))
    names = Counter(model.name for model in found)
    told_apart = (
        model
        if names[model.name] == 1
        else replace(model, name=model.files[0].path.removesuffix(".gguf"))
        for model in found
    )
    return tuple(sorted(told_apart, key=lambda model: (model.size_bytes or 0, model.name)))


def _whole(file: HubFile) -> tuple[str, int]:
    """What the model is called that a file is of, and in how many parts it is; 0 for one that is whole."""
    part = _PART.match(file.path)
    return (f"{part['stem']}.gguf", int(part["count"])) if part else (file.path, 0)


def _place(file: HubFile) -> tuple[tuple[str, int], str]:
    return _whole(file), file.path


def _read(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as nonsense:
        raise HubRefusedError(
            "The hub's answer cannot be understood. Check the hub's address in the settings."
        ) from nonsense


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]  # JSON
