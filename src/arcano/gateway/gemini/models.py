"""The list of models in Google's words. Source: Gemini API reference, "Models"."""

from collections.abc import Sequence
from typing import Any

from arcano.providers import ListedModel

_METHODS = ["generateContent", "streamGenerateContent", "countTokens"]


def gemini_models(models: Sequence[ListedModel]) -> dict[str, Any]:
    """The answer to `GET models`, all on one page."""
    return {"models": [gemini_model(model) for model in models]}


def gemini_model(model: ListedModel) -> dict[str, Any]:
    return {
        "name": f"models/{model.id}",
        "baseModelId": model.id,
        "version": "1",
        "displayName": model.name,
        "supportedGenerationMethods": _METHODS,
        **({} if model.context_tokens is None else {"inputTokenLimit": model.context_tokens}),
    }
