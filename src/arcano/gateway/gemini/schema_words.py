"""Google's `Schema` as JSON Schema. Source: Gemini API reference, "Caching" (`Schema`): a subset of OpenAPI 3.0."""

from typing import Any

from arcano.gateway.json_values import as_list, as_object

_ONLY_THEIRS = frozenset({"nullable", "propertyOrdering", "property_ordering", "example", "format"})
_IN_SNAKE = {
    "any_of": "anyOf",
    "max_items": "maxItems",
    "min_items": "minItems",
    "max_length": "maxLength",
    "min_length": "minLength",
    "max_properties": "maxProperties",
    "min_properties": "minProperties",
    "additional_properties": "additionalProperties",
}
_COUNTS = frozenset(
    {"maxItems", "minItems", "maxLength", "minLength", "maxProperties", "minProperties"}
)


def json_schema_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The same shape in JSON Schema's words: types in small letters, null as a type, counts as numbers."""
    said: dict[str, Any] = {}
    for name, value in schema.items():
        word = _IN_SNAKE.get(name, name)
        if word in _ONLY_THEIRS or value is None:
            continue
        said[word] = _value(word, value)
    kind = said.get("type")
    if schema.get("nullable") and isinstance(kind, str):
        said["type"] = [kind, "null"]
    if said.get("type") == "type_unspecified":
        del said["type"]
    return said


def _value(word: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if word == "type" and isinstance(value, str):
        return value.lower()
    if word in _COUNTS and isinstance(value, str) and value.isdigit():
        return int(value)
    if word == "properties" and (properties := as_object(value)) is not None:
        return {name: _inner(inner) for name, inner in properties.items()}
    if word in ("anyOf", "prefixItems") and (several := as_list(value)) is not None:
        return [_inner(inner) for inner in several]
    return _inner(value) if word in ("items", "additionalProperties") else value


def _inner(value: Any) -> Any:  # noqa: ANN401 - any JSON
    schema = as_object(value)
    return value if schema is None else json_schema_of(schema)
