"""The list of models in Anthropic's words. Source: Claude API reference, "List models"."""

from collections.abc import Sequence
from typing import Any

from arcano.providers import ListedModel

_UNKNOWN_DATE = "1970-01-01T00:00:00Z"
"""The field must be there, and nobody says when a model was released."""


def anthropic_models(models: Sequence[ListedModel]) -> dict[str, Any]:
    """The answer to `GET /v1/models` for whoever sends `anthropic-version`, all on one page."""
    return {
        "data": [anthropic_model(model) for model in models],
        "has_more": False,
        "first_id": models[0].id if models else None,
        "last_id": models[-1].id if models else None,
    }


def anthropic_model(model: ListedModel) -> dict[str, Any]:
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.name,
        "created_at": _UNKNOWN_DATE,
        **({} if model.context_tokens is None else {"max_input_tokens": model.context_tokens}),
    }
