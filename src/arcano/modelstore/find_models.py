"""Finds the model files on this disk. Reads only their heads, and each only once while it is unchanged."""

import hashlib
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from arcano.modelstore.errors import UnreadableModelFileError
from arcano.modelstore.found_model import (
    NO_TEXT,
    FoundModel,
    describe,
    is_whole_model,
    model_id,
)
from arcano.modelstore.gguf_header import GgufHeader, read_gguf_header
from arcano.platform.file_names import shown

_MAX_DEPTH = 6
_MAX_ENTRIES = 100_000
# A model too large for one file is split into `name-00001-of-00003.gguf` and so on.
_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)

_State = tuple[int, int]


@dataclass(slots=True)
class ModelFinder:
    """Looks into `folders`, the first of which wins where two models have the same name.

    In one folder the model wins that came first, and a model keeps its id for as long as this lives.
    `knows_architecture` says whether anything here can run a kind of model. Several threads take turns.
    """

    folders: Sequence[Path]
    knows_architecture: Callable[[str], bool] = lambda _: True
    _known: dict[Path, tuple[_State, GgufHeader | str | None]] = field(
        default_factory=dict[Path, tuple[_State, GgufHeader | str | None]]
    )
    _ids: dict[Path, str] = field(default_factory=dict[Path, str])
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def find(self) -> tuple[FoundModel, ...]:
        """All models, in the order of their names. Blocks while it reads. Raises nothing.

        A file that cannot be used is there too, with its `problem`.
        """
        with self._turn:
            return self._look()

    def _look(self) -> tuple[FoundModel, ...]:
        found: list[FoundModel] = []
        seen: set[Path] = set()
        for folder in self.folders:
            models: list[FoundModel] = []
            for files in _grouped(_gguf_files(folder)):
                real = Path(os.path.realpath(files[0]))
                if real not in seen and (model := self._described(files)):
                    seen.add(real)
                    models.append(model)
            found += sorted(models, key=lambda model: _came_at(model.path))
        self._known = {path: known for path, known in self._known.items() if _is_file(path)}
        models = _told_apart(self._identified(found))
        return tuple(sorted(models, key=lambda model: (model.name.lower(), model.id)))

    def _identified(self, models: Sequence[FoundModel]) -> list[FoundModel]:
        """Each with an id of its own: the one it had, else that of its name for who comes first."""
        known = {model.path: self._ids[model.path] for model in models if model.path in self._ids}
        taken = set(known.values())
        for model in models:
            if model.path not in known:
                known[model.path] = unique = _unique_id(model, taken)
                taken.add(unique)
        self._ids = known
        return [replace(model, id=known[model.path]) for model in models]

    def _described(self, files: Sequence[Path]) -> FoundModel | None:
        """The model in `files`, or None where it is nothing that answers."""
        name = shown(_whole_name(files[0]))
        if shown(files[0]) != str(files[0]):
            return _unusable(name, files, problem=NO_TEXT)
        try:
            size = sum(path.stat().st_size for path in files)
            missing = _missing_part(files)
            headers = [self._header(path) for path in files]
        except (UnreadableModelFileError, OSError) as problem:
            return _unusable(name, files, problem=_sentence(problem))
        if missing:
            return _unusable(name, files, problem=missing, size_bytes=size)
        if not is_whole_model(headers[0]):
            return None
        model = describe(model_id(name), files, header=headers[0], size_bytes=size)
        if model.architecture and not self.knows_architecture(model.architecture):
            return replace(
                model,
                problem=f"The engine here does not know this kind of model, {model.architecture}. "
                "Renew the engine, or choose another model.",
            )
        return model

    def _header(self, path: Path) -> GgufHeader:
        facts = path.stat()
        state = (facts.st_mtime_ns, facts.st_size)
        known = self._known.get(path)
        if known is None or known[0] != state:
            try:
                known = state, read_gguf_header(path)
            except UnreadableModelFileError as problem:
                known = state, problem.detail
            self._known[path] = known
        if not isinstance(known[1], GgufHeader):
            raise UnreadableModelFileError(known[1] or "The file cannot be read.")
        return known[1]


def _gguf_files(folder: Path) -> Iterator[Path]:
    """Files with the right ending, some folders deep. Links to folders are not followed: no circles."""
    entries = 0
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        if depth >= _MAX_DEPTH:
            folders.clear()
        entries += len(folders) + len(names)
        if entries > _MAX_ENTRIES:
            return
        for name in sorted(names):
            path = Path(place, name)
            if name.lower().endswith(".gguf") and not name.startswith(".") and _is_file(path):
                yield path


def _grouped(paths: Iterator[Path]) -> Iterator[list[Path]]:
    """The files of each model together; of one that is split, in their order."""
    groups: dict[tuple[Path, str, str | None], list[Path]] = {}
    for path in paths:
        part = _PART.match(path.name)
        # A whole file may lie beside the parts that it was put together from.
        of = path.parent, _whole_name(path), part and part["count"]
        groups.setdefault(of, []).append(path)
    yield from groups.values()


def _is_file(path: Path) -> bool:
    """Whether it is a true file: opening a pipe would wait for a writer for ever.

    One that may not be looked at counts, and is found with that as its problem.
    """
    try:
        return path.is_file()
    except OSError:
        return True


def _came_at(path: Path) -> int:
    """When the file came into its place, or was last renamed; 0 where nobody can say."""
    try:
        return path.lstat().st_ctime_ns
    except OSError:
        return 0


def _whole_name(path: Path) -> str:
    part = _PART.match(path.name)
    return f"{part['stem']}.gguf" if part else path.name


def _missing_part(files: Sequence[Path]) -> str | None:
    """Which part of a split model is not there, in a sentence."""
    parts = [part for path in files if (part := _PART.match(path.name))]
    if not parts:
        return None
    there = {int(part["number"]) for part in parts}
    count = max(int(part["count"]) for part in parts)
    for number in range(1, count + 1):
        if number not in there:
            return f"Part {number} of {count} of the model is missing. Download it again."
    return None


def _unique_id(model: FoundModel, taken: Container[str]) -> str:
    """Two files of one name in two folders need two ids that stay the same."""
    if model.id not in taken:
        return model.id
    return f"{model.id}-{hashlib.sha256(os.fsencode(model.path)).hexdigest()[:8]}"


def _told_apart(models: Sequence[FoundModel]) -> list[FoundModel]:
    """Of models that call themselves the same, each is called after its file, else its folder too."""
    own = [model.name for model in models]
    of_files = [shown(_whole_name(model.path))[: -len(".gguf")] for model in models]
    of_folders = [
        shown(Path(model.path.parent.name, model.path.name))[: -len(".gguf")] for model in models
    ]
    chosen = of_folders
    for names in (of_files, own):
        often = Counter(names)
        chosen = [
            name if often[name] == 1 else other for name, other in zip(names, chosen, strict=True)
        ]
    return [replace(model, name=name) for model, name in zip(models, chosen, strict=True)]


def _unusable(name: str, files: Sequence[Path], *, problem: str, size_bytes: int = 0) -> FoundModel:
    return FoundModel(
        id=model_id(name),
        name=name.removesuffix(".gguf"),
        path=files[0],
        files=tuple(files),
        size_bytes=size_bytes,
        problem=problem,
    )


def _sentence(problem: UnreadableModelFileError | OSError) -> str:
    if isinstance(problem, UnreadableModelFileError):
        return problem.detail
    return f"The file cannot be read: {problem.strerror}."
