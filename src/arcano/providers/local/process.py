"""The engine's own process, seen from here: start it, wait until it can answer, end it for certain."""

import asyncio
import json
import logging
import os
import secrets
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from arcano.providers.errors import LocalEngineError, ModelFileError
from arcano.providers.local.host import HOW_TO_GET_THE_ENGINE, HOW_TO_GET_TRANSFORMERS
from arcano.providers.local.plan import LoadPlan

logger = logging.getLogger(__name__)

_CHILDREN = {
    "llama-cpp": Path(__file__).with_name("child.py"),
    "transformers": Path(__file__).with_name("transformers_child.py"),
}
_LAST_LINES = 40
_GRACE_SECONDS = 2.0
_LAST_WORDS_SECONDS = 5.0
_LAST_WORDS = b"exiting due to"
_GIVEN_UP = "Failed to init server"
# No page on the web may read the child's answers; a name that can never be an origin says so.
_NO_ORIGIN = "http://arcano.invalid"

_FILE_SIGNS = (
    "unknown model architecture",
    "corrupted or incomplete",
    "failed to load model from",
    "invalid magic",
    "error loading model",
    "failed to read",
)
_Pipe = TypeVar("_Pipe")
_MEMORY_SIGNS = ("bad_alloc", "failed to allocate", "out of memory", "cannot allocate")


class EngineProcess:
    """One child with one model. Made by `running_engine`, which also ends it."""

    def __init__(self, plan: LoadPlan, process: Process, *, key: str) -> None:
        self.plan = plan
        self.key = key
        self.address = ""
        self._process = process
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._heard = asyncio.Event()
        self._explained_itself = asyncio.Event()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def listen(self) -> None:
        """Keep the last lines of what it says. Ends when the process ends."""
        stream = _present(self._process.stderr)
        while line := await _line(stream):
            self._last_lines.append(line.decode(errors="replace").strip())
            if _LAST_WORDS in line:
                self._explained_itself.set()
        await self._process.wait()
        self._explained_itself.set()
        self._heard.set()

    async def outlives(self, other: Coroutine[Any, Any, None]) -> bool:
        """Wait until it is gone, or `other` returns, which is ended with it. Whether it is still there."""
        async with asyncio.TaskGroup() as tasks:
            end = tasks.create_task(self._heard.wait())
            ending = tasks.create_task(other)
            await asyncio.wait((end, ending), return_when=asyncio.FIRST_COMPLETED)
            end.cancel()
            ending.cancel()
        return not self._heard.is_set()

    async def ready(
        self, *, within: timedelta, stands_still: Coroutine[Any, Any, None] | None = None
    ) -> None:
        """Wait until the model is loaded; `address` is set then.

        `stands_still` returns when the child has done nothing for too long, and is ended with the wait.

        Raises:
            ModelFileError: The file is damaged or of a kind that llama.cpp does not know.
            LocalEngineError: Not enough memory, not in time, frozen, or llama.cpp itself died.
        """
        try:
            async with asyncio.timeout(within.total_seconds()):
                line = await self._first_line(stands_still)
        except TimeoutError as slow:
            raise LocalEngineError(
                f"{self.plan.model_id} was not ready after {within}. Try again, or choose a smaller model."
            ) from slow
        if line is None:
            self.kill()
            raise LocalEngineError(
                f"The engine stood still while it was loading {self.plan.model_id}. Try again; "
                "if it happens again, the disk or the graphics card may not answer."
            )
        said: dict[str, str] = json.loads(line) if line.endswith(b"\n") else {}
        if "address" not in said:
            if _GIVEN_UP in said.get("failure", _GIVEN_UP):
                # What it says on its other output explains the failure, and comes a little later.
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LAST_WORDS_SECONDS):
                        await self._explained_itself.wait()
            raise self._explained(said.get("failure", ""))
        self.address = said["address"]

    async def _first_line(self, stands_still: Coroutine[Any, Any, None] | None) -> bytes | None:
        """What it says first; None where it stood still instead."""
        said = _line(_present(self._process.stdout))
        if stands_still is None:
            return await said
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(said)
            watching = tasks.create_task(stands_still)
            await asyncio.wait((reading, watching), return_when=asyncio.FIRST_COMPLETED)
            watching.cancel()
            if not reading.done():
                reading.cancel()
                return None
        return reading.result()

    async def end(self) -> None:
        """Close its life line; what does not go by itself is killed."""
        _present(self._process.stdin).close()
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        with suppress(ProcessLookupError):  # it may have gone meanwhile
            self._process.kill()

    def _explained(self, failure: str) -> LocalEngineError:
        model = self.plan.model_id
        words = "\n".join([*self._last_lines, failure]).lower()
        logger.warning("The engine could not load %s: %s", model, words)
        if "no module named" in words:
            lacking = HOW_TO_GET_TRANSFORMERS if self.plan.engine == "transformers" else None
            return LocalEngineError(lacking or HOW_TO_GET_THE_ENGINE)
        killed = self._process.returncode == -signal.SIGKILL
        if killed or any(sign in words for sign in _MEMORY_SIGNS):
            return LocalEngineError(
                f"There is not enough memory for {model}. Choose a smaller model."
            )
        if "no such file or directory" in words:
            return ModelFileError(f"The file of {model} is gone. Download it again.")
        if "no chat template" in words:
            return ModelFileError(
                f"{model} has no chat template: it was not made to be asked. Choose another model."
            )
        if "unknown model architecture" in words:
            return ModelFileError(
                f"The engine on this machine does not know models of the kind of {model}. "
                "Choose another model, or update the engine."
            )
        if any(sign in words for sign in _FILE_SIGNS):
            return ModelFileError(
                f"The file of {model} is damaged or not complete. Download it again."
            )
        return LocalEngineError(
            f"The engine stopped while it was loading {model}. Try again, or choose another model."
        )


@asynccontextmanager
async def running_engine(
    plan: LoadPlan, *, listeners: asyncio.TaskGroup
) -> AsyncGenerator[EngineProcess]:
    """A child that is asked to load `plan`. Leaving the block ends it, whatever happened inside.

    What it says is read by a task in `listeners`, which ends with the child.
    """
    key = secrets.token_urlsafe(32)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # its folder has modules whose names are common ones
        str(_CHILDREN[plan.engine]),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        # Ctrl+C in a terminal is for the server, which then lets the answers end.
        start_new_session=True,
    )
    engine = EngineProcess(plan, process, key=key)
    try:
        # Through the pipe: arguments and environment of a process can be read by its neighbours.
        order = asdict(plan) | {
            "path": str(plan.path),
            "key": key,
            "parent_pid": os.getpid(),
            "cors_origins": _NO_ORIGIN,
        }
        _present(process.stdin).write(json.dumps(order).encode() + b"\n")
        listeners.create_task(engine.listen())
        yield engine
    finally:
        try:
            await engine.end()
        finally:
            if process.returncode is None:
                engine.kill()


async def _line(stream: asyncio.StreamReader) -> bytes:
    """The next line; an overlong one in pieces, so that no output can fill the memory."""
    try:
        return await stream.readuntil()
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as long:
        return await stream.read(max(1, long.consumed))


def _present(pipe: _Pipe | None) -> _Pipe:
    if pipe is None:
        raise LocalEngineError("The engine's process was started without its pipes.")
    return pipe
