"""Stores models of this machine in smaller types: one at a time, in a process of its own, checked before use.

llama.cpp's own program for this is not part of its Python bindings, so that the work is done by the
library of llama.cpp's file format. The list of jobs is of this run of the server only; what was not
finished leaves no file behind.
"""

import asyncio
import json
import logging
import re
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from arcano.platform.ids import new_id
from arcano.providers.errors import (
    CannotQuantiseError,
    LocalEngineError,
    ModelFileError,
    QuantisationNotFoundError,
)
from arcano.providers.local.files import LocalModelFile
from arcano.providers.local.host import engine_problem
from arcano.providers.local.plan import LoadPlan
from arcano.providers.local.process import running_engine
from arcano.providers.local.quantisation import Quantisation, QuantisedType

logger = logging.getLogger(__name__)

_Pipe = TypeVar("_Pipe")
_CHILD = Path(__file__).with_name("quantise_child.py")
_UNFINISHED = ".quantising"
_TYPE_IN_NAME = re.compile(r"[-_.](?:bf16|[fq]\d+(?:_[0-9a-z]+)*)$", re.IGNORECASE)
_PART_OF_SEVERAL = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_OPENS_WITHIN = timedelta(minutes=10)
_SMALLEST_SHARE = {"Q8_0": 1, "Q5_0": 5.5 / 8.5, "Q4_0": 4.5 / 8.5}
_UNFORESEEN = "Something unexpected went wrong on the server. Start it again."
_MISSING = (
    "What writes model files is not installed. Install it with `make local-engine`, or `pip install "
    "'arcano[local]'`, and start Arcano again."
)


def free_bytes_of(folder: Path) -> int:
    """The room on the disk of `folder` for whoever runs this."""
    return shutil.disk_usage(folder).free


