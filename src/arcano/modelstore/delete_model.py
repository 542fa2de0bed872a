"""The deed of deleting a model's files. There is no way back, so callers ask first."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from arcano.modelstore.errors import ModelFileInUseError
from arcano.platform.file_names import shown


def delete_files(paths: Sequence[Path], *, below: Path) -> int:
    """Delete `paths`, and the folder that held them if it is empty then. Answers the bytes freed. Blocks.

    Raises:
        ModelFileInUseError: One lies elsewhere than `below`, and nothing was deleted; or the system refused.
    """
    for path in paths:
        if not path.is_relative_to(below):
            raise ModelFileInUseError(
                f"{shown(path.name)} lies in a folder that Arcano only reads. Delete it there yourself."
            )
    freed = 0
    for path in paths:
        try:
            size = path.lstat().st_size
            path.unlink()
            freed += size
        except FileNotFoundError:
            continue
        except OSError as refused:
            raise ModelFileInUseError(
                f"{shown(path.name)} could not be deleted: {refused.strerror}. "
                "See that the server may write in its folder."
            ) from refused
    for folder in {path.parent for path in paths} - {below}:
        with suppress(OSError):
            folder.rmdir()
    return freed
