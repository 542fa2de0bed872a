"""Mistral's models through Mistral's own API: OpenAI's chat completions, but for what is in this module's neighbours.

Models are listed and errors are read as with any server of that format; see `openai_models` and
`openai_errors` for what is Mistral's there.
"""

from typing import Any, ClassVar

import aiohttp
from typing_extensions import override

from arcano.providers.adapters.answer_stream import AnswerStream
from arcano.providers.adapters.mistral_request import beginning_of, mistral_body, sources_in
from arcano.providers.adapters.mistral_stream import MistralStream
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.profiles import MISTRAL, Profile
from arcano.providers.request import ModelRequest


class MistralModel(OpenAICompatibleModel):
    """Mistral. `base_url` ends where `/chat/completions` begins."""

    dialect: ClassVar[str | None] = None
    prompt_dialect: ClassVar[str | None] = None
    """Nearly OpenAI's, with fields of its own: nobody asks in its words."""

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        key: str | None,
        http: aiohttp.ClientSession,
        profile: Profile = MISTRAL,
    ) -> None:
        super().__init__(name=name, base_url=base_url, key=key, http=http, profile=profile)

    @override
    def _question(self, request: ModelRequest) -> tuple[dict[str, Any], AnswerStream]:
        body = mistral_body(request, self.profile)
        answer = MistralStream(
            self.name,
            key=self._calls.key,
            beginning=beginning_of(body["messages"], request),
            sources=sources_in(request),
        )
        return body, answer

    @override
    def _embedding_body(
        self, model: str, texts: tuple[str, ...], *, dimensions: int | None
    ) -> dict[str, Any]:
        body = super()._embedding_body(model, texts, dimensions=None)
        return body if dimensions is None else {**body, "output_dimension": dimensions}
