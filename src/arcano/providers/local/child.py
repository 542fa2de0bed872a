"""The program that runs in the engine's own process: one model, llama.cpp, and nothing of Arcano.

Started by path, so that it imports nothing but the standard library and xllamacpp. One line of JSON on
its input says what to load; one line of JSON on its output says where it listens, or that it failed.
After that its input is its life line: when the parent goes away, in whatever way, the input ends, and
so does this process. What llama.cpp has to say goes to the error output.
"""

import ctypes
import json
import os
import signal
import sys
from importlib import import_module
from typing import Any, Protocol

_PR_SET_PDEATHSIG = 1
_ONLY_WARNINGS = 2
_CPU_BATCH_TOKENS = 128
"""How much of a question is read in one go. A sixteenth of llama.cpp's own costs 3 % of the speed."""


def main() -> None:
    """Load, say where, and wait for the end of the input."""
    answer = _private_output()
    order = json.loads(sys.stdin.buffer.readline())
    _die_with(order["parent_pid"])
    # A failed assertion in llama.cpp would start a debugger to print where it was.
    os.putenv("GGML_NO_BACKTRACE", "1")
    try:
        # Held to the end: llama.cpp answers on threads of its own for as long as this exists.
        engine = _load(order)
    except (RuntimeError, ValueError, OverflowError, ImportError) as failure:
        _say(answer, {"failure": str(failure)})
    else:
        _say(answer, {"address": engine.listening_address})
    # Also after a failure: llama.cpp writes down the reason on a thread of its own, a little later.
    while sys.stdin.buffer.read(1024):
        pass
    # Without clean-up: llama.cpp would first finish the answers that nobody reads any more.
    os._exit(0)


def _private_output() -> int:
    """Keep standard output for our one line: what libraries print must not be taken for it."""
    private = os.dup(1)
    os.dup2(2, 1)
    return private


def _die_with(parent_pid: int) -> None:
    """Ask the kernel for a signal at the parent's death.

    While a model loads, nothing here reads the input; on Linux the kernel helps, elsewhere the end of
    the loading does.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it died before we asked
        os._exit(1)


class _Listening(Protocol):
    listening_address: str


def _load(order: dict[str, Any]) -> _Listening:
    # Imported here, so that a missing library is answered and not a stack trace; untyped, as it is.
    xllamacpp: Any = import_module("xllamacpp")
    params: Any = xllamacpp.CommonParams()
    params.model.path = order["path"]
    params.model_alias = {order["model_id"]}
    params.n_parallel = order["parallel"]
    # llama.cpp divides the context among the answers.
    params.n_ctx = order["context_tokens"] * order["parallel"]
    params.ctx_shift = False
    params.cpuparams.n_threads = order["threads"]
    params.cpuparams_batch.n_threads = order["threads"]
    graphics = order["gpu_layers"] != 0 and any(
        "GPU" in device["type"].name for device in xllamacpp.get_device_info()
    )
    if order["purpose"] == "vectors":
        _for_vectors(params, order, xllamacpp.llama_pooling_type)
    elif not graphics:
        # Between two batches llama.cpp looks up: whether somebody stopped, and whose next token is due.
        params.n_batch = params.n_ubatch = _CPU_BATCH_TOKENS
    params.n_gpu_layers = order["gpu_layers"]
    # What fits on graphics cards it tries out itself, which takes time; not where it need not.
    params.fit_params = graphics and order["gpu_layers"] < 0
    params.cache_ram_mib = 0
    params.verbosity = _ONLY_WARNINGS
    # It always listens. So: here only, with a key, without a page, and readable by no web page.
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["key"]]
    params.ui = False
    params.cors_origins = order["cors_origins"]
    return xllamacpp.Server(params)


def _for_vectors(params: Any, order: dict[str, Any], poolings: Any) -> None:
    params.embedding = True
    # Else a mean is taken over the texts of the other places too, and each vector is of them all.
    params.kv_unified = True
    # One text is read in one go, however long it may be; several short ones share it.
    params.n_batch = params.n_ubatch = order["context_tokens"]
    if order["averages"]:
        params.pooling_type = poolings.LLAMA_POOLING_TYPE_MEAN


def _say(output: int, line: dict[str, Any]) -> None:
    os.write(output, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    main()
