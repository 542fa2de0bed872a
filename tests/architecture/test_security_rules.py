"""Our own security rules: each finds what it was made for where it looks, and lets what is right pass.

The samples are those that `ast-grep test` reads, too: `tools/security/samples`.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import find_secrets

ROOT = Path(__file__).resolve().parents[2]
AST_GREP = Path(sys.executable).with_name("ast-grep")
RULES = sorted(path.stem for path in (ROOT / "tools/security/rules").glob("*.yml"))
PLACES = {"python": "src/arcano/chat/sample_{}.py", "tsx": "web/src/features/chat/sample-{}.tsx"}


def read(folder: str, name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "tools/security" / folder / f"{name}.yml").read_text())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every sample as a file of its own, where our code would stand."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "sgconfig.yml", house)
    shutil.copytree(ROOT / "tools/security", house / "tools/security")
    for name in RULES:
        for kind in ("valid", "invalid"):
            for number, code in enumerate(read("samples", name)[kind]):
                place = PLACES[read("rules", name)["language"]].format(f"{name}-{kind}-{number}")
                (house / place).parent.mkdir(parents=True, exist_ok=True)
                (house / place).write_text(code + "\n")
    return house


@pytest.fixture(scope="module")
def found(house: Path) -> set[tuple[str, str]]:
    """What was found: the rule, and the sample's name."""
    done = subprocess.run(
        [str(AST_GREP), "scan", "--json=compact", "src", "web/src"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return {(one["ruleId"], Path(one["file"]).stem) for one in json.loads(done.stdout)}


def test_every_rule_has_samples_of_both_kinds() -> None:
    samples = sorted(path.stem for path in (ROOT / "tools/security/samples").glob("*.yml"))

    assert samples == RULES
    for name in RULES:
        assert read("rules", name)["id"] == read("samples", name)["id"] == name
        assert read("samples", name)["valid"]
        assert read("samples", name)["invalid"]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_what_it_was_made_for_and_nothing_else(
    name: str, found: set[tuple[str, str]]
) -> None:
    numbers = range(len(read("samples", name)["invalid"]))
    mine = {
        sample.rpartition(f"{name}-")[2]
        for rule, sample in found
        if rule == name and f"{name}-" in sample
    }

    assert mine == {f"invalid-{number}" for number in numbers}


def test_a_key_that_somebody_left_in_a_file_is_found(tmp_path: Path) -> None:
    # Put together here, so that it is not found in this file.
    key = "ghp_" + "NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnA"
    (tmp_path / "left.py").write_text(f'TOKEN = "{key}"\n')

    assert find_secrets.main([str(tmp_path)]) == 1


def test_a_file_without_keys_passes(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text('"""Nothing here."""\n')

    assert find_secrets.main([str(tmp_path)]) == 0
