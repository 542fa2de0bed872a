"""Models in Ollama's words, and which of ours a name of its kind means.

Source: Ollama API reference, "List models", "Show model details", "List running models". A name without a tag means the
tag `latest`, there as here; what Ollama has on a disk and we do not is told empty.
"""

from typing import Any

from arcano.gateway.ask import Gateway
from arcano.identity import Viewer
from arcano.inference import Chosen
from arcano.providers import ListedModel, ModelNotFoundError

LATEST = ":latest"
_CAPABILITIES = {
    "chat": "completion",
    "images": "vision",
    "tools": "tools",
    "reasoning": "thinking",
    "embeddings": "embedding",
}
_LONG_AGO = "1970-01-01T00:00:00Z"


def tagged(name: str) -> str:
    """The name as Ollama lists it: with its tag."""
    return name if ":" in name.rpartition("/")[2] else name + LATEST


async def meant(name: str, *, viewer: Viewer, gateway: Gateway) -> Chosen:
    """Our model or route that somebody means who says `name` to Ollama.

    Raises:
        ModelNotFoundError: There is none, under any spelling.
        KeyScopeError: A key that was made for other models.
    """
    other = name.removesuffix(LATEST) if name.endswith(LATEST) else tagged(name)
    try:
        chosen = await gateway.inference.look_up(name, viewer.user_id)
    except ModelNotFoundError:
        if other == name:
            raise
        try:
            chosen = await gateway.inference.look_up(other, viewer.user_id)
        except ModelNotFoundError as unknown:
            raise ModelNotFoundError(f"model {name[:100]!r} not found") from unknown
    viewer.expect_model(chosen.name)
    return chosen


def tag(model: ListedModel) -> dict[str, Any]:
    """One model of the list."""
    name = tagged(model.id)
    return {
        "name": name,
        "model": name,
        "modified_at": _LONG_AGO,
        "size": model.size_bytes or 0,
        "digest": "",
        "details": _details(),
        "capabilities": capabilities_of(model),
    }


def running(model: ListedModel) -> dict[str, Any]:
    """One model that is in memory."""
    return {
        **tag(model),
        "expires_at": "9999-01-01T00:00:00Z",
        "size_vram": 0,
        "context_length": model.context_tokens or 0,
    }


def shown(model: ListedModel) -> dict[str, Any]:
    """What is known of one model."""
    info: dict[str, Any] = {"general.architecture": "arcano", "general.basename": model.name}
    if model.context_tokens is not None:
        info["arcano.context_length"] = model.context_tokens
    return {
        "modelfile": "",
        "parameters": "",
        "template": "",
        "license": "",
        "modified_at": _LONG_AGO,
        "details": _details(),
        "model_info": info,
        "capabilities": capabilities_of(model),
    }


def capabilities_of(model: ListedModel) -> list[str]:
    """In Ollama's words. Whoever is listed answers at least."""
    told = [theirs for ours, theirs in _CAPABILITIES.items() if ours in model.capabilities]
    return told if "completion" in told else ["completion", *told]


def _details() -> dict[str, Any]:
    return {
        "parent_model": "",
        "format": "",
        "family": "",
        "families": [],
        "parameter_size": "",
        "quantization_level": "",
    }
