"""What a program gives back is read as it was given out, and a vendor that is asked in its own words sees only its own proofs."""

from typing import Any

from arcano.gateway.anthropic.messages_request import read_message
from arcano.gateway.gemini.generate_request import read_generate
from arcano.gateway.openai.chat_request import read_chat
from arcano.gateway.seals import ON_CALL, carried
from arcano.inference import maker_digest
from arcano.providers import ModelRequest, ReasoningPart, Seal, TextPart, ToolCallPart

MAKER = "c1 https://host model"
KNOWN = maker_digest(MAKER)
CLAUDES = Seal("anthropic", "c2ln", MAKER)
HIDDEN = Seal("anthropic", "redacted:c2VjcmV0", MAKER)
GOOGLES = Seal("gemini", "c2lnbmVk", MAKER)


def claude(*content: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": "?"}, {"role": "assistant", "content": list(content)}]
    return {"model": "m", "max_tokens": 5, "messages": turns}


def google(*parts: Any) -> dict[str, Any]:
    return {
        "contents": [
            {"role": "user", "parts": [{"text": "?"}]},
            {"role": "model", "parts": list(parts)},
        ]
    }


def sent(request: ModelRequest) -> Any:
    assert request.wire is not None
    return request.wire.body


def test_anthropic_is_given_back_its_own_proofs_bare_and_those_of_others_not_at_all() -> None:
    text = {"type": "text", "text": "Yes."}
    use: dict[str, Any] = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    body = claude(
        {"type": "thinking", "thinking": "Hm.", "signature": carried(CLAUDES)},
        {"type": "redacted_thinking", "data": carried(HIDDEN)},
        {"type": "thinking", "thinking": "Of another.", "signature": carried(GOOGLES)},
        {"type": "thinking", "thinking": "Of nobody.", "signature": ""},
        {"type": "redacted_thinking", "data": carried(GOOGLES, on=ON_CALL)},
        text,
        use,
    )

    request = read_message(body).request

    assert sent(request)["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "c2VjcmV0"},
        text,
        use,
    ]
    assert request.messages[1].parts == (
        ReasoningPart("Hm.", Seal("anthropic", "c2ln", KNOWN)),
        ReasoningPart("", Seal("anthropic", "redacted:c2VjcmV0", KNOWN)),
        ReasoningPart("Of another.", Seal("gemini", "c2lnbmVk", KNOWN)),
        ReasoningPart("Of nobody."),
        TextPart("Yes."),
        ToolCallPart("t", "f", "{}", Seal("gemini", "c2lnbmVk", KNOWN)),
    )


def test_google_is_given_back_its_own_proofs_bare_and_those_of_others_not_at_all() -> None:
    call: dict[str, Any] = {"functionCall": {"id": "t", "name": "f", "args": {}}}
    body = google(
        {"text": "Hm.", "thought": True},
        {"text": "", "thought": True, "thoughtSignature": carried(CLAUDES)},
        {"text": "Yes, yes."},
        {"text": "", "thoughtSignature": carried(GOOGLES, on=4)},
        {**call, "thoughtSignature": carried(GOOGLES, on=ON_CALL)},
    )

    request = read_generate("m", body, stream=False).request

    assert sent(request)["contents"][1]["parts"] == [
        {"text": "Hm.", "thought": True},
        {"text": "Yes, yes."},
        {"text": "", "thoughtSignature": "c2lnbmVk"},
        {**call, "thoughtSignature": "c2lnbmVk"},
    ]
    assert request.messages[1].parts == (
        ReasoningPart("Hm.", Seal("anthropic", "c2ln", KNOWN)),
        TextPart("Yes, "),
        TextPart("yes.", Seal("gemini", "c2lnbmVk", KNOWN)),
        ToolCallPart("t", "f", "{}", Seal("gemini", "c2lnbmVk", KNOWN)),
    )


def gpt(**said: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "Yes.", **said}]
    return {"model": "m", "messages": [*messages, {"role": "user", "content": "And?"}]}


def test_a_server_of_openais_format_is_given_back_no_proofs_and_no_thoughts_that_they_are_on() -> (
    None
):
    call = {"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    others = {"type": "reasoning.encrypted", "data": "b3RoZXJz"}
    body = gpt(
        reasoning_content="Hm.",
        reasoning_details=[
            {"type": "reasoning.text", "text": "Hm.", "data": carried(CLAUDES)},
            others,
        ],
        tool_calls=[
            {**call, "extra_content": {"arcano": carried(CLAUDES, on=ON_CALL)}},
            {**call, "extra_content": {"arcano": carried(CLAUDES), "google": {"a": 1}}},
            call,
        ],
    )

    request = read_chat(body).request

    assert sent(request)["messages"][1] == {
        "role": "assistant",
        "content": "Yes.",
        "reasoning_details": [others],
        "tool_calls": [call, {**call, "extra_content": {"google": {"a": 1}}}, call],
    }
    assert request.messages[1].parts[0] == ReasoningPart("Hm.", Seal("anthropic", "c2ln", KNOWN))


def test_a_body_without_proofs_of_ours_is_sent_as_it_came() -> None:
    bare = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    asked = claude(bare, {"type": "text", "text": "Yes."})
    other = google({"text": "Yes.", "thoughtSignature": "c2lnbmVk"})

    open_thought = gpt(reasoning_content="Hm.", reasoning_details=None)
    assert sent(read_chat(open_thought).request) is open_thought
    assert sent(read_message(asked).request) is asked
    assert sent(read_generate("m", other, stream=False).request) is other
