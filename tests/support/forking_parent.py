"""The process that has imported the whole server once, and forks each server of the tests from that.

Importing is nine tenths of what a start costs. Run by `forking.py`, with one socket as its argument. Each byte on it asks for
a server and brings two files: what the server writes its words to, and a socket on which everything else about this one
server is said. When the first socket closes, this process ends; servers that still run do not mind.

There is no thread and no event loop here, and no setting has been read: a server begins as the command would, after its
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
    # What a server imports only while it starts.
    "arcano.entrypoints.schema",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
)
NUMBER = struct.Struct("i")
"""How a process id and an exit code are told."""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    # As the command does before it imports; the server looks for garbage again once it listens.
    gc.disable()
    for module in AHEAD:
        import_module(module)
    assert threading.active_count() == 1, threading.enumerate()
    # Ctrl+C reaches every process of a terminal, but tests end their servers themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        asked, files, _, _ = socket.recv_fds(control, 1, 2)
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
    """Keepers that have gone; so the time of their servers counts as that of the tests."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def keep_one(words: int, told: int) -> None:
    """Start one server and tell its process id, then its exit code; negative for a signal, as `subprocess` has it."""
    with socket.socket(fileno=told) as line:
        order = json.loads(line.makefile("rb").readline())
        server = os.fork()
        if server != 0:
            os.close(words)
            line.sendall(NUMBER.pack(server))
            _, status = os.waitpid(server, 0)
            line.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))
            # At once: tidying up all that was imported would take as long as a server's start.
            os._exit(0)
    os.dup2(words, sys.stderr.fileno())
    os.close(words)
    serve(order["folder"], order["environment"])


def serve(folder: str, environment: dict[str, str]) -> None:
    """`arcano serve` in this folder, with nothing but this environment."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    os.environ.clear()  # noqa: TID251 - handed on, not read
    os.environ.update(environment)  # noqa: TID251
    sys.argv = ["arcano", "serve"]
    import_module("arcano.entrypoints.cli").main()


if __name__ == "__main__":
    main()
