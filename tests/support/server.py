"""The real server as a process of its own: started on a folder, asked to stop, or killed like a power cut.

Most tests ask what a server does, not how it comes to be: theirs is forked where its imports are done (`forking.py`). What is
about starting itself says `by_command`, and runs the command.

Nothing here knows an event loop, so that a server may outlive the test that started it. Waiting for a process belongs into
a thread: the upstream that the server talks to lives in the loop of the test.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import pytest
from tests.support.forking import ENVIRONMENT, fork_command, run_forked
from tests.support.fresh_database import migrated

ROOT = Path(__file__).resolve().parent.parent.parent
START_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 35

CANARY_KEY = "sk-canary-7Yq3VbTn5Kd8Lw2Zr9Xs4Mf6Hg1Jc0Pa"
"""Looks like a key and is none: it must turn up nowhere but in the header that is meant to carry it."""


class Process(Protocol):
    """What tests do with a server's process, however it came to be."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, which: int, /) -> None: ...
    def kill(self) -> None: ...


@dataclass(slots=True, eq=False)
class Server:
    """One process of `arcano serve`."""

    data_dir: Path
    port: int
    process: Process
    started_at: float
    _words: BinaryIO
    _log: list[bytes] = field(default_factory=list[bytes])
    _reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.data_dir / "arcano.db"

    @property
    def log(self) -> str:
        """What it has written to its terminal so far."""
        return b"".join(self._log).decode(errors="replace")

    async def ready(self) -> float:
        """Returns once it can serve: how many seconds after its start that was."""
        async with asyncio.timeout(START_WITHIN_SECONDS):
            while not await asyncio.to_thread(self._answers_ready):
                assert self.process.poll() is None, self.log
                await asyncio.sleep(0.02)
        return time.monotonic() - self.started_at

    async def exit_code(self, *, within: float = STOP_WITHIN_SECONDS) -> int:
        """Its exit code, as soon as it has ended by itself."""
        code = await asyncio.to_thread(self.process.wait, within)
        await asyncio.to_thread(self._reader.join, 5)
        return code

    def ask_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)

    def kill(self) -> float:
        """End it without a warning, and say when."""
        self.process.kill()
        moment = time.monotonic()
        self.process.wait()
        return moment

    def _collect(self) -> None:
        with self._words as stream:
            self._log.extend(iter(stream.readline, b""))

    def _answers_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


NO_SETTINGS: Mapping[str, str] = {}
EITHER_WAY = pytest.mark.parametrize("by_command", [True, False], ids=["by command", "forked"])
"""For tests of what must be the same however a server came to be."""


def launch(
    data_dir: Path,
    *,
    port: int | None = None,
    by_command: bool = False,
    settings: Mapping[str, str] = NO_SETTINGS,
    **more_settings: str,
) -> Server:
    """Start a process and wait for nothing. Settings are environment variables."""
    port = free_port() if port is None else port
    environment = {
        **ENVIRONMENT,
        "PORT": str(port),
        "DATA_DIR": str(data_dir),
        "ARCANO_PROVIDERS__LOOK_FOR_OLLAMA": "false",
        # A test that speaks of a machine without models means it. Those about Starter set it to true.
        "ARCANO_MODELSTORE__STARTER": "false",
        # What fails is to be seen at once; asking again has tests of its own.
        "ARCANO_INFERENCE__RETRY__ATTEMPTS": "1",
        **settings,
        **more_settings,
    }
    # Started in the folder above its data, so that no `arcano.toml` of a developer counts.
    start = run_server if by_command else fork_server
    process, words = start(data_dir.parent, environment)
    return Server(data_dir, port, process, time.monotonic(), words)


def fork_server(folder: Path, environment: Mapping[str, str]) -> tuple[Process, BinaryIO]:
    """`arcano serve` in this folder, with this environment, its imports done, and its tables made where it has no folder yet; and
    what it writes to its terminal."""
    data_dir = Path(environment["DATA_DIR"])
    if not data_dir.exists():
        data_dir.mkdir(mode=0o700)
        (data_dir / "arcano.db").write_bytes(migrated())
    readable, words = os.pipe()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    process = fork_command(["serve"], folder, environment, out=nowhere, errors=words)
    os.close(nowhere)
    os.close(words)
    return process, os.fdopen(readable, "rb")


def run_server(folder: Path, environment: Mapping[str, str]) -> tuple[Process, BinaryIO]:
    """`arcano serve` in this folder, with this environment; and what it writes to its terminal."""
    process = subprocess.Popen(
        [sys.executable, "-m", "arcano", "serve"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    return process, cast("BinaryIO", process.stderr)


async def arcano(
    *words: str, data_dir: Path, settings: Mapping[str, str] = NO_SETTINGS, within: float = 120
) -> tuple[int, str]:
    """Another command, run to its end: its exit code, and all that it said, errors last."""
    environment = {**ENVIRONMENT, "DATA_DIR": str(data_dir), **settings}
    done = await asyncio.to_thread(run_forked, words, data_dir.parent, environment, within=within)
    return done.returncode, (done.stdout + done.stderr).decode()


@asynccontextmanager
async def a_server(
    data_dir: Path,
    *,
    port: int | None = None,
    by_command: bool = False,
    settings: Mapping[str, str] = NO_SETTINGS,
    **more_settings: str,
) -> AsyncGenerator[Server]:
    """A server that is ready, and gone when the block ends."""
    server = launch(data_dir, port=port, by_command=by_command, settings=settings, **more_settings)
    try:
        await server.ready()
        yield server
    finally:
        await asyncio.to_thread(server.kill)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
