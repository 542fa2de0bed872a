"""How a model is loaded: how many answers at once, with how much context, on how many threads.

Counted in main memory only. With a GPU llama.cpp itself decides what fits there and leaves the rest here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from arcano.providers.errors import LocalEngineError
from arcano.providers.local.files import LocalModelFile
from arcano.providers.local.host import Host
from arcano.providers.local.settings import LocalSettings

MIN_CONTEXT_TOKENS = 1024
_FALLBACK_CONTEXT_TOKENS = 4096
_VECTOR_CONTEXT_TOKENS = 2048
"""A text becomes one vector in one go, so that all of it is in the buffers at once."""
_ENGINE_BYTES = 256 * 1024**2
"""What llama.cpp takes besides weights and context: buffers for the arithmetic, its own code."""

_GENEROUS, _MODEST = 16, 4
# Memory that fills while a model is loaded must not push the rest of the machine out.
_USABLE_SHARE = 0.9
_GENEROUS_SHARE = 0.25


Purpose = Literal["answers", "vectors"]
"""What a model is loaded for. llama.cpp can do both with one load, and is then slow at answers."""

LoadKey = tuple[str, Purpose]


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """One decided way to load one model. `context_tokens` is what each of `parallel` answers has.

    `averages`: the model was not made for vectors, so that a text's vector is the mean of its tokens'.
    """

    model_id: str
    path: Path
    parallel: int
    context_tokens: int
    threads: int
    purpose: Purpose = "answers"
    averages: bool = False

    @property
    def key(self) -> LoadKey:
        """Tells it from every other load."""
        return self.model_id, self.purpose


def plan_load(
    file: LocalModelFile, *, settings: LocalSettings, host: Host, purpose: Purpose = "answers"
) -> LoadPlan:
    """Decide how to load `file` on `host`.

    Many answers at once are worth a quarter of the free memory; a few are worth what is left. Where
    even one with the whole context does not fit, it gets less context.

    Raises:
        LocalEngineError: The memory is too small for it. Choose a smaller model.
    """
    context = wished_context(file, settings, purpose)
    token_bytes = max(1, file.context_bytes_per_token)
    room = int(host.free_memory_bytes * _USABLE_SHARE) - file.size_bytes - _ENGINE_BYTES
    parallel = _parallel(context * token_bytes, settings=settings, room=room, host=host)
    context = min(context, room // (parallel * token_bytes) if room > 0 else 0)
    if context < min(MIN_CONTEXT_TOKENS, wished_context(file, settings, purpose)):
        needed = file.size_bytes + _ENGINE_BYTES + parallel * MIN_CONTEXT_TOKENS * token_bytes
        raise LocalEngineError(
            f"{file.id} needs about {_gigabytes(needed)} of free memory and this machine has "
            f"{_gigabytes(host.free_memory_bytes)}. Choose a smaller model, or close something large."
        )
    return LoadPlan(
        model_id=file.id,
        path=file.path,
        parallel=parallel,
        context_tokens=context,
        threads=settings.threads or host.threads,
        purpose=purpose,
        averages=purpose == "vectors" and "embeddings" not in file.capabilities,
    )


def wished_context(
    file: LocalModelFile, settings: LocalSettings, purpose: Purpose = "answers"
) -> int:
    """The context that one answer, or one text to embed, gets where memory is no question."""
    wished = min(file.context_tokens or _FALLBACK_CONTEXT_TOKENS, settings.context_tokens)
    return wished if purpose == "answers" else min(wished, _VECTOR_CONTEXT_TOKENS)


def _parallel(answer_bytes: int, *, settings: LocalSettings, room: int, host: Host) -> int:
    if settings.parallel:
        return settings.parallel
    generous_room = min(room, int(host.free_memory_bytes * _GENEROUS_SHARE))
    for parallel in (_GENEROUS, _GENEROUS // 2):
        if parallel * answer_bytes <= generous_room:
            return parallel
    for parallel in (_MODEST, 2):
        if parallel * answer_bytes <= room:
            return parallel
    return 1


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
