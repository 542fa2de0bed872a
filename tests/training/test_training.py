"""Training Starter, in the small: it learns, can be interrupted, and llama.cpp says what the network says.

In an environment of its own, because PyTorch is larger than all the rest: `make train-starter` makes it.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-training" / "bin" / "python"


def is_made() -> bool:
    try:
        looked = subprocess.run(
            [PYTHON, "-c", "import torch, tokenizers, gguf, xllamacpp"],
            check=False,
            capture_output=True,
        )
    except OSError:
        return False
    return looked.returncode == 0


pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not is_made(), reason="PyTorch is not installed here: make .venv-training/.stamp"
    ),
]


def run(module: str, *arguments: str | Path) -> str:
    done = subprocess.run(
        [PYTHON, "-m", f"training.{module}", *map(str, arguments)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def train(out: Path, *, steps: int) -> list[float]:
    """A small training; the losses that it told."""
    said = run(
        "train", "--out", out, "--shape", "smoke", "--steps", str(steps), "--tokens", "1024", "--rate", "6e-3",
        "--save-every", "50", "--threads", "2", "--text", "600",
    )  # fmt: skip
    return [float(loss) for loss in re.findall(r"loss ([\d.]+)", said)]


def test_a_small_training_learns_goes_on_where_it_was_and_is_exported_as_it_is(
    tmp_path: Path,
) -> None:
    losses = train(tmp_path / "made", steps=100)
    gone_on = train(tmp_path / "made", steps=150)
    train(tmp_path / "again", steps=1)
    run("export", "--from", tmp_path / "made", "--to", tmp_path / "starter.gguf")
    agreed = json.loads(run("agree", tmp_path / "made", tmp_path / "starter.gguf"))
    made, again = (tmp_path / name / "vocabulary.json" for name in ("made", "again"))

    assert losses[-1] < 0.9 * losses[0]
    assert len(gone_on) == 1  # fifty steps more, and not a hundred and fifty
    # Q8_0 rounds; a wrong place, order or name of a tensor is off by whole numbers.
    assert agreed["greatest_difference"] < 0.25
    # The same seed makes the same tokens, else no weights could be compared.
    assert made.read_bytes() == again.read_bytes()
