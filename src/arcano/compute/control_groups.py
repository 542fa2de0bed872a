"""What a container leaves of a machine: the limits of its control group, version 2 or 1.

A group's limit holds for all groups below it, so every one on the way up to the mount counts. Sources:
the kernel's documentation, `admin-guide/cgroup-v2` and `admin-guide/cgroup-v1/memory`.
"""

from collections.abc import Iterator
from pathlib import Path

# Version 1 writes "no limit" as the largest number of whole pages.
_NO_LIMIT = 1 << 60


def memory_limits(root: Path) -> Iterator[tuple[int, int]]:
    """Each memory limit on this process with what is used below it, caches that can go left out."""
    for folder in _folders(root, "memory"):
        modern = folder / "memory.max"
        names = (
            ("memory.max", "memory.current", ("inactive_file", "active_file"))
            if modern.exists()
            else (
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                ("total_inactive_file", "total_active_file"),
            )
        )
        limit = _number(folder / names[0])
        if limit is not None and limit < _NO_LIMIT:
            used = _number(folder / names[1]) or 0
            # A file that was read twice counts as active, as a model is that was checked and loaded; it
            # goes all the same when somebody needs the room.
            caches = sum(_stat(folder / "memory.stat", name) for name in names[2])
            yield limit, max(0, used - caches)


def core_limits(root: Path) -> Iterator[int]:
    """Each limit on how many cores' worth of time this process gets, rounded down, at least 1."""
    for folder in _folders(root, "cpu"):
        quota, _, period = read_text(folder / "cpu.max").partition(" ")
        if not quota:
            quota = read_text(folder / "cpu.cfs_quota_us").strip()
            period = read_text(folder / "cpu.cfs_period_us")
        if quota.isdigit() and period.strip().isdigit() and int(period):
            yield max(1, int(quota) // int(period))


def read_text(path: Path) -> str:
    """The file's text; empty where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _folders(root: Path, controller: str) -> Iterator[Path]:
    """The groups that this process is in, from its own up to the mount.

    Inside a container the path may be the host's and lead nowhere; the mount itself is then the group.
    """
    mount = root / "sys/fs/cgroup"
    for line in read_text(root / "proc/self/cgroup").splitlines() or ["0::/"]:
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if controllers and controller not in controllers.split(","):
            continue
        base = mount / controllers if controllers else mount
        if controllers and not base.is_dir():
            base = mount / controller
        parts = [part for part in path.split("/") if part not in ("", "..")]
        for length in range(len(parts), -1, -1):
            folder = base.joinpath(*parts[:length])
            if folder.is_dir():
                yield folder


def _number(path: Path) -> int | None:
    text = read_text(path).strip()
    return int(text) if text.isdigit() else None


def _stat(path: Path, name: str) -> int:
    for line in read_text(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.strip().isdigit():
            return int(value)
    return 0
