"""A real model file for the tests of the model store."""

from pathlib import Path

import pytest
from tests.support.tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def tiny_bytes(tiny_gguf: Path) -> bytes:
    """Half a megabyte, as a hub has it."""
    return tiny_gguf.read_bytes()
