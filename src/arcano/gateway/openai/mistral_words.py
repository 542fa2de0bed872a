"""What Mistral's client says differently from OpenAI's, in OpenAI's words.

Source: Mistral API reference, "Chat completion". Its programs ask at the door of OpenAI, for the two formats are one but
for these words.
"""

from typing import Any


def in_openai_words(body: dict[str, Any]) -> dict[str, Any]:
    """The same question; the very same object where nothing is said differently."""
    said = dict(body)
    if "random_seed" in said:
        seed = said.pop("random_seed")
        said.setdefault("seed", seed)
    if said.get("safe_prompt") is False:
        del said["safe_prompt"]
    if said.get("tool_choice") == "any":
        said["tool_choice"] = "required"
    messages = said.get("messages")
    if isinstance(messages, list):
        turns: list[Any] = messages
        said["messages"] = [_message(turn) for turn in turns]
    return body if said == body else said


def goes_on(body: dict[str, Any]) -> bool:
    """Whether the last message is the beginning of an answer: there it says so itself."""
    messages = body.get("messages")
    last: Any = messages[-1] if isinstance(messages, list) and messages else None
    return isinstance(last, dict) and bool(last.get("prefix"))


def _message(message: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(message, dict):
        return message
    told: dict[str, Any] = message
    content = told.get("content")
    if "prefix" in told:
        told = {name: value for name, value in told.items() if name != "prefix"}
    if isinstance(content, list):
        parts: list[Any] = content
        told = {**told, "content": [_part(part) for part in parts]}
    return told


def _part(part: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(part, dict) and isinstance(part.get("image_url"), str):
        told: dict[str, Any] = part
        return {**told, "image_url": {"url": told["image_url"]}}
    return part
