"""What the base install is made of: how many distributions, how many megabytes."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from tests.load.figure import Figure
from tests.load.running import ROOT, scratch_folder

LOCK = ROOT / "requirements.lock"
DISTRIBUTIONS_TARGET = 60
MB_TARGET = 120
INSTALLED_WITHIN_SECONDS = 300


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:
    """Counted in a fresh environment made from the lock; `quick` only counts the lines of the lock."""
    if quick:
        names = [line for line in LOCK.read_text().splitlines() if "==" in line]
        yield Figure(
            "base install, distributions (from the lock)", len(names), "", DISTRIBUTIONS_TARGET
        )
        return
    with scratch_folder() as folder:
        problem = await asyncio.to_thread(_install, folder)
        if problem:
            yield Figure("base install", 0, "", note=f"skipped, pip says: {problem}")
            return
        (packages,) = folder.glob("venv/lib/python*/site-packages")
        count = (
            len([path for path in packages.glob("*.dist-info") if not _came_with_venv(path)]) + 1
        )
        own = _bytes(ROOT / "src" / "arcano")
        kept = sum(_bytes(path) for path in packages.iterdir() if not _came_with_venv(path))
        yield Figure(
            "base install, distributions", count, "", DISTRIBUTIONS_TARGET, note="arcano among them"
        )
        yield Figure(
            "base install, size on disk",
            (kept + own) / 1e6,
            "MB",
            MB_TARGET,
            note=f"compiled .pyc included; arcano and its page {own / 1e6:.1f} MB",
        )


def _install(folder: Path) -> str:
    """Make the environment. Returns what went wrong, or nothing."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    pip = [folder / "venv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    try:
        done = subprocess.run(
            [*pip, "install", "--quiet", "--no-deps", "--require-hashes", "-r", LOCK],
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALLED_WITHIN_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return "nothing for five minutes"
    lines = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else lines[-1] if lines else f"code {done.returncode}"


def _came_with_venv(path: Path) -> bool:
    return path.name.startswith(("pip", "setuptools", "pkg_resources", "_distutils", "distutils"))


def _bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
