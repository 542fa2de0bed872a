"""A failure as logs and reports tell it: what it is and where it happened, not what it says.

An exception's words may quote what somebody wrote, a key, or a row of the database. Its type and the lines of code
that it came through tell whoever mends it nearly as much.
"""

import traceback
from collections.abc import Iterator
from typing import cast

from arcano.platform.errors import ArcanoError

MAX_FRAMES = 40
"""Of each exception, from its end: where it was raised."""


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """The exception, then what it came from, each once."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def name_of(error: BaseException) -> str:
    """Its type; an error of ours with its code, one of the system with its number."""
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    if isinstance(error, ArcanoError):
        return f"{name} ({error.code})"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} (errno {error.errno})"
    return name


def frames_of(error: BaseException) -> list[traceback.FrameSummary]:
    """Where it came through, the line that raised it last. Neither the code's text nor its variables."""
    walked = traceback.walk_tb(error.__traceback__)
    return list(traceback.StackSummary.extract(walked, lookup_lines=False))[-MAX_FRAMES:]


def short_path(path: str) -> str:
    """A file as others know it: from the folder of packages on."""
    for folder in ("/site-packages/", "/src/", "/lib/"):
        before, found, after = path.rpartition(folder)
        if found:
            return after
        del before
    return path.rpartition("/")[2]


def in_lines(error: BaseException) -> Iterator[str]:
    """The whole story, the last exception first, as a person reads it."""
    for number, one in enumerate(chain_of(error)):
        yield name_of(one) if number == 0 else f"came from {name_of(one)}"
        for frame in frames_of(one):
            yield f"  {short_path(frame.filename)}:{frame.lineno} in {frame.name}"
        if isinstance(one, BaseExceptionGroup):
            parts = cast("BaseExceptionGroup[BaseException]", one).exceptions
            for part in parts:
                yield from (f"  | {line}" for line in in_lines(part))