class Quantiser:
    """`async with` it for the life of the server; leaving ends what is under way.

    New files come into `folder`, which is looked at for files that an earlier run left unfinished.
    `arrived` is awaited with the path of a new file, and answers with the id of the model in it.
    """

    def __init__(
        self,
        *,
        folder: Path,
        arrived: Callable[[Path], Awaitable[str | None]],
        free_bytes: Callable[[Path], int] = free_bytes_of,
    ) -> None:
        self._folder = folder
        self._arrived = arrived
        self._free_bytes = free_bytes
        self._jobs: dict[str, Quantisation] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(_clear_away, self._folder)
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        for task in self._running.values():
            task.cancel()
        await self._tasks.__aexit__(None, None, None)

    def all(self) -> list[Quantisation]:
        """All jobs of this run, the newest last."""
        return list(self._jobs.values())

    def start(self, file: LocalModelFile, *, as_type: QuantisedType) -> Quantisation:
        """Begin to store `file` as `as_type`, or find that under way. Returns at once.

        Raises:
            ModelFileError: The file cannot be used.
            CannotQuantiseError: It is split, or there already, or there is not enough room on the disk,
                or the system would not have a file of that name.
        """
        for job in self._jobs.values():
            if job.under_way and (job.model_id, job.type) == (file.id, as_type):
                return job
        target = self._folder / _name_as(file.path, as_type)
        self._check(file, target, as_type)
        job = Quantisation(new_id(), file.id, as_type)
        self._jobs[job.id] = job
        task = self._running[job.id] = self._tasks.create_task(self._run(job.id, file, target))
        task.add_done_callback(lambda _: self._ended(job.id))
        return job

    async def stop(self, job_id: str) -> None:
        """End it, and wait until nothing is left of it; one that had ended leaves the list.

        Raises:
            QuantisationNotFoundError: Not of this run of the server.
        """
        job = self._jobs.get(job_id)
        if job is None:
            raise QuantisationNotFoundError(
                "There is no such job. It may have been of an earlier run."
            )
        task = self._running.get(job_id)
        if task is None:
            del self._jobs[job_id]
            return
        task.cancel()
        await asyncio.wait([task])

    def _check(self, file: LocalModelFile, target: Path, as_type: QuantisedType) -> None:
        if file.problem:
            raise ModelFileError(file.problem)
        if _PART_OF_SEVERAL.search(file.path.name):
            raise CannotQuantiseError(
                f"{file.name} is in several files. Only a model of one file can be stored anew."
            )
        try:
            _check_is_new(target)
        except OSError as refused:
            raise CannotQuantiseError(f"The system refused: {refused.strerror}.") from refused
        # The least that it can need; the child counts to the byte.
        least = int(file.size_bytes / 4 * _SMALLEST_SHARE[as_type])
        free = self._free_bytes(self._folder)
        if free < least:
            raise CannotQuantiseError(
                f"It needs at least {least / 1e9:.1f} GB of free space and there are {free / 1e9:.1f} GB. "
                "Free some, then start it again."
            )

    async def _run(self, job_id: str, file: LocalModelFile, target: Path) -> None:
        # Its own, and short: the new name may be another job's too, or have no room for more letters.
        unfinished = target.with_name(f".{job_id}{_UNFINISHED}")
        try:
            async with self._turn:
                self._tell(job_id, status="running")
                _check_is_new(target)
                await self._write(job_id, file, unfinished)
                self._tell(job_id, status="checking")
                await self._open(job_id, unfinished)
                await asyncio.to_thread(_put_in_place, unfinished, target)
                result = await self._arrived(target)
                self._tell(
                    job_id,
                    status="finished",
                    result_id=result,
                    done_bytes=self._jobs[job_id].total_bytes,
                )
        except LocalEngineError as failure:
            self._tell(job_id, status="failed", problem=failure.detail)
        except OSError as refused:
            problem = f"The system refused: {refused.strerror}."
            self._tell(job_id, status="failed", problem=problem)
        except Exception:
            # It lives in one group of tasks with the others, and would end them and the server.
            logger.exception("storing %s anew broke off", file.id)
            self._tell(job_id, status="failed", problem=_UNFORESEEN)
        finally:
            with suppress(OSError):  # a later run clears it away
                unfinished.unlink(missing_ok=True)

    async def _write(self, job_id: str, file: LocalModelFile, unfinished: Path) -> None:
        """Let the child write, and follow it.

        Raises:
            LocalEngineError: It refused, or died.
        """
        order = {
            "source": str(file.path),
            "target": str(unfinished),
            "type": self._jobs[job_id].type,
            "free_bytes": self._free_bytes(self._folder),
        }
        async with _running_child(order) as child:
            while line := await _present(child.stdout).readline():
                said: dict[str, Any] = json.loads(line)
                if "finished" in said:
                    return
                if "missing" in said:
                    raise CannotQuantiseError(_MISSING)
                if "failure" in said:
                    raise CannotQuantiseError(str(said["failure"]))
                self._tell(job_id, done_bytes=said["done_bytes"], total_bytes=said["total_bytes"])
        raise CannotQuantiseError("It stopped in the middle. Nothing was kept; start it again.")

    async def _open(self, job_id: str, path: Path) -> None:
        """See that the engine really loads it; without an engine the header must do.

        Raises:
            LocalEngineError: It does not.
        """
        if engine_problem():
            return
        size = self._jobs[job_id].total_bytes
        plan = LoadPlan(
            model_id=self._jobs[job_id].model_id,
            path=path,
            parallel=1,
            context_tokens=512,
            threads=1,
            memory_bytes=size,
            weights_bytes=size,
            gpu_layers=0,
        )
        async with running_engine(plan, listeners=self._tasks) as engine:
            await engine.ready(within=_OPENS_WITHIN)

    def _ended(self, job_id: str) -> None:
        self._running.pop(job_id, None)
        if self._jobs[job_id].under_way:
            self._tell(job_id, status="stopped")

    def _tell(self, job_id: str, **news: Any) -> None:  # noqa: ANN401 - fields of the job
        self._jobs[job_id] = replace(self._jobs[job_id], **news)


@asynccontextmanager
async def _running_child(order: dict[str, Any]) -> AsyncGenerator[Process]:
    """The child, given its order. Leaving the block ends it, whatever it was at."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", str(_CHILD), stdin=PIPE, stdout=PIPE, start_new_session=True
    )
    try:
        _present(child.stdin).write(json.dumps(order).encode() + b"\n")
        yield child
    finally:
        with suppress(ProcessLookupError):  # it may have ended by itself
            child.kill()
        await asyncio.shield(child.wait())


def _present(pipe: _Pipe | None) -> _Pipe:
    if pipe is None:
        raise LocalEngineError("The process was started without its pipes.")
    return pipe


def _name_as(path: Path, as_type: QuantisedType) -> str:
    """`model-F16.gguf` becomes `model-Q8_0.gguf`, and `model.gguf` too."""
    stem = path.name[: -len(".gguf")] if path.name.lower().endswith(".gguf") else path.name
    return f"{_TYPE_IN_NAME.sub('', stem)}-{as_type}.gguf"


def _put_in_place(unfinished: Path, target: Path) -> None:
    _check_is_new(target)
    unfinished.replace(target)


def _check_is_new(target: Path) -> None:
    if target.exists():
        raise CannotQuantiseError(f"There is {target.name} already. Remove it first.")


def _clear_away(folder: Path) -> None:
    """What a run that was killed left half written."""
    if folder.is_dir():
        for path in folder.glob(f".*{_UNFINISHED}"):
            with suppress(OSError):  # what the system keeps is only in the way
                path.unlink(missing_ok=True)
