"""Writes the lock files from pyproject.toml: exact versions, every platform's hashes, no index addresses.

Needs `uv` (it resolves for all platforms at once), which `make lock` installs into .venv-build. Versions already
locked are kept unless a package is named: `lock.py --upgrade sqlalchemy`, or `lock.py --upgrade` for all.

    lock.py            write the files
    lock.py --check    fail when a file does not fit pyproject.toml (asks no registry)
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE = "requirements.lock"
LOCKS = {
    BASE: "base",
    "requirements-local.lock": "local",
    "requirements-scale.lock": "scale",
    "requirements-litellm.lock": "litellm",
    "requirements-otel.lock": "otel",
    "requirements-sentry.lock": "sentry",
    "requirements-build.lock": "build",
    "requirements-dev.lock": "dev",
    "requirements-programs.lock": "programs",
    "requirements-training.lock": "training",
}
APART = frozenset({"requirements-programs.lock"})
"""Installed into an environment of its own, and therefore free of the base's versions."""
ALONE = {"training"}
"""Lists that are whole as they stand: nothing is added that their packages name besides."""
ONLY = {
    "training": {
        # Built for processors alone: for Linux (from PyTorch's own index, 190 MB), and for macOS. The Linux build of PyPI does
        # not start without gigabytes of CUDA, and pip would prefer it.
        "torch==2.13.0": (
            "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",  # cp311, Linux, x86-64
            "e76f9bcecc52b8ff711239a2f7547d5353df95878ab232f0773c1d95928b92f8",  # cp311, macOS
            "2fe228aba290d14b9f31b049be550dbd469c3fd3013d7a19705b30454da97027",  # cp312, macOS
            "33449899ce5496c1b84b4853179d94fd102028ae1407314d9fb956bb79e70d09",  # cp313, macOS
        ),
    },
}
"""Packages of which only some files are taken."""
UV = [
    "uv", "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", "3.11",
    "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate",
]  # fmt: skip


def wanted(kind: str) -> list[str]:
    """What pyproject.toml asks for: the dependencies, an extra, or a dependency group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    if kind == "base":
        return sorted(project["project"]["dependencies"])
    extras = project["project"]["optional-dependencies"]
    return sorted(extras[kind] if kind in extras else project["dependency-groups"][kind])


def heading(kind: str) -> str:
    """The first line of a lock file, which says what it was made from."""
    digest = hashlib.sha256("\n".join(wanted(kind)).encode()).hexdigest()
    return f"# Written by `make lock` from pyproject.toml ({kind}, {digest[:16]}). Do not edit.\n"


def compile_lock(name: str, kind: str, upgrade: list[str]) -> None:
    """Resolve one list; everything but the base is held to the versions of the base."""
    with tempfile.TemporaryDirectory() as folder:
        wishes, lock, base = (Path(folder) / part for part in ("wishes.in", "lock.txt", "base.txt"))
        wishes.write_text("\n".join(wanted(kind)))
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, lock)
        held: list[str] = []
        if name != BASE and name not in APART:
            shutil.copy(ROOT / BASE, base)
            held = ["--constraint", str(base)]
        alone = ["--no-deps"] if kind in ALONE else []
        subprocess.run(
            [*UV, *alone, *upgrade, *held, "--output-file", str(lock), str(wishes)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        text = with_fewer_hashes(lock.read_text().removeprefix(heading(kind)), kind)
        (ROOT / name).write_text(heading(kind) + text)


def with_fewer_hashes(text: str, kind: str) -> str:
    """The lock with the hashes of `ONLY` in place of all that there are."""
    for package, digests in ONLY.get(kind, {}).items():
        lines = " \\\n".join(f"    --hash=sha256:{digest}" for digest in digests)
        listed = re.compile(
            rf"^{re.escape(package)} \\\n(?:    --hash=\S+(?: \\)?\n)+", re.MULTILINE
        )
        replacement = f"{package} \\\n{lines}\n"
        text = listed.sub(lambda _, lines=replacement: lines, text)
    return text


def stale() -> list[str]:
    """The lock files that were made from other wishes than pyproject.toml states now."""
    return [
        name
        for name, kind in LOCKS.items()
        if not (ROOT / name).exists() or not (ROOT / name).read_text().startswith(heading(kind))
    ]


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        for name in stale():
            print(f"{name} does not fit pyproject.toml: run `make lock`.")
        return 1 if stale() else 0
    named = [name for name in arguments if name != "--upgrade"]
    upgrade = [f"--upgrade-package={name}" for name in named] or (
        ["--upgrade"] if arguments else []
    )
    for name, kind in LOCKS.items():
        compile_lock(name, kind, upgrade)
        print(
            f"  {name}: {sum('==' in line for line in (ROOT / name).read_text().splitlines())} packages"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
