"""The door for vectors: texts in, one vector for each out."""

from typing import Annotated, Self

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from arcano.identity import Permission, Viewer, may
from arcano.inference.embed_texts import Embedded, Embedder, EmbeddingCall
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["models"], route_class=JsonRoute)

_Text = Annotated[str, StringConstraints(min_length=1, max_length=1_000_000)]
_Texts = Annotated[list[_Text], Field(min_length=1, max_length=2048)]


class EmbeddingsDraft(BaseModel):
    """`input` is one text or several; `dimensions` asks for shorter vectors where the model can."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    input: _Text | _Texts
    dimensions: Annotated[int, Field(ge=1, le=100_000)] | None = None

    def made_by(self, viewer: Viewer) -> EmbeddingCall:
        texts = (self.input,) if isinstance(self.input, str) else tuple(self.input)
        return EmbeddingCall(
            self.model,
            texts,
            viewer.user_id,
            dimensions=self.dimensions,
            key=viewer.key,
            group_ids=viewer.groups,
        )


class EmbeddingsView(BaseModel):
    """`vectors` in the order of the texts. Compare them only with those of the same `model`.

    `input_tokens` is this call's part of what the provider counted; null where it counted nothing.
    """

    model: str
    target: str
    vectors: list[list[float]]
    input_tokens: int | None

    @classmethod
    def of(cls, embedded: Embedded) -> Self:
        # Thousands of numbers that are numbers already need no validation.
        return cls.model_construct(
            model=embedded.model,
            target=embedded.target_id,
            vectors=embedded.vectors,
            input_tokens=embedded.usage.input_tokens if embedded.usage else None,
        )


async def _embedder(request: Request) -> Embedder:
    return request.app.state.embedder


@router.post("/embeddings", response_model=EmbeddingsView)
async def embed_texts(
    draft: EmbeddingsDraft,
    viewer: Annotated[Viewer, may(Permission.MODEL_USE)],
    embedder: Annotated[Embedder, Depends(_embedder)],
) -> Response:
    viewer.expect_model(draft.model)
    embedded = await embedder.embed(draft.made_by(viewer))
    body = orjson.dumps(dict(EmbeddingsView.of(embedded)))
    return Response(body, media_type="application/json")
