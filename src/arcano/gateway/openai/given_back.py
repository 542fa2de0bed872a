"""Messages that a program gives back whole, as another server of the format may read them.

With an answer we give out what its vendor sealed, in fields that few servers know. Its maker gets it back where the messages
are read here. Where they pass unread it is taken out: it is nobody else's, and some servers refuse a request for it.
"""

from typing import Any

from arcano.gateway.seals import brought_back


def without_seals(body: dict[str, Any]) -> dict[str, Any]:
    """The same body without our seals and the thoughts that they are on; the very same where it has none."""
    messages = [_bare(message) for message in body["messages"]]
    if all(bare is given for bare, given in zip(messages, body["messages"], strict=True)):
        return body
    return {**body, "messages": messages}


def _bare(message: dict[str, Any]) -> dict[str, Any]:
    details: list[dict[str, Any]] = message.get("reasoning_details") or []
    kept = [detail for detail in details if not _is_ours(detail.get("data"))]
    if len(kept) < len(details):
        # The words stand in both fields, and both are of the same thoughts.
        message = _without(message, "reasoning_details", "reasoning_content")
        if kept:
            message["reasoning_details"] = kept
    calls: list[dict[str, Any]] = message.get("tool_calls") or []
    if any(_seals(call) for call in calls):
        message = {**message, "tool_calls": [_bare_call(call) for call in calls]}
    return message


def _bare_call(call: dict[str, Any]) -> dict[str, Any]:
    if not _seals(call):
        return call
    others = _without(call["extra_content"], "arcano")
    bare = _without(call, "extra_content")
    return {**bare, "extra_content": others} if others else bare


def _seals(call: dict[str, Any]) -> bool:
    beside: dict[str, Any] = call.get("extra_content") or {}
    return _is_ours(beside.get("arcano"))


def _is_ours(token: object) -> bool:
    return isinstance(token, str) and brought_back(token) is not None


def _without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}
