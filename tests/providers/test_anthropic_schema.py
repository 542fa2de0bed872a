"""An answer in JSON, asked of Anthropic: "Structured outputs" of the Claude docs, and what they do not take."""

from typing import Any

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
    "$defs": {"nest": {"type": "object", "default": {}}},
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
                            "description": 'It must also fit: {"default":{}}',
                            "properties": {},
                            "additionalProperties": False,
                        }
                    },
                    "additionalProperties": False,
                },
            },
        }
    )


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
