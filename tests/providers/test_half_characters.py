r"""Emojis that a server cut in two: `"\ud83e"` in one event, `"\udd89"` in the next, in every wire format."""

from collections.abc import Callable, Iterable

import orjson
import pytest
from tests.support.heard import Heard, heard_in

from arcano.providers.adapters.anthropic_stream import MessageAnswer
from arcano.providers.adapters.gemini_stream import GeminiStream
from arcano.providers.adapters.half_characters import WholeCharacters
from arcano.providers.adapters.mistral_stream import MistralStream
from arcano.providers.adapters.ollama_stream import OllamaChatStream
from arcano.providers.adapters.openai_stream import ChatCompletionStream
from arcano.providers.adapters.responses_stream import ResponseStream
from arcano.providers.events import ModelFinished

Read = Callable[[Iterable[str]], Heard]
"""Hears an answer whose texts are these JSON strings, one an event."""


def _sse(*events: str) -> bytes:
    return "".join(f"data: {event}\n\n" for event in events).encode()


def openai(texts: Iterable[str]) -> Heard:
    stream = ChatCompletionStream("OpenAI")
    said = [f'{{"choices":[{{"delta":{{"content":{text}}}}}]}}' for text in texts]
    end = '{"choices":[{"delta":{},"finish_reason":"stop"}]}'
    return _heard(stream, _sse(*said, end, "[DONE]"))


def mistral(texts: Iterable[str]) -> Heard:
    stream = MistralStream("Mistral")
    said = [f'{{"choices":[{{"delta":{{"content":{text}}}}}]}}' for text in texts]
    end = '{"choices":[{"delta":{"content":""},"finish_reason":"stop"}]}'
    return _heard(stream, _sse(*said, end, "[DONE]"))


def responses(texts: Iterable[str]) -> Heard:
    stream = ResponseStream("OpenAI")
    said = [f'{{"type":"response.output_text.delta","delta":{text}}}' for text in texts]
    end = '{"type":"response.completed","response":{"status":"completed","output":[]}}'
    return _heard(stream, _sse(*said, end))


def anthropic(texts: Iterable[str]) -> Heard:
    stream = MessageAnswer("Anthropic")
    begin = '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'
    said = [
        f'{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":{text}}}}}'
        for text in texts
    ]
    end = '{"type":"message_delta","delta":{"stop_reason":"end_turn"}}'
    return _heard(stream, _sse(begin, *said, end, '{"type":"message_stop"}'))


def gemini(texts: Iterable[str]) -> Heard:
    stream = GeminiStream("Gemini")
    said = [f'{{"candidates":[{{"content":{{"parts":[{{"text":{text}}}]}}}}]}}' for text in texts]
    end = '{"candidates":[{"finishReason":"STOP"}]}'
    heard = heard_in(stream.feed(_sse(*said)))
    for event in stream.feed(_sse(end)):
        heard.add(event)
    heard.add(stream.end())
    return heard


def ollama(texts: Iterable[str]) -> Heard:
    stream = OllamaChatStream("Ollama")
    said = [f'{{"message":{{"content":{text}}},"done":false}}' for text in texts]
    lines = "\n".join([*said, '{"message":{"content":""},"done":true}', ""]).encode()
    return _heard(stream, lines)


def _heard(
    stream: ChatCompletionStream | ResponseStream | MessageAnswer | OllamaChatStream, data: bytes
) -> Heard:
    heard = heard_in(stream.feed(data))
    assert stream.failure is None
    assert isinstance(stream.finished, ModelFinished)
    return heard


READERS = (openai, mistral, responses, anthropic, gemini, ollama)


@pytest.mark.parametrize("read", READERS)
def test_halves_in_two_events_are_one_character(read: Read) -> None:
    heard = read([r'"An owl: \ud83e"', r'"\udd89, and another: \ud83e"', r'"\udd89"'])

    assert heard.text == "An owl: 🦉, and another: 🦉"


@pytest.mark.parametrize("read", READERS)
def test_a_half_that_stays_alone_is_shown_as_lost(read: Read) -> None:
    heard = read([r'"Lost: \ud83e"', r'" and \udd89 and \ud83e"'])

    assert heard.text == "Lost: \ufffd and \ufffd and \ufffd"


@pytest.mark.parametrize("read", READERS)
def test_whole_characters_pass_as_they_are(read: Read) -> None:
    heard = read([orjson.dumps(text).decode() for text in ("Grüße, ", "語 ", "und 🦉🏳️‍🌈!", "")])

    assert heard.text == "Grüße, 語 und 🦉🏳️‍🌈!"


def test_a_half_at_the_cut_of_a_stream_is_not_said() -> None:
    characters = WholeCharacters()

    assert characters.of("An owl: \ud83e") == "An owl: "
