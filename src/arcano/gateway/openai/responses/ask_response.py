"""A request for a response made ready: what is asked of a model, and the response that will be written."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from arcano.gateway.openai.responses.domain import ResponseId, StoredResponse
from arcano.gateway.openai.responses.item_ids import input_item_id, new_response_id
from arcano.gateway.openai.responses.read_request import (
    AskedResponse,
    ResponseDraft,
    read_response,
)
from arcano.gateway.openai.responses.repository import ResponseRepository
from arcano.gateway.openai.responses.write_response import ResponseWriting
from arcano.identity import UserId
from arcano.platform.errors import InvalidInputError

_KINDS = {"message": "msg", "function_call": "fc", "function_call_output": "fco", "reasoning": "rs"}


@dataclass(frozen=True, slots=True)
class Times:
    now: datetime
    keep: timedelta


@dataclass(frozen=True, slots=True)
class AskedStored:
    """A request that is stored, or goes on from what is. `items` are those sent with it, as they are stored."""

    draft: ResponseDraft
    asked: AskedResponse
    writing: ResponseWriting
    items: list[dict[str, Any]]
    times: Times

    def response(self, user_id: UserId, whole: dict[str, Any] | None = None) -> StoredResponse:
        """The row of it: as it stands, or as it is told."""
        whole = self.writing.whole() if whole is None else whole
        previous_id = self.draft.previous_response_id
        return StoredResponse(
            id=ResponseId(whole["id"]),
            user_id=user_id,
            previous_id=None if previous_id is None else ResponseId(previous_id),
            created_at=self.times.now,
            expires_at=self.times.now + self.times.keep,
            background=bool(self.draft.background),
            items=self.items,
            whole=whole,
        )


def ask_unstored(
    draft: ResponseDraft, body: dict[str, Any]
) -> tuple[AskedResponse, ResponseWriting]:
    """A request that needs nothing stored and leaves nothing behind.

    Raises:
        ValidationError, InvalidInputError: As `read_response`.
    """
    asked = read_response(draft, body, before=[], items=_sent(draft, body), may_pass=True)
    return asked, _writing(draft, body, new_response_id())


def ask_stored(
    draft: ResponseDraft, body: dict[str, Any], responses: ResponseRepository, times: Times
) -> AskedStored:
    """The same for one that is stored or goes on from what is.

    Raises:
        ValidationError, InvalidInputError: As `read_response`; or something is asked for that is refused where a
            response is stored.
        PreviousResponseNotFoundError: The response to go on from is not there.
    """
    response_id = new_response_id()
    before: list[dict[str, Any]] = []
    if draft.previous_response_id is not None:
        before = responses.items_before(draft.previous_response_id)
    # One small reference more would be one large item more.
    if len(set(draft.references)) != len(draft.references):
        raise InvalidInputError("input: An item is referred to twice. Refer to it once.")
    sent = [_resolved(item, responses) for item in _sent(draft, body)]
    asked = read_response(draft, body, before=before, items=sent, may_pass=False)
    if asked.beyond:
        raise InvalidInputError(
            f"{', '.join(asked.beyond)}: Only a provider that speaks this format understands that, and what goes through it "
            "unread is not stored. Leave it out, or send `store: false` and the conversation itself."
        )
    items = [_as_stored(item, response_id, place) for place, item in enumerate(sent)]
    return AskedStored(draft, asked, _writing(draft, body, response_id), items, times)


def _sent(draft: ResponseDraft, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The items as they were sent: what we do not know of them is kept as well."""
    sent = body.get("input", "")
    if isinstance(sent, str):
        text = {"type": "input_text", "text": sent}
        return [{"type": "message", "role": "user", "content": [text]}] if sent else []
    assert not isinstance(draft.input, str)  # noqa: S101 - it is the same, read
    return sent


def _resolved(item: dict[str, Any], responses: ResponseRepository) -> dict[str, Any]:
    is_reference = item.get("type") == "item_reference"
    return responses.item(item["id"]) if is_reference else item


def _as_stored(item: dict[str, Any], response_id: str, place: int) -> dict[str, Any]:
    """An item as it is listed: with an id and all that the API says it has."""
    kind = item.get("type") or "message"
    stored = {"status": "completed", **item, "type": kind}
    if not isinstance(item.get("id"), str):
        stored["id"] = input_item_id(_KINDS.get(kind, "item"), response_id, place)
    if kind == "message" and isinstance(item["content"], str):
        is_answer = item["role"] == "assistant"
        part: dict[str, Any] = {"type": "input_text", "text": item["content"]}
        if is_answer:
            part = {"type": "output_text", "text": item["content"], "annotations": []}
        stored["content"] = [part]
    return stored


def _writing(draft: ResponseDraft, body: dict[str, Any], response_id: str) -> ResponseWriting:
    return ResponseWriting(
        _head(draft, body, response_id),
        encrypted=draft.wants_encrypted,
        queued=bool(draft.background),
    )


def _head(draft: ResponseDraft, body: dict[str, Any], response_id: str) -> dict[str, Any]:
    """What stands in a response from its beginning. Source: OpenAI API reference, "The response object"."""
    reasoning = draft.reasoning
    return {
        "id": response_id,
        "object": "response",
        "created_at": int(time.time()),
        "background": bool(draft.background),
        "instructions": draft.instructions,
        "max_output_tokens": draft.max_output_tokens,
        "max_tool_calls": None,
        "metadata": draft.metadata or {},
        "model": draft.model,
        "parallel_tool_calls": draft.parallel_tool_calls is not False,
        "previous_response_id": draft.previous_response_id,
        "reasoning": {
            "effort": None if reasoning is None else reasoning.effort,
            "summary": None if reasoning is None else reasoning.summary,
        },
        "service_tier": None,
        "store": draft.is_stored,
        "temperature": draft.temperature,
        "text": {"format": {"type": "text"}, **(body.get("text") or {})},
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": [{"strict": None, **tool} for tool in body.get("tools") or ()],
        "top_logprobs": 0,
        "top_p": draft.top_p,
        "truncation": draft.truncation or "disabled",
        "user": body.get("user") if isinstance(body.get("user"), str) else None,
    }
