"""Results of tools whose calls have no ids, as Google's and Ollama's programs send them: each finds its own call."""

from typing import Any

from arcano.gateway.gemini.generate_request import read_generate
from arcano.gateway.ollama.chat_request import read_chat
from arcano.providers import RequestMessage, ToolCallPart, ToolResultPart


def pairs(messages: tuple[RequestMessage, ...]) -> list[tuple[str, str]]:
    """What each call was asked with and what came of it, in the order of the results."""
    parts = [part for message in messages for part in message.parts]
    calls = {part.call_id: part.arguments for part in parts if isinstance(part, ToolCallPart)}
    return [(calls[part.call_id], part.text) for part in parts if isinstance(part, ToolResultPart)]


def in_gemini(*contents: dict[str, Any]) -> list[tuple[str, str]]:
    request = read_generate("m", {"contents": list(contents)}, stream=False).request
    return pairs(request.messages)


def in_ollama(*messages: dict[str, Any]) -> list[tuple[str, str]]:
    request = read_chat({"model": "m", "messages": list(messages)}).request
    assert request is not None
    return pairs(request.messages)


def said(text: str) -> dict[str, Any]:
    return {"role": "user", "parts": [{"text": text}]}


def called(*numbers: int) -> dict[str, Any]:
    calls = [{"functionCall": {"name": "f", "args": {"n": number}}} for number in numbers]
    return {"role": "model", "parts": calls}


def gave(*results: str) -> dict[str, Any]:
    parts = [{"functionResponse": {"name": "f", "response": {"output": one}}} for one in results]
    return {"role": "user", "parts": parts}


def test_results_of_one_turn_belong_to_its_calls_in_order() -> None:
    assert in_gemini(said("Go."), called(1), called(2), gave("one", "two")) == [
        ('{"n":1}', "one"),
        ('{"n":2}', "two"),
    ]


def test_a_call_that_was_given_up_takes_no_result_of_a_later_one() -> None:
    assert in_gemini(said("Go."), called(1), said("Stop. Again."), called(2), gave("two")) == [
        ('{"n":2}', "two")
    ]


def test_the_same_holds_in_ollamas_words() -> None:
    def calls(number: int) -> dict[str, Any]:
        function = {"name": "f", "arguments": {"n": number}}
        return {"role": "assistant", "content": "", "tool_calls": [{"function": function}]}

    user, result = {"role": "user", "content": "Go."}, {"role": "tool", "content": "two"}

    assert in_ollama(user, calls(1), user, calls(2), result) == [('{"n":2}', "two")]
    assert in_ollama(user, calls(1), calls(2), result, result) == [
        ('{"n":1}', "two"),
        ('{"n":2}', "two"),
    ]
