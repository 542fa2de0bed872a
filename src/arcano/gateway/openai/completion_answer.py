"""What was written after a prompt, in the words of OpenAI's older completions, in pieces or whole.

Source: OpenAI API reference, "The completion object". Reasoning has no place in it and is left out.
"""

import time
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from arcano.gateway.openai.chat_answer import usage_view
from arcano.gateway.openai.errors import error_body, refusal
from arcano.inference import InferenceEvent, TargetChosen
from arcano.platform.errors import ArcanoError
from arcano.platform.ids import new_id
from arcano.platform.sse import SSE_COMMENT, SseParser
from arcano.providers import (
    FinishReason,
    ModelFinished,
    RefusalDelta,
    TextDelta,
    TokenUsage,
    WirePassed,
)

_REASON: Mapping[FinishReason, str] = {
    "stop": "stop",
    "length": "length",
    "content-filter": "content_filter",
    "tool-calls": "stop",
}
_DONE = b"data: [DONE]\n\n"


class CompletionPiece:
    """What is written after one of the prompts of a call; `place` is which one, and each has as many `choices`."""

    def __init__(
        self,
        model: str,
        place: int,
        *,
        choices: int,
        stream: bool,
        identity: str,
        alone: bool = True,
    ) -> None:
        self._alone = alone
        self._first = place * choices
        self._stream = stream
        self._head = {
            "id": identity,
            "object": "text_completion",
            "created": int(time.time()),
            "model": model,
        }
        self._texts: list[str] = []
        self._parser = SseParser()
        self.passed = False
        self.choices: list[dict[str, Any]] = []
        """What was written, where it is wanted in one piece."""

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case TextDelta(text) | RefusalDelta(text):
                return self._say(text)
            case WirePassed(data):
                self.passed = True
                return self._renumbered(data)
            case TargetChosen():
                self._head["model"] = event.model
                return b""
            case ModelFinished(reason):
                return b"" if self.passed else self._end(_REASON[reason])
            case _:
                return b""

    def _say(self, text: str) -> bytes:
        if self._stream:
            return self._chunk(text, None)
        self._texts.append(text)
        return b""

    def _end(self, reason: str) -> bytes:
        if self._stream:
            return self._chunk("", reason)
        self.choices.append(self._choice("".join(self._texts), reason))
        return b""

    def _choice(self, text: str, reason: str | None) -> dict[str, Any]:
        return {"text": text, "index": self._first, "logprobs": None, "finish_reason": reason}

    def _chunk(self, text: str, reason: str | None) -> bytes:
        return b"data: %s\n\n" % orjson.dumps(
            {**self._head, "choices": [self._choice(text, reason)]}
        )

    def _renumbered(self, data: bytes) -> bytes:
        """Each prompt is asked alone; its answers get the numbers that they have among all."""
        if not self._stream:
            self.choices += self._numbered(orjson.loads(data)["choices"])
            return b""
        if self._alone:
            return data
        said: list[bytes] = []
        for event in self._parser.feed(data):
            chunk = orjson.loads(event.data)
            # What each used is told once, of all together, at the end.
            chunk.pop("usage", None)
            chunk["choices"] = self._numbered(chunk.get("choices") or [])
            if chunk["choices"]:
                said.append(b"data: %s\n\n" % orjson.dumps({**chunk, "id": self._head["id"]}))
        return b"".join(said)

    def _numbered(self, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**choice, "index": self._first + choice.get("index", 0)} for choice in choices]


class TextCompletions:
    """All prompts of a call together. Fed with the bytes of the pieces, and the sum of what they used at the end."""

    def __init__(
        self, model: str, *, count: int, choices: int = 1, stream: bool, usage_wanted: bool
    ) -> None:
        identity = f"cmpl-{new_id()}"
        self.media_type = "text/event-stream" if stream else "application/json"
        self.silence = SSE_COMMENT if stream else b""
        self._stream = stream
        self._usage_wanted = usage_wanted
        self._head = {
            "id": identity,
            "object": "text_completion",
            "created": int(time.time()),
            "model": model,
        }
        self.pieces = [
            CompletionPiece(
                model, place, choices=choices, stream=stream, identity=identity, alone=count == 1
            )
            for place in range(count)
        ]

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case WirePassed(data):
                return data
            case ModelFinished():
                return self._end(event.usage)
            case _:
                return b""

    def failed(self, error: ArcanoError) -> bytes:
        """An event that every SDK raises as an error; and no `[DONE]`."""
        return b"data: %s\n\n" % orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)

    def _end(self, usage: TokenUsage | None) -> bytes:
        told = usage_view(usage)
        if not self._stream:
            choices = [choice for piece in self.pieces for choice in piece.choices]
            return orjson.dumps({**self._head, "choices": choices, "usage": told})
        is_told = len(self.pieces) == 1 and self.pieces[0].passed
        if self._usage_wanted and not is_told:
            last = orjson.dumps({**self._head, "choices": [], "usage": told})
            return b"data: %s\n\n%s" % (last, _DONE)
        return _DONE
