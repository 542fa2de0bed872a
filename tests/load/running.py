"""The processes of a benchmark: the upstream on one core, Arcano on the other, each stopped at the end."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process, create_subprocess_exec
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson
from tests.load.asking import ArcanoAsker, DirectAsker
from tests.load.client import CutError, connect, http_request
from tests.load.machine import LOAD_CORE, SERVER_CORE, pinned
from tests.load.words import MODELS

ROOT = Path(__file__).resolve().parent.parent.parent
READY_WITHIN_SECONDS = 30
STOP_WITHIN_SECONDS = 10
OWNER = {"email": "owner@example.org", "password": "a long enough password", "name": "Owner"}


@dataclass(frozen=True, slots=True)
class Arcano:
    """A running server, and its owner's cookie."""

    pid: int
    port: int
    cookie: str
    data_dir: Path

    async def asker(self) -> ArcanoAsker:
        return await ArcanoAsker.open(self.port, self.cookie)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a figure is measured with. `quick` asks for less of everything, only to see that it works."""

    upstream_pid: int
    upstream_port: int
    arcano: Arcano
    quick: bool

    async def direct_asker(self) -> DirectAsker:
        return await DirectAsker.open(self.upstream_port)


NO_SETTINGS: Mapping[str, str] = {}


class ServerComplainedError(Exception):
    """The server logged an error while it was measured: the figures mean nothing."""


@asynccontextmanager
async def bench(*, quick: bool, settings: Mapping[str, str] = NO_SETTINGS) -> AsyncGenerator[Bench]:
    """A fresh upstream and a fresh server, with these settings beside those that every benchmark has.

    Raises:
        ServerComplainedError: At the end, when the server's log holds an error.
    """
    with (
        scratch_folder() as folder,
        pinned(LOAD_CORE),
        upstream() as (upstream_pid, upstream_port),
    ):
        async with arcano(folder, upstream_port=upstream_port, settings=settings) as server:
            try:
                yield Bench(upstream_pid, upstream_port, server, quick)
            finally:
                _show_complaints(folder / "server.log")


def _show_complaints(log: Path) -> None:
    words = log.read_text(errors="replace")
    if " ERROR " in words or "Traceback" in words:
        raise ServerComplainedError(words[-4000:])


@contextmanager
def scratch_folder() -> Generator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="arcano-load-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def upstream(module: str = "tests.load.upstream", *arguments: str) -> Generator[tuple[int, int]]:
    """The upstream, on the core of the load generator. Gives its process id and its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def serve_command(
    *,
    port: int,
    data_dir: Path,
    upstream_port: int | None,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> list[str]:
    """`arcano serve` with a clean set of settings: no local engine, and one upstream or none."""
    all_settings = {
        "HOST": "127.0.0.1",
        "PORT": port,
        "DATA_DIR": data_dir,
        "PYTHONPATH": ROOT / "src",
        "ARCANO_LOCAL__ENABLED": "false",
        "ARCANO_PROVIDERS__LOOK_FOR_OLLAMA": "false",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{upstream_port}/v1" if upstream_port else "",
        "OPENAI_API_BASE_URL": "",
        "OPENAI_API_KEY": "",
        **settings,
    }
    return _command_line(all_settings, "serve")


def secrets_command(deed: str, *, data_dir: Path) -> list[str]:
    """`arcano secrets` for a server's folder."""
    return _command_line({"DATA_DIR": data_dir, "PYTHONPATH": ROOT / "src"}, "secrets", deed)


def _command_line(environment: Mapping[str, object], *words: str) -> list[str]:
    given = [f"{name}={value}" for name, value in environment.items()]
    # Where Python is told to keep no bytecode, each start would compile all of it: nobody's server does.
    kept = ["-u", "PYTHONDONTWRITEBYTECODE"]
    return ["env", *kept, *given, sys.executable, "-m", "arcano", *words]


@asynccontextmanager
async def started(
    folder: Path, *, upstream_port: int | None, settings: Mapping[str, str] = NO_SETTINGS
) -> AsyncGenerator[tuple[int, int]]:
    """A server on the other core, ready. Its data and its log are in `folder`. Gives process id and port."""
    port = free_port()
    command = serve_command(
        port=port, data_dir=folder / "data", upstream_port=upstream_port, settings=settings
    )
    with (folder / "server.log").open("wb") as output:
        process = await create_subprocess_exec(*command, cwd=folder, stdout=output, stderr=output)
        os.sched_setaffinity(process.pid, {SERVER_CORE})
        try:
            await until_ready(port, process)
            yield process.pid, port
        finally:
            await stop(process)


@asynccontextmanager
async def arcano(
    folder: Path, *, upstream_port: int | None, settings: Mapping[str, str] = NO_SETTINGS
) -> AsyncGenerator[Arcano]:
    """A fresh server, set up and signed in, that knows the models of the upstream."""
    async with started(folder, upstream_port=upstream_port, settings=settings) as (pid, port):
        cookie = await _set_up(port)
        if upstream_port is not None:
            await _until_models_are_known(port, cookie)
        yield Arcano(pid, port, cookie, folder / "data")


async def stop(process: Process) -> None:
    """Ask twice, so that running turns are not waited for; then insist."""
    for number, seconds in (
        (signal.SIGTERM, 0.5),
        (signal.SIGTERM, STOP_WITHIN_SECONDS),
        (signal.SIGKILL, STOP_WITHIN_SECONDS),
    ):
        with suppress(ProcessLookupError):  # it may have gone meanwhile
            process.send_signal(number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def until_ready(port: int, process: Process) -> None:
    """Returns once the server takes requests."""
    async with asyncio.timeout(READY_WITHIN_SECONDS):
        while not await _is_ready(port):
            if process.returncode is not None:
                raise RuntimeError(f"The server ended with code {process.returncode}.")
            await asyncio.sleep(0.005)


async def _is_ready(port: int) -> bool:
    try:
        connection = await connect(port)
        answer = await connection.ask(http_request("GET", "/readyz", port=port))
    except (OSError, CutError):
        return False
    connection.close()
    return answer.status == 200


async def _set_up(port: int) -> str:
    """Make the owner. Returns the cookie."""
    connection = await connect(port)
    body = orjson.dumps(OWNER)
    answer = await connection.ask(http_request("POST", "/api/setup", port=port, body=body))
    connection.close()
    assert answer.status == 201, answer.body
    for line in answer.head.split(b"\r\n"):
        name, _, value = line.partition(b": ")
        if name.lower() == b"set-cookie":
            return value.partition(b";")[0].decode()
    raise RuntimeError("The set-up gave no cookie.")


async def _until_models_are_known(port: int, cookie: str) -> None:
    asker = await ArcanoAsker.open(port, cookie)
    async with asyncio.timeout(READY_WITHIN_SECONDS):
        known: set[str] = set()
        while not known.issuperset(MODELS):
            known = {model["id"] for model in (await asker.get("/api/models"))["items"]}
    asker.close()
