"""Which JSON Schemas OpenAI's strict mode takes: it refuses a request with another one.

Source: OpenAI API guide, "Structured Outputs", section "Supported schemas".
"""

from typing import Any

from arcano.providers.adapters.wire_json import as_list, as_object


def takes_strict(schema: Any) -> bool:
    """True where every object in `schema` names all its properties as required and allows no others."""
    if isinstance(schema, list):
        return all(takes_strict(item) for item in as_list(schema))
    if not isinstance(schema, dict):
        return True
    fields = as_object(schema)
    if fields.get("type") == "object" or "properties" in fields:
        properties = set(as_object(fields.get("properties")))
        required = {str(name) for name in as_list(fields.get("required"))}
        if fields.get("additionalProperties") is not False or required != properties:
            return False
    return all(takes_strict(value) for value in fields.values())
