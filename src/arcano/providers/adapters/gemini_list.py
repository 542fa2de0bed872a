"""The models that Google lists, as ours.

Source: Gemini API reference, "Models" (`Model`, `models.list`).
"""

from typing import Any

from arcano.providers.adapters.gemini_models import family_of
from arcano.providers.adapters.wire_json import as_count, as_list
from arcano.providers.provider import OfferedModel

_EMBEDDING = {"embedContent", "batchEmbedContents"}


def offered_models(page: Any) -> list[OfferedModel]:
    """The models of one page, in its order. An empty list is left out of the page.

    Raises:
        TypeError, AttributeError, LookupError: It is no such page.
    """
    if page and "models" not in page:
        raise LookupError
    return [_offered(model) for model in page.get("models", ())]


def next_page(page: Any) -> str:
    """What to ask the next page with; empty where there is none.

    Raises:
        TypeError: It is no text.
    """
    token = page.get("nextPageToken", "")
    if not isinstance(token, str):
        raise TypeError
    return token


def _offered(model: dict[str, Any]) -> OfferedModel:
    name = str(model["name"]).removeprefix("models/")
    return OfferedModel(
        name,
        context_tokens=as_count(model.get("inputTokenLimit")),
        max_output_tokens=as_count(model.get("outputTokenLimit")),
        capabilities=_capabilities(name, model),
    )


def _capabilities(name: str, model: dict[str, Any]) -> frozenset[str] | None:
    """What the list tells, and what it does not tell but is true of the model's whole family."""
    methods = {str(method) for method in as_list(model.get("supportedGenerationMethods"))}
    if not methods:
        return None
    found: set[str] = set()
    if "generateContent" in methods:
        found.add("chat")
        if family_of(name).sees_and_calls:
            found |= {"images", "tools", "json-schema"}
    if methods & _EMBEDDING:
        found.add("embeddings")
    if model.get("thinking") is True:
        found.add("reasoning")
    return frozenset(found)
