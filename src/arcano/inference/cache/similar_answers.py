"""The second look: no answer to this question was kept, but perhaps one to a question that means the same."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from arcano.inference.cache.answer_key import digest_of
from arcano.inference.cache.similar_questions import Kind, SimilarQuestions, SingleQuestion
from arcano.inference.cache.target_class import TargetClass
from arcano.inference.call import Call
from arcano.inference.embed_texts import Embedder, EmbeddingCall
from arcano.platform.errors import ArcanoError

logger = logging.getLogger(__name__)

EMBED_WITHIN = timedelta(seconds=2)
"""Who asks has waited so long for nothing, if nothing similar is found."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A question with its vector. `nearest` is the digest of a similar one."""

    kind: Kind
    text: str
    vector: Sequence[float]
    nearest: bytes | None


class SimilarAnswers:
    """Compares questions by the vectors that `embedder` makes with `model`, in the name of who asks."""

    def __init__(self, embedder: Embedder, *, model: str, questions: SimilarQuestions) -> None:
        self._embedder = embedder
        self._model = model
        self._questions = questions

    async def compare(self, call: Call, *, scope: str, targets: TargetClass) -> Compared | None:
        """None where the question cannot be compared, or no vector is to be had in time."""
        single = SingleQuestion.of(call.request)
        if single is None:
            return None
        asked = EmbeddingCall(self._model, (single.text,), call.user_id, call.priority)
        try:
            async with asyncio.timeout(EMBED_WITHIN.total_seconds()):
                embedded = await self._embedder.embed(asked)
        except (ArcanoError, TimeoutError) as failure:
            logger.warning("questions cannot be compared: %s", failure)
            return None
        around = digest_of(single.around, scope=scope, targets=targets)
        kind = (around, embedded.model)
        (vector,) = embedded.vectors
        # In a thread: it takes as long as a hundred other people's words.
        nearest = await asyncio.to_thread(self._questions.nearest, kind, single.text, vector)
        return Compared(kind, single.text, vector, nearest)

    def kept(self, digest: bytes, compared: Compared) -> None:
        """The answer to this question was kept."""
        self._questions.add(compared.kind, digest, text=compared.text, vector=compared.vector)

    def gone(self, compared: Compared) -> None:
        """What was nearest is not kept any more."""
        if compared.nearest is not None:
            self._questions.drop(compared.kind, compared.nearest)

    def forget(self) -> None:
        """Everything: vectors do not say whose they were."""
        self._questions.forget()
