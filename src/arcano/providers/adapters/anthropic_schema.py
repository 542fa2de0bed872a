"""A JSON Schema in the subset that Anthropic's structured outputs take.

Source: "Structured outputs", JSON Schema limitations. What the subset lacks is said in the description,
where the model still reads it: otherwise one `minimum` would have the whole request refused.
"""

from typing import Any, cast

import orjson

_KEPT = frozenset({"type", "enum", "const", "description", "title", "$ref", "required"})
_MAPS = frozenset({"properties", "$defs", "definitions"})
MOST_PARTS = 5000
"""Of what is asked for in the form of its schema: more is said in words."""
_LISTS = {"anyOf": "anyOf", "oneOf": "anyOf", "allOf": "allOf"}
_FORMATS = frozenset(
    "date-time time date duration email hostname uri ipv4 ipv6 uuid".split()  # noqa: SIM905 - a list of words
)


def answer_schema(schema: Any) -> Any:
    """The same schema as far as the vendor takes it. What is no schema comes back as it is."""
    if not isinstance(schema, dict):
        return schema
    given = cast("dict[str, Any]", schema)
    if isinstance(given.get("type"), list) and "enum" not in given:
        return {"anyOf": [answer_schema({**given, "type": kind}) for kind in given["type"]]}
    taken: dict[str, Any] = {}
    said: dict[str, Any] = {}
    for key, value in given.items():
        if key in _KEPT:
            taken[key] = value
        elif key in _MAPS and isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            taken[key] = {name: answer_schema(part) for name, part in inner.items()}
        elif key in _LISTS and isinstance(value, list):
            taken[_LISTS[key]] = [answer_schema(part) for part in cast("list[Any]", value)]
        elif key == "items":
            taken[key] = answer_schema(value)
        elif _is_taken(key, value, given.get("type")):
            taken[key] = value
        elif key != "additionalProperties":
            said[key] = value
    return _completed(taken, said)


def closes_an_object(schema: Any) -> bool:
    """Whether the subset would take from some object what it is to hold: there none has other properties than are named.

    An object that names some, and lets others be, is asked for with those that it names.
    """
    if isinstance(schema, list):
        return any(closes_an_object(part) for part in cast("list[Any]", schema))
    if not isinstance(schema, dict):
        return False
    given = cast("dict[str, Any]", schema)
    kinds = given.get("type")
    is_object = kinds == "object" or (isinstance(kinds, list) and "object" in kinds)
    others = given.get("additionalProperties")
    is_map = isinstance(others, dict) and others != {}
    is_open = is_map or (others is not False and not given.get("properties"))
    if is_object and is_open and not given.keys() & {"$ref", "enum", "const", *_LISTS}:
        return True
    inner = [given.get(name) for name in (*_LISTS, "items")]
    for name in _MAPS:
        named = given.get(name)
        inner += cast("dict[str, Any]", named).values() if isinstance(named, dict) else ()
    return closes_an_object(inner)


def parts_of(schema: Any) -> int:
    """How many schemas `answer_schema` would make of it.

    Where several types stand there, each is given all that is inside: some hundred bytes can be more than anybody's memory
    holds.
    """
    if not isinstance(schema, dict):
        return 0
    given = cast("dict[str, Any]", schema)
    kinds = given.get("type")
    inside = [given.get("items")]
    for name in _MAPS:
        named = given.get(name)
        inside += cast("dict[str, Any]", named).values() if isinstance(named, dict) else ()
    for name in _LISTS:
        listed = given.get(name)
        inside += cast("list[Any]", listed) if isinstance(listed, list) else ()
    times = len(cast("list[Any]", kinds)) if isinstance(kinds, list) and "enum" not in given else 1
    return times * (1 + sum(map(parts_of, inside)))


def in_words(schema: Any) -> str:
    """What asks for such an answer where its form cannot be said."""
    asked = "Answer with one JSON value and nothing else: no words around it, no code block."
    if schema == {"type": "object"}:
        return asked.replace("value", "object")
    return f"{asked} It must fit this JSON Schema: {orjson.dumps(schema).decode()}"


def _is_taken(key: str, value: object, kind: object) -> bool:
    match key:
        case "format":
            return kind == "string" and isinstance(value, str) and value in _FORMATS
        case "minItems":
            return kind == "array" and value in (0, 1)
        case _:
            return False


def _completed(taken: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in taken:
        return {key: value for key, value in taken.items() if key in ("$ref", *_MAPS)}
    if "enum" in taken or "const" in taken:
        taken.pop("type", None)
    if taken.get("type") == "object":
        taken.setdefault("properties", {})
        taken["additionalProperties"] = False
    if said:
        rest = f"It must also fit: {orjson.dumps(said).decode()}"
        before = taken.get("description")
        taken["description"] = f"{before}\n{rest}" if before else rest
    return taken
