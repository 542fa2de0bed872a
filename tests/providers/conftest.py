"""Model files for the tests of the local engine, written once for each run."""

from pathlib import Path

import pytest
from tests.support.tiny_gguf import SMALL, write_tiny_gguf


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thousands of tokens a second."""
    return write_tiny_gguf(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def slow_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Slow enough to be in the middle of an answer when something happens."""
    return write_tiny_gguf(tmp_path_factory.mktemp("models") / "slow.gguf", shape=SMALL)
