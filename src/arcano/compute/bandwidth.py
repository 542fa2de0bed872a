"""How fast main memory is, measured in some hundredths of a second.

To write one token every weight is read once, so this, not arithmetic, is what most answers wait for.
"""

import ctypes
import time
from concurrent.futures import ThreadPoolExecutor

_BLOCK_BYTES = 32 * 1024**2  # more than most processors' caches, so that memory is what is measured
_ROUNDS = 3
_MOST_THREADS = 8


def measure_bandwidth(threads: int) -> float:
    """Bytes a second, read and written together, by up to 8 of `threads` at once. Blocks meanwhile."""
    count = max(1, min(threads, _MOST_THREADS))
    blocks = [(bytearray(_BLOCK_BYTES), bytearray(_BLOCK_BYTES)) for _ in range(count)]
    with ThreadPoolExecutor(count) as pool:
        best = min(_round(pool, blocks) for _ in range(_ROUNDS))
    return 2 * _BLOCK_BYTES * count / best


def _round(pool: ThreadPoolExecutor, blocks: list[tuple[bytearray, bytearray]]) -> float:
    began = time.perf_counter()
    list(pool.map(_copy, blocks))
    return max(time.perf_counter() - began, 1e-9)


def _copy(blocks: tuple[bytearray, bytearray]) -> None:
    # Unlike a slice assignment this lets other threads run while it copies.
    to, source = ((ctypes.c_char * _BLOCK_BYTES).from_buffer(block) for block in blocks)
    ctypes.memmove(to, source, _BLOCK_BYTES)
