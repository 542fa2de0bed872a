"""An answer in Mistral's words, where they differ from those of OpenAI's chat completions.

Source: Mistral API reference, "Chat completion" (`CompletionChunk`, `ContentChunk`); guides "Reasoning", "Prefix"
and "Citations and references". Text comes as a string, or as a list of chunks: text, thoughts, references.
"""

from typing import Any, ClassVar

from typing_extensions import override

from arcano.providers.adapters.mistral_request import VENDOR
from arcano.providers.adapters.openai_stream import ChatCompletionStream
from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.events import (
    FinishReason,
    ReasoningDelta,
    ReasoningSealed,
    RefusalDelta,
    SourceCited,
    TextDelta,
)
from arcano.providers.request import Seal


class MistralStream(ChatCompletionStream):
    """Reads one answer.

    `beginning` is what the answer was to continue: Mistral says it again, we do not. `sources` are
    those that may be cited, by their names.
    """

    finish_reasons: ClassVar[dict[str, FinishReason]] = {
        **ChatCompletionStream.finish_reasons,
        "model_length": "length",
    }

    def __init__(
        self,
        provider: str,
        *,
        key: str | None = None,
        beginning: str = "",
        sources: dict[str, SourceCited] | None = None,
    ) -> None:
        super().__init__(provider, key=key)
        self._beginning = beginning
        self._said_again = ""
        self._sources = sources or {}

    @override
    def _read_delta(self, delta: dict[str, Any]) -> None:
        content = delta.get("content")
        if isinstance(content, list):
            for chunk in as_list(content):
                self._read_chunk(as_object(chunk), TextDelta)
            delta = {**delta, "content": None}
        super()._read_delta(delta)

    def _read_chunk(self, chunk: dict[str, Any], kind: type[TextDelta | ReasoningDelta]) -> None:
        match chunk.get("type"):
            case "text":
                self._say(kind, chunk["text"])
            case "thinking" if kind is TextDelta:
                for thought in as_list(chunk["thinking"]):
                    self._read_chunk(as_object(thought), ReasoningDelta)
                if isinstance(seal := chunk.get("signature"), str) and seal:
                    self._add(ReasoningSealed(Seal(VENDOR, seal)))
            case "reference":
                for name in as_list(chunk.get("reference_ids")):
                    self._add(self._sources.get(str(name)) or SourceCited(None, str(name), None))
            case "tool_reference":
                self._cite(chunk)
            case _:
                pass

    def _cite(self, chunk: dict[str, Any]) -> None:
        """A page that one of Mistral's own tools found."""
        said = (chunk.get("url"), chunk.get("title"), chunk.get("description"))
        url, title, quote = (text if isinstance(text, str) else None for text in said)
        if url or title:
            self._add(SourceCited(url, title, quote))

    @override
    def _say(self, kind: type[TextDelta | ReasoningDelta | RefusalDelta], text: Any) -> None:
        if self._beginning and kind is TextDelta:
            text = self._only_new(text)
            if not text:
                return
        super()._say(kind, text)

    def _only_new(self, text: str) -> str:
        """What of the text is not the beginning said again; empty while that is not decided."""
        said = self._said_again + text
        if self._beginning.startswith(said) and said != self._beginning:
            self._said_again = said
            return ""
        new = said.removeprefix(self._beginning)
        self._beginning = self._said_again = ""
        return new

    @override
    def _end(self) -> None:
        if self._said_again:
            # It was no repetition after all, only like the beginning of one.
            self._beginning = ""
            self._say(TextDelta, self._said_again)
        super()._end()
