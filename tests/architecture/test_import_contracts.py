"""Who may import whom: each contract of .importlinter breaks when it should, and every feature has one.

A rule that nobody ever saw fail may not be a rule. So a small house of the same shape is built in a
temporary folder, once as it should be, and once with each wall broken.
"""

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / ".importlinter"
FEATURES = (
    "gateway",
    "audit",
    "chat",
    "batches",
    "inference",
    "usage",
    "providers",
    "compute",
    "modelstore",
    "identity",
)
LAYERS = ("entrypoints", *FEATURES, "platform")


def a_house(folder: Path) -> Path:
    """A package `arcano` with today's layers: each feature has a door, a domain and something inside."""
    house = folder / "arcano"
    for layer in LAYERS:
        (house / layer).mkdir(parents=True)
        (house / layer / "__init__.py").touch()
        for module in ("domain", "events", "errors", "request", "inside"):
            (house / layer / f"{module}.py").touch()
    (house / "__init__.py").touch()
    (house / "__main__.py").write_text("import arcano.entrypoints.inside\n")
    (house / "entrypoints" / "inside.py").write_text(
        "import arcano.chat, arcano.providers, arcano.platform.inside\n"
    )
    (house / "chat" / "inside.py").write_text(
        "import arcano.chat.domain, arcano.providers, sqlalchemy\n"
    )
    return house


def lint(folder: Path) -> tuple[bool, str]:
    """Whether every contract holds in the house, and what import-linter says."""
    check = "import sys; from importlinter.cli import lint_imports_command; sys.path.insert(0, '.'); lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", check, "--config", str(CONFIGURATION), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )
    return done.returncode == 0, " ".join((done.stdout + done.stderr).split())


def test_a_house_built_as_it_should_be_passes(tmp_path: Path) -> None:
    a_house(tmp_path)

    passed, said = lint(tmp_path)

    assert passed, said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("platform/inside.py", "import arcano.chat", "Imports point down"),
        ("providers/inside.py", "import arcano.modelstore", "Imports point down"),
        ("modelstore/inside.py", "import arcano.compute", "Imports point down"),
        ("entrypoints/inside.py", "import arcano.compute.inside", "compute is entered by its door"),
        ("chat/inside.py", "import arcano.providers.inside", "providers is entered by its door"),
        ("entrypoints/inside.py", "import arcano.chat.inside", "chat is entered by its door"),
        ("chat/inside.py", "import arcano.inference.inside", "inference is entered by its door"),
        ("providers/inside.py", "import arcano.inference", "Imports point down"),
        ("chat/inside.py", "import arcano.identity.domain", "identity is entered by its door"),
        (
            "entrypoints/inside.py",
            "import arcano.modelstore.errors",
            "modelstore is entered by its door",
        ),
        ("chat/inside.py", "import arcano.audit", "Imports point down"),
        ("entrypoints/inside.py", "import arcano.audit.inside", "audit is entered by its door"),
        ("chat/inside.py", "import arcano.batches.inside", "batches is entered by its door"),
        ("batches/inside.py", "import arcano.chat", "Imports point down"),
        ("chat/inside.py", "import arcano.entrypoints.inside", "nobody imports entrypoints"),
        ("chat/domain.py", "import sqlalchemy", "What the product means"),
        ("providers/events.py", "import aiohttp", "What the product means"),
        ("identity/errors.py", "from fastapi import HTTPException", "What the product means"),
    ],
)
def test_a_broken_wall_is_seen(tmp_path: Path, module: str, line: str, contract: str) -> None:
    broken = a_house(tmp_path) / module
    broken.write_text(f"{broken.read_text()}{line}\n")

    passed, said = lint(tmp_path)

    assert not passed
    assert f"{contract}" in said.split("Broken contracts")[-1], said


def test_a_folder_without_a_layer_is_seen(tmp_path: Path) -> None:
    (a_house(tmp_path) / "surprise").mkdir()
    (tmp_path / "arcano" / "surprise" / "__init__.py").touch()

    passed, said = lint(tmp_path)

    assert not passed
    assert "surprise" in said


def test_every_feature_of_the_product_has_its_door() -> None:
    contracts = ConfigParser()
    contracts.read(CONFIGURATION)
    folders = {path.parent.name for path in (ROOT / "src" / "arcano").glob("*/__init__.py")}
    doors = {
        name.removeprefix("importlinter:contract:door-of-")
        for name in contracts
        if "door-of-" in name
    }

    assert folders - {"platform", "web_dist"} <= doors, (
        "Give the new folder a protected contract in .importlinter."
    )
