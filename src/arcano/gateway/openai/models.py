"""The list of models in OpenAI's words. Source: OpenAI API reference, "The model object"."""

from typing import Any

from arcano.providers import ListedModel


def model_list_view(models: list[ListedModel]) -> dict[str, Any]:
    return {"object": "list", "data": [model_view(model) for model in models]}


def model_view(model: ListedModel) -> dict[str, Any]:
    """`created` is not known here and is always 0; `owned_by` is who makes the model available."""
    return {
        "id": model.id,
        "object": "model",
        "created": 0,
        "owned_by": model.connection_name
        or ("this-machine" if model.kind == "local" else "arcano"),
    }
