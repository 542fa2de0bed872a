"""`pip install .` on a machine without Node gives the command `arcano` with the page inside.

The build runs as pip runs it, in an environment of its own, on a copy of the tracked files. Only the server's dependencies are
borrowed from the environment of the tests, to spare everyone a second download.
"""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from tools.lint.__main__ import tracked

ROOT = Path(__file__).parents[2]


def a_copy_of_the_repository(folder: Path) -> Path:
    copy = folder / "source"
    for name in tracked():
        if not name.startswith("docs/"):
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    return copy


def an_environment(folder: Path) -> Path:
    """A fresh virtual environment that can see the dependencies of this one, but not our own code."""
    environment = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment


@pytest.mark.long
def test_pip_install_gives_the_command_with_the_page_inside(tmp_path: Path) -> None:
    source = a_copy_of_the_repository(tmp_path)
    environment = an_environment(tmp_path)
    python = str(environment / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]

    installed = subprocess.run(
        [*pip, "--ignore-installed", str(source)], capture_output=True, text=True, check=False
    )

    assert installed.returncode == 0, installed.stdout + installed.stderr
    package = next(environment.glob("lib/python*/site-packages/arcano"))
    assert "<script" in (package / "web_dist" / "index.html").read_text()
    told = subprocess.run(
        [str(environment / "bin" / "arcano"), "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.split()[-1] == "0.1.0"
