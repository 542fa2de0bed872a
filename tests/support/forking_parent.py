"""The process that has imported the whole server once, and forks each server and each other command of the tests from that.

Importing is nine tenths of what a start costs. Run by `forking.py`, with one socket as its argument. Each byte on it asks for
a command and brings three files: its standard output, its standard error, and a socket on which everything else about this one
command is said. When the first socket closes, this process ends; servers that still run do not mind.

There is no thread and no event loop here, and no setting has been read: a command begins as it would by itself, after its
imports. Between the two stands a keeper, one small process for each server, whose only work is to wait for its end and tell
how it ended, as nobody but a parent is told.
"""

import gc
import json
import os
import signal
import socket
import struct
import sys
import threading
from contextlib import suppress
from importlib import import_module

AHEAD = (
    "arcano.entrypoints.cli",
    "arcano.entrypoints.serve",
    "arcano.entrypoints.settings",
    # What a server imports only while it starts,
    "arcano.entrypoints.schema",
    "fastapi.telemetry._runtime",
    "uvicorn.loops.auto",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
    # to make the tables of its first start,
    "alembic.command",
    "alembic.context",
    "sqlalchemy.dialects.postgresql",
    # and to judge the password of its first person.
    "zxcvbn",
)
NUMBER = struct.Struct("i")
"""How a process id and an exit code are told."""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    gc.disable()
    for module in AHEAD:
        import_module(module)
    # None of this is garbage. A command that looks for some need not touch these pages, which would be copied then.
    gc.freeze()
    gc.enable()
    assert threading.active_count() == 1, threading.enumerate()
    # Ctrl+C reaches every process of a terminal, but tests end their servers themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        asked, files, _, _ = socket.recv_fds(control, 1, 3)
        bury_the_dead()
        if not asked:
            return
        if os.fork() == 0:
            control.close()
            keep_one(*files)
            return
        for each in files:
            os.close(each)


def bury_the_dead() -> None:
    """Keepers that have gone; so the time of their commands counts as that of the tests."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def keep_one(out: int, words: int, told: int) -> None:
    """Start one command and tell its process id, then its exit code; negative for a signal, as `subprocess` has it."""
    with socket.socket(fileno=told) as line:
        order = json.loads(line.makefile("rb").readline())
        command = os.fork()
        if command != 0:
            os.close(out)
            os.close(words)
            line.sendall(NUMBER.pack(command))
            _, status = os.waitpid(command, 0)
            line.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))
            # At once: tidying up all that was imported would take as long as a server's start.
            os._exit(0)
    for told_by, stream in ((out, sys.stdout), (words, sys.stderr)):
        os.dup2(told_by, stream.fileno())
        os.close(told_by)
    run(order["words"], order["folder"], order["environment"])


def run(words: list[str], folder: str, environment: dict[str, str]) -> None:
    """`arcano` and these words in this folder, with nothing but this environment."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    os.environ.clear()  # noqa: TID251 - handed on, not read
    os.environ.update(environment)  # noqa: TID251
    sys.argv = ["arcano", *words]
    import_module("arcano.entrypoints.cli").main()


if __name__ == "__main__":
    main()
