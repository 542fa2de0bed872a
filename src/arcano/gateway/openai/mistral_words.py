"""What Mistral's client says differently from OpenAI's, in OpenAI's words.

Source: Mistral API reference, "Chat completion". Its programs ask at the door of OpenAI, for the two formats are one but
for these words.
"""

from typing import Any

from arcano.gateway.json_values import as_list, as_object


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
    turns = as_list(said.get("messages"))
    if turns is not None:
        said["messages"] = [_message(turn) for turn in turns]
    return body if said == body else said


def goes_on(body: dict[str, Any]) -> bool:
    """Whether the last message is the beginning of an answer: there it says so itself."""
    turns = as_list(body.get("messages"))
    last = as_object(turns[-1]) if turns else None
    return last is not None and last.get("prefix") is True


def _message(message: Any) -> Any:  # noqa: ANN401 - any JSON
    told = as_object(message)
    if told is None:
        return message
    parts = as_list(told.get("content"))
    if "prefix" in told:
        told = {name: value for name, value in told.items() if name != "prefix"}
    if parts is not None:
        told = {**told, "content": [_part(part) for part in parts]}
    return told


def _part(part: Any) -> Any:  # noqa: ANN401 - any JSON
    told = as_object(part)
    if told is None or not isinstance(told.get("image_url"), str):
        return part
    return {**told, "image_url": {"url": told["image_url"]}}
