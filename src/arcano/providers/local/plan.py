"""How a model is loaded: how many answers at once, with how much context, on how many threads.

What a graphics card takes of it llama.cpp decides while it loads, by what really fits; here its free
memory only counts as room.
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

_TRANSFORMERS_BYTES = 1024**3
_MOST, _MOST_WITH_GPU, MODEST = 16, 32, 4
_GENEROUS_SHARE = 0.5
"""Many answers at once are worth so much of the room: the rest is for other models. A modest number is
worth all of it."""
ALL_THAT_FIT = -1


Purpose = Literal["answers", "vectors"]
"""What a model is loaded for. llama.cpp can do both with one load, and is then slow at answers."""

EngineKind = Literal["llama-cpp", "transformers"]
"""Who computes. A model in GGUF is for the first, one in a folder of safetensors for the second."""

LoadKey = tuple[str, Purpose]


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """One decided way to load one model. `context_tokens` is what each of `parallel` answers has.

    `averages`: the model was not made for vectors, so that a text's vector is the mean of its tokens'.
    `memory_bytes` is what it may come to hold of the main memory, `weights_bytes` what its files have.
    """

    model_id: str
    path: Path
    parallel: int
    context_tokens: int
    threads: int
    memory_bytes: int
    weights_bytes: int
    gpu_layers: int = ALL_THAT_FIT
    purpose: Purpose = "answers"
    averages: bool = False
    engine: EngineKind = "llama-cpp"
    bits: int | None = None

    @property
    def key(self) -> LoadKey:
        """Tells it from every other load."""
        return self.model_id, self.purpose


def plan_load(
    file: LocalModelFile,
    *,
    settings: LocalSettings,
    host: Host,
    room_bytes: int,
    purpose: Purpose = "answers",
) -> LoadPlan:
    """Decide how to load `file` into `room_bytes` of the main memory, and what graphics cards have free.

    As many answers at once as a part of the room holds, a modest number even if it takes all of it.
    Where even one with the whole context does not fit, it gets less context.

    Raises:
        LocalEngineError: The memory is too small for it. Choose a smaller model.
    """
    engine = engine_for(file)
    if engine == "transformers" and purpose == "vectors":
        raise LocalEngineError(f"{file.id} cannot make vectors here. Choose a model in GGUF.")
    own_bytes = _TRANSFORMERS_BYTES if engine == "transformers" else _ENGINE_BYTES
    context = wished_context(file, settings, purpose)
    token_bytes = max(1, file.context_bytes_per_token)
    graphics = 0 if settings.gpu_layers == 0 else host.gpu_memory_bytes
    room = room_bytes + graphics - file.size_bytes - own_bytes
    most = _MOST_WITH_GPU if graphics else _MOST
    parallel = _parallel(context * token_bytes, room=room, most=most)
    if engine == "transformers":
        parallel = 1
    elif settings.parallel:
        parallel = settings.parallel
    context = min(context, room // (parallel * token_bytes) if room > 0 else 0)
    if context < min(MIN_CONTEXT_TOKENS, wished_context(file, settings, purpose)):
        needed = file.size_bytes + own_bytes + parallel * MIN_CONTEXT_TOKENS * token_bytes
        raise LocalEngineError(
            f"{file.id} needs about {_gigabytes(needed)} of memory and there are "
            f"{_gigabytes(max(0, room_bytes + graphics))} for it. Choose a smaller model, close something "
            "large, or raise `local.memory` in the settings."
        )
    needed = file.size_bytes + own_bytes + parallel * context * token_bytes
    return LoadPlan(
        model_id=file.id,
        path=file.path,
        parallel=parallel,
        context_tokens=context,
        threads=settings.threads or host.threads,
        memory_bytes=max(own_bytes, needed - graphics),
        weights_bytes=file.size_bytes,
        gpu_layers=ALL_THAT_FIT if settings.gpu_layers is None else settings.gpu_layers,
        purpose=purpose,
        averages=purpose == "vectors" and "embeddings" not in file.capabilities,
        engine=engine,
        bits=settings.bits,
    )


def engine_for(file: LocalModelFile) -> EngineKind:
    """Who computes `file`: its path is a folder where it is in safetensors."""
    return "llama-cpp" if file.path.suffix.lower() == ".gguf" else "transformers"


def wished_context(
    file: LocalModelFile, settings: LocalSettings, purpose: Purpose = "answers"
) -> int:
    """The context that one answer, or one text to embed, gets where memory is no question."""
    wished = min(file.context_tokens or _FALLBACK_CONTEXT_TOKENS, settings.context_tokens)
    return wished if purpose == "answers" else min(wished, _VECTOR_CONTEXT_TOKENS)


def _parallel(answer_bytes: int, *, room: int, most: int) -> int:
    generous = int(max(0, room) * _GENEROUS_SHARE) // answer_bytes
    modest = max(0, room) // answer_bytes
    return max(1, min(most, max(generous, min(modest, MODEST))))


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
