"""Which kinds of models the installed engine can load, found out without loading anything.

The engine's library holds the names of all architectures that it knows, each ended by a zero byte. A name
that is not in there cannot be loaded; one that is there most likely can.
"""

import mmap
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from arcano.compute.engine import PACKAGE

_LIBRARIES = ("*.so", "*.pyd", "*.dylib", "*.dll")


@cache
def knows_architecture(name: str) -> bool:
    """Whether the installed engine can load models of that architecture; True where nobody can say."""
    libraries = engine_libraries()
    return not libraries or any(holds_name(path, name) for path in libraries)


@cache
def engine_libraries() -> tuple[Path, ...]:
    """The files that the engine's code lies in; none where there is no engine."""
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    return tuple(
        path
        for folder in folders or ()
        for pattern in _LIBRARIES
        for path in Path(folder).rglob(pattern)
    )


def holds_name(library: Path, name: str) -> bool:
    """Whether the file holds `name` as the end of a word in its data."""
    try:
        with (
            library.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            # Linkers let a name share the end of a longer one, so only its own end is looked for.
            return content.find(name.encode() + b"\0") >= 0
    except (OSError, ValueError):
        return True
