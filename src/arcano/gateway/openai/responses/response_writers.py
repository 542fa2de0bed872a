"""A response on its way to whoever asked, in pieces or whole; bytes of a target that speaks the same format pass."""

from collections.abc import Iterable

import orjson
from starlette.responses import Response

from arcano.gateway.openai.errors import error_body, refusal
from arcano.gateway.openai.responses.output_items import Event
from arcano.gateway.openai.responses.write_response import ResponseWriting
from arcano.inference import InferenceEvent
from arcano.platform.errors import ArcanoError
from arcano.platform.sse import SSE_COMMENT
from arcano.providers import ModelFinished, WirePassed


def frames(events: Iterable[Event]) -> bytes:
    """Events as they go over the wire. There is no `[DONE]` in this API: the last event is the end."""
    return b"".join(
        b"event: %s\ndata: %s\n\n" % (event["type"].encode(), orjson.dumps(event))
        for event in events
    )


class ResponseEvents:
    """Writes one streamed response."""

    media_type = "text/event-stream"
    silence = SSE_COMMENT

    def __init__(self, writing: ResponseWriting) -> None:
        self._writing = writing
        self._passed = 0

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case WirePassed(data):
                self._passed += data.count(b"\ndata:") + data.startswith(b"data:")
                return data
            case ModelFinished():
                return b"" if self._passed else frames(self._writing.finish(event))
            case _ if self._passed:
                return b""
            case _:
                return frames(self._writing.feed(event))

    def failed(self, error: ArcanoError) -> bytes:
        """`response.failed`; or, of a response whose own words nobody here has read, an event `error`."""
        if not self._passed:
            return frames(self._writing.fail(error))
        told = error_body(error)["error"]
        return frames(
            [
                {
                    "type": "error",
                    "code": told["code"],
                    "message": told["message"],
                    "param": None,
                    "sequence_number": self._passed,
                }
            ]
        )

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)


class WholeResponse:
    """Gathers one response and writes it in one piece at the end."""

    media_type = "application/json"
    silence = b""

    def __init__(self, writing: ResponseWriting) -> None:
        self._writing = writing
        self._passed: list[bytes] = []

    def feed(self, event: InferenceEvent) -> bytes:
        match event:
            case WirePassed(data):
                self._passed.append(data)
            case ModelFinished():
                if self._passed:
                    return b"".join(self._passed)
                self._writing.finish(event)
                return orjson.dumps(self._writing.view())
            case _:
                self._writing.feed(event)
        return b""

    def failed(self, error: ArcanoError) -> bytes:
        """Never asked for: nothing is sent before the end."""
        return orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)


class HeardAgain:
    """Passes on what was written before, or elsewhere."""

    media_type = "text/event-stream"
    silence = SSE_COMMENT

    def feed(self, event: InferenceEvent) -> bytes:
        return event.data if isinstance(event, WirePassed) else b""

    def failed(self, error: ArcanoError) -> bytes:
        return b"data: %s\n\n" % orjson.dumps(error_body(error))

    def refusal(self, error: ArcanoError) -> Response:
        return refusal(error)
