"""A model on its way from the library to an Ollama, as far as it has come.

Source: Ollama API reference, "Pull a model". Ollama keeps what has arrived: to go on after a break,
pull the same model again.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from arcano.platform.ndjson import NdjsonLines
from arcano.providers.adapters.ollama_errors import error_in_ollama_stream
from arcano.providers.adapters.wire_json import as_count
from arcano.providers.errors import ProviderError, StreamCutError

_MAX_STATUS = 200


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far it is. `status` is Ollama's own word for what it does: `pulling manifest`, `success`.

    The bytes are those of all files heard of so far; the total grows when the next file begins.
    """

    status: str
    done_bytes: int = 0
    total_bytes: int = 0


class PullStream:
    """Reads the stream of one pull: feed it bytes, it gives the progress they tell of.

    `finished` is set once Ollama said `success`; `failure` once the stream cannot be read on.
    """

    def __init__(self, provider: str, *, key: str | None = None) -> None:
        self._provider = provider
        self._key = key
        self._lines = NdjsonLines()
        self._files: dict[str, tuple[int, int]] = {}
        self._out: list[PullProgress] = []
        self.finished = False
        self.failure: ProviderError | None = None

    def feed(self, chunk: bytes) -> list[PullProgress]:
        """What this read tells, in order; of several lines with one status only the last."""
        self._out = []
        try:
            for line in self._lines.feed(chunk):
                self._read(orjson.loads(line))
        except ProviderError as failure:
            self.failure = failure
        except (ValueError, TypeError, AttributeError, LookupError):
            self.failure = StreamCutError(
                f"{self._provider} sent something that is no progress. Pull again to go on."
            )
        return self._out

    def end(self) -> list[PullProgress]:
        """What a last line without its line feed tells."""
        rest = self._lines.rest()
        return self.feed(rest + b"\n") if rest else []

    def _read(self, line: Any) -> None:
        if line.get("error"):
            raise error_in_ollama_stream(self._provider, line["error"], key=self._key)
        status = str(line.get("status") or "")[:_MAX_STATUS]
        if digest := line.get("digest"):
            total = as_count(line.get("total")) or 0
            self._files[str(digest)] = (min(as_count(line.get("completed")) or 0, total), total)
        progress = PullProgress(
            status,
            done_bytes=sum(done for done, _ in self._files.values()),
            total_bytes=sum(total for _, total in self._files.values()),
        )
        if self._out and self._out[-1].status == status:
            self._out[-1] = progress
        else:
            self._out.append(progress)
        self.finished = self.finished or status == "success"
