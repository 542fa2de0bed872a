"""An answer in JSON, asked of Anthropic: "Structured outputs" of the Claude docs, and what they do not take."""

from typing import Any

import orjson
import pytest
from anthropic import transform_schema
from inline_snapshot import snapshot

from arcano.providers import ModelRequest, Parameters, RequestMessage, TextPart
from arcano.providers.adapters.anthropic_request import question
from arcano.providers.adapters.anthropic_schema import answer_schema
from arcano.providers.request import AnswerSchema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A bird.",
    "properties": {
        "name": {"type": "string", "format": "email", "minLength": 2},
        "when": {"type": ["string", "null"], "format": "date"},
        "size": {"oneOf": [{"type": "integer", "minimum": 1}, {"const": "big"}]},
        "colours": {
            "type": "array",
            "minItems": 3,
            "items": {"type": "string", "enum": ["a", "b"]},
        },
        "nest": {"$ref": "#/$defs/nest", "description": "Its own."},
    },
    "required": ["name"],
    "additionalProperties": True,
    "$defs": {"nest": {"type": "object", "properties": {"of": {"type": "string"}}, "default": {}}},
}


def test_an_answer_is_asked_for_in_the_form_of_its_schema() -> None:
    request = ModelRequest(
        "claude-opus-5",
        (RequestMessage("user", (TextPart("Which?"),)),),
        Parameters(reasoning_effort="low"),
        answer_schema=AnswerSchema("bird", SCHEMA),
    )

    assert question(request).body["output_config"] == snapshot(
        {
            "effort": "low",
            "format": {
                "type": "json_schema",
                "schema": {
                    "type": "object",
                    "description": "A bird.",
                    "properties": {
                        "name": {
                            "type": "string",
                            "format": "email",
                            "description": 'It must also fit: {"minLength":2}',
                        },
                        "when": {
                            "anyOf": [
                                {"type": "string", "format": "date"},
                                {
                                    "type": "null",
                                    "description": 'It must also fit: {"format":"date"}',
                                },
                            ]
                        },
                        "size": {
                            "anyOf": [
                                {
                                    "type": "integer",
                                    "description": 'It must also fit: {"minimum":1}',
                                },
                                {"const": "big"},
                            ]
                        },
                        "colours": {
                            "type": "array",
                            "items": {"enum": ["a", "b"]},
                            "description": 'It must also fit: {"minItems":3}',
                        },
                        "nest": {"$ref": "#/$defs/nest"},
                    },
                    "required": ["name"],
                    "$defs": {
                        "nest": {
                            "type": "object",
                            "properties": {"of": {"type": "string"}},
                            "description": 'It must also fit: {"default":{}}',
                            "additionalProperties": False,
                        }
                    },
                    "additionalProperties": False,
                },
            },
        }
    )


def asked_for(schema: dict[str, Any]) -> dict[str, Any]:
    request = ModelRequest(
        "claude-opus-5",
        (RequestMessage("user", (TextPart("Which?"),)),),
        Parameters(),
        answer_schema=AnswerSchema("answer", schema),
    )
    return question(request).body


OPEN: list[dict[str, Any]] = [
    {"type": "object", "additionalProperties": {"type": "number"}},
    {"type": "object", "properties": {"prices": {"type": "object"}}},
    {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "additionalProperties": {"type": "number"},
    },
    {"type": "array", "items": {"type": ["object", "null"], "additionalProperties": True}},
    {"anyOf": [{"type": "string"}, {"type": "object", "properties": {}}]},
    {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}},
]
CLOSED: list[dict[str, Any]] = [
    {"type": "object", "properties": {}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"type": "string"}}},
    {"type": "object", "enum": [{}]},
]


@pytest.mark.parametrize("schema", OPEN)
def test_what_the_vendors_form_would_take_from_an_object_is_asked_for_in_words(
    schema: dict[str, Any],
) -> None:
    body = asked_for(schema)

    assert "output_config" not in body
    (turn,) = body["messages"]
    before, asked = turn["content"]
    assert before["text"] == "Which?"
    assert asked["text"].startswith("Answer with one JSON value and nothing else")
    assert asked["text"].endswith(orjson.dumps(schema).decode())


def test_any_object_is_asked_for_in_words() -> None:
    """It is what the doors make of the JSON modes that name no schema."""
    body = asked_for({"type": "object"})

    assert "output_config" not in body
    assert body["messages"][-1]["content"][-1]["text"] == (
        "Answer with one JSON object and nothing else: no words around it, no code block."
    )


@pytest.mark.parametrize("schema", CLOSED)
def test_an_object_that_is_said_whole_keeps_its_form(schema: dict[str, Any]) -> None:
    assert "format" in asked_for(schema)["output_config"]


def test_the_vendors_own_client_finds_nothing_left_to_change_in_such_a_schema() -> None:
    narrowed = answer_schema(SCHEMA)

    assert transform_schema(narrowed) == narrowed


def test_what_is_no_schema_is_left_for_the_vendor_to_refuse() -> None:
    assert answer_schema(True) is True
    odd: dict[str, Any] = {
        "type": "string",
        "format": {},
        "minItems": [],
        "anyOf": 3,
        "properties": {"a": 7},
    }
    assert answer_schema(odd)["properties"] == {"a": 7}


@pytest.mark.parametrize("inside", ["properties", "anyOf"])
def test_types_inside_types_are_asked_for_in_words_before_they_outgrow_everything(
    inside: str,
) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(40):
        held = {"a": schema} if inside == "properties" else [schema]
        schema = {"type": ["object", "string", "null"], inside: held}

    body = asked_for({"type": "object", "properties": {"a": schema}})

    assert "output_config" not in body
    assert "It must fit this JSON Schema" in body["messages"][-1]["content"][-1]["text"]
