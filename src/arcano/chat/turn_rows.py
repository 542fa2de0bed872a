"""Turns and their answers as rows hold them: values out of rows, and rows out of values."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import RowMapping

from arcano.chat.domain import Failure, LeftOut, Turn, TurnId
from arcano.chat.events import AnsweredBy, ContextRead
from arcano.chat.live_log import Entry, Stretch
from arcano.chat.sealed import EVENTS, PARAMETERS, THOUGHT_PROOF, THOUGHT_TEXT, TURN_FAILURE
from arcano.chat.thoughts import Thought
from arcano.inference import AnsweredFromCache
from arcano.platform.secrets.texts import Texts
from arcano.providers import AnswerSchema, Parameters

SCHEMA_NAME = "answer"
"""What the shape of an answer is called where a provider wants a name for it."""


def entry(line: bytes) -> Entry:
    return orjson.loads(line)["type"], line


def stretch_values(turn_id: TurnId, stretch: Stretch, texts: Texts) -> dict[str, Any]:
    lines = b"\n".join([data for _, data in stretch.entries])
    return {
        "turn_id": turn_id,
        "first_sequence": stretch.first_sequence,
        "events": texts.kept_bytes(lines, EVENTS, turn_id, stretch.first_sequence),
    }


def thought_values(turn: Turn, thoughts: Sequence[Thought], texts: Texts) -> list[dict[str, Any]]:
    return [
        {
            "turn_id": turn.id,
            "ordinal": ordinal,
            "message_id": turn.assistant_message_id,
            "vendor": thought.seal.vendor,
            "made_by": thought.seal.made_by,
            "proof": texts.kept(thought.seal.proof, THOUGHT_PROOF, turn.id, ordinal),
            "text": texts.kept(thought.text, THOUGHT_TEXT, turn.id, ordinal),
            "at": thought.at,
            "on_text": thought.on_text,
        }
        for ordinal, thought in enumerate(thoughts)
    ]


def answer_values(turn: Turn) -> dict[str, Any]:
    """The row of the answer that is yet to be written."""
    return {
        "id": turn.assistant_message_id,
        "conversation_id": turn.conversation_id,
        "parent_id": turn.user_message_id,
        "above": turn.user_message_id,
        "role": "assistant",
        "content": "[]",
        "reasoning": None,
        "status": "running",
        "model": turn.model,
        "created_at": turn.created_at,
        "turn_id": turn.id,
        "finish_reason": None,
        "answered_by": None,
        "from_cache": None,
        "failure": None,
        "usage": None,
    }


def turn_of(row: RowMapping | Any, texts: Texts) -> Turn:  # noqa: ANN401 - a row with the turn's columns
    parameters = orjson.loads(texts.read(row["parameters"], PARAMETERS, row["id"]))
    parameters["stop"] = tuple(parameters.get("stop", ()))
    schema = parameters.pop("json_schema", None)
    failed = texts.read_or_none(row["failure"], TURN_FAILURE, row["id"])
    failure = orjson.loads(failed) if failed else None
    return Turn(
        id=row["id"],
        conversation_id=row["conversation_id"],
        owner_id=row["owner_id"],
        asked_by=row["asked_by"],
        user_message_id=row["user_message_id"],
        assistant_message_id=row["assistant_message_id"],
        model=row["model"],
        parameters=Parameters(**parameters),
        continues=bool(row["continues"]),
        status=row["status"],
        last_sequence=row["last_sequence"],
        created_at=row["created_at"],
        ended_at=row["ended_at"],
        failure=Failure(**failure) if failure else None,
        context=_context(row["context"]),
        answer_schema=None if schema is None else AnswerSchema(SCHEMA_NAME, schema),
    )


def _context(stored: str | None) -> ContextRead | None:
    return ContextRead(**orjson.loads(stored)) if stored else None


def left_out_json(context: ContextRead | None) -> str | None:
    """What is shown with the message: only where something was left out."""
    if context is None or not (context.dropped_messages or context.summarised_messages):
        return None
    told = LeftOut(context.dropped_messages, context.summarised_messages, context.summary_id)
    return json_text(asdict(told))


def answerer_json(who: AnsweredBy | None) -> str | None:
    if who is None:
        return None
    return json_text({"model": who.model, "target": who.target, "variant": who.variant})


def cache_json(event: AnsweredFromCache | None) -> str | None:
    if event is None:
        return None
    return json_text({"at": event.at, "kind": event.kind, "saved_tokens": event.saved_tokens})


def json_text(value: Sequence[Any] | dict[str, Any]) -> str:
    return orjson.dumps(value).decode()
