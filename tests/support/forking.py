"""A command that begins where `arcano` has finished importing: forked from a process that did so once.

The first command that is asked for starts that process, `forking_parent.py`, and waits for its imports; it goes when the tests
go. Whatever a command does after its imports happens in it as by itself: it reads its environment and `arcano.toml`,
opens its folder, logs, hears signals, is killed.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

from tests.support.forking_parent import NUMBER

PROGRAM = Path(__file__).with_name("forking_parent.py")
ENVIRONMENT: Mapping[str, str] = {
    "PATH": os.environ["PATH"],  # noqa: TID251 - handed on, not read
    "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"),
    "PYTHONUNBUFFERED": "1",
}
"""What every command's environment has: Python reads it before it imports anything of ours."""


class Forked:
    """One forked process, with as much of `subprocess.Popen` as tests use. Its methods may be called from any thread."""

    def __init__(self, told: socket.socket) -> None:
        self._pid = Future[int]()
        self._code = Future[int]()
        threading.Thread(target=self._listen, args=[told], daemon=True).start()

    @property
    def pid(self) -> int:
        return self._pid.result()

    def poll(self) -> int | None:
        """Its exit code once it has ended; a signal's number, negative, when it was killed."""
        return self._code.result() if self._code.done() else None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, as soon as it has ended.

        Raises:
            TimeoutError: It still runs after `timeout` seconds.
        """
        return self._code.result(timeout)

    def send_signal(self, which: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, which)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _listen(self, told: socket.socket) -> None:
        with told:
            for number in (self._pid, self._code):
                message = told.recv(NUMBER.size)
                if message and number is self._code:
                    told.recv(1)  # nothing more comes, but its keeper has gone as well
                if message:
                    number.set_result(NUMBER.unpack(message)[0])
                else:
                    number.set_exception(RuntimeError("The forking parent or a keeper is gone."))


def fork_command(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], *, out: int, errors: int
) -> Forked:
    """A process as `arcano` with these words would be in this folder, with this environment.

    `out` and `errors` are the descriptors that it writes to. They stay the caller's, to be closed.
    """
    told, line = socket.socketpair()
    with line:
        socket.send_fds(_parent(), [b"+"], [out, errors, line.fileno()])
    order = {"words": list(words), "folder": str(folder), "environment": dict(environment)}
    told.sendall(json.dumps(order).encode() + b"\n")
    return Forked(told)


def run_forked(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], *, within: float = 120
) -> subprocess.CompletedProcess[bytes]:
    """`arcano` with these words, forked and run to its end.

    Raises:
        TimeoutError: It still runs after `within` seconds.
    """
    with TemporaryFile() as out, TemporaryFile() as errors:
        command = fork_command(words, folder, environment, out=out.fileno(), errors=errors.fileno())
        code = command.wait(within)
        for file in (out, errors):
            file.seek(0)
        return subprocess.CompletedProcess(words, code, out.read(), errors.read())


@cache
def _parent() -> socket.socket:
    """The socket on which commands are asked for."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            # -P: the folder of this program is no place to import from.
            [sys.executable, "-P", str(PROGRAM), str(theirs.fileno())],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
