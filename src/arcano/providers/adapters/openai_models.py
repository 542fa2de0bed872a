"""A list of models in OpenAI's format, and what its servers add to it.

Sources: OpenAI API reference, "List models"; vLLM and SGLang `ModelCard` (`max_model_len`); llama.cpp,
`tools/server/README.md`, `/v1/models` (`meta`); LM Studio docs, "REST API v0"; OpenRouter API reference,
"List available models"; Groq API reference, "List models"; Mistral API reference, "List models".
"""

from typing import Any

from arcano.providers.adapters.wire_json import as_count, as_list, as_object
from arcano.providers.provider import OfferedModel

_CONTEXT_FIELDS = (
    "max_model_len",
    "loaded_context_length",
    "max_context_length",
    "context_length",
    "context_window",
)
_WORDS = {
    # LM Studio's types and capabilities
    "llm": ("chat",),
    "vlm": ("chat", "images"),
    "embeddings": ("embeddings",),
    "tool_use": ("tools",),
    # OpenRouter's parameters
    "tools": ("tools",),
    "reasoning": ("reasoning",),
    "structured_outputs": ("json-schema",),
    # llama.cpp's
    "completion": ("chat",),
    "embedding": ("embeddings",),
    "multimodal": ("images",),
    # Mistral's
    "completion_chat": ("chat",),
    "function_calling": ("tools",),
    "vision": ("images",),
}
"""What servers call their models' capabilities, in our words."""


def offered_models(answer: Any) -> list[OfferedModel]:
    """The models in a list, in its order.

    Raises:
        TypeError: It is no such list.
        KeyError: The same.
    """
    # llama.cpp describes its models a second time, in Ollama's words.
    twins = {
        twin.get("model"): twin for twin in map(as_object, as_list(as_object(answer).get("models")))
    }
    return [_offered(model, twins.get(model["id"], {})) for model in answer["data"] or ()]


def owner_of(answer: Any) -> str:
    """Who owns the first model: kinds of servers are known by it. Empty where nobody is named."""
    for model in as_list(as_object(answer).get("data"))[:1]:
        owner = as_object(model).get("owned_by")
        return owner if isinstance(owner, str) else ""
    return ""


def _offered(model: dict[str, Any], twin: dict[str, Any]) -> OfferedModel:
    meta, provider = as_object(model.get("meta")), as_object(model.get("top_provider"))
    most = provider.get("max_completion_tokens") or model.get("max_completion_tokens")
    return OfferedModel(
        name=str(model["id"]),
        context_tokens=_context(model, meta, provider),
        max_output_tokens=as_count(most),
        capabilities=_capabilities(model, twin),
        loaded=_loaded(model),
        size_bytes=as_count(meta.get("size")),
    )


def _context(model: dict[str, Any], meta: dict[str, Any], provider: dict[str, Any]) -> int | None:
    # What the model runs with counts for more than what it was trained with.
    said = [provider.get("context_length"), *(model.get(field) for field in _CONTEXT_FIELDS)]
    said += [meta.get("n_ctx"), meta.get("n_ctx_train")]
    return next((tokens for tokens in map(as_count, said) if tokens), None)


def _capabilities(model: dict[str, Any], twin: dict[str, Any]) -> frozenset[str] | None:
    words = [
        *_true_words(model.get("capabilities")),
        *_true_words(twin.get("capabilities")),
        *_true_words(model.get("supported_parameters")),
    ]
    if isinstance(model.get("type"), str):
        words.append(model["type"])
    found = {ours for word in words for ours in _WORDS.get(word, ())}
    shape = as_object(model.get("architecture"))
    if "image" in as_list(shape.get("input_modalities")):
        found.add("images")
    if "text" in as_list(shape.get("output_modalities")):
        found.add("chat")
    return frozenset(found) or None


def _true_words(said: Any) -> list[str]:
    """The words in a list of them, or those that an object says are true."""
    if isinstance(said, dict):
        return [word for word, true in as_object(said).items() if true is True]
    return [word for word in as_list(said) if isinstance(word, str)]


def _loaded(model: dict[str, Any]) -> bool | None:
    state = model.get("state") or as_object(model.get("status")).get("value")
    return state == "loaded" if isinstance(state, str) else None
