"""Where an answer of Gemini's has something from.

Source: Gemini API reference, `GroundingMetadata` (`GroundingChunk`) and `CitationMetadata`. The part of
the answer that a source supports is not the source's own words, so it is no quote.
"""

from typing import Any

from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.events import SourceCited


def sources_of(candidate: dict[str, Any]) -> list[SourceCited]:
    """All that this piece of the answer names, in its order."""
    grounding = candidate.get("groundingMetadata")
    citations = candidate.get("citationMetadata")
    if not grounding and not citations:
        return []
    found = [_grounding(as_object(chunk)) for chunk in _members(grounding, "groundingChunks")]
    # The first name is that of Google's reference, the second that of its cloud.
    for name in ("citationSources", "citations"):
        found += [_citation(as_object(citation)) for citation in _members(citations, name)]
    return [source for source in found if source is not None]


def _members(holder: Any, name: str) -> list[Any]:
    return as_list(as_object(holder).get(name))


def _grounding(chunk: dict[str, Any]) -> SourceCited | None:
    for kind in ("web", "retrievedContext", "maps", "image"):
        if source := as_object(chunk.get(kind)):
            url = source.get("uri") or source.get("sourceUri")
            return _source(url, source.get("title"), source.get("text"))
    return None


def _citation(citation: dict[str, Any]) -> SourceCited | None:
    return _source(citation.get("uri"), citation.get("title"), None)


def _source(*said: Any) -> SourceCited | None:
    url, title, quote = (value if isinstance(value, str) and value else None for value in said)
    return SourceCited(url, title, quote) if url or title or quote else None
