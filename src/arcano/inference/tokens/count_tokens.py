"""How many tokens something is for a model: by its own tokenizer where that can be asked, else by estimate.

Asking costs a call to the provider, so that it is left to those who must know exactly; estimates cost
nothing and say how far they may lie off.
"""

import asyncio
import logging
import math
from dataclasses import dataclass, replace

from arcano.inference.own_seals import maker_of, names_other_makers, with_own_seals
from arcano.inference.tokens.calibration import Calibration, Calibrations
from arcano.inference.tokens.estimate_tokens import has_thoughts, images_in, request_units
from arcano.providers import FoundModel, ModelDirectory, ModelRequest, ProviderError, TokenCounter

logger = logging.getLogger(__name__)

COUNT_WITHIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class TokenCount:
    """`tokens`, and how far they may lie off as a share of them: 0 where a tokenizer counted."""

    tokens: int
    spread: float

    @property
    def exact(self) -> bool:
        return self.spread == 0.0


class TokenCounts:
    """Counts for every model there is. `within` is how long a provider may take to count."""

    def __init__(
        self,
        models: ModelDirectory,
        calibrations: Calibrations,
        *,
        within: float = COUNT_WITHIN_SECONDS,
    ) -> None:
        self._models = models
        self._calibrations = calibrations
        self._within = within

    def calibration(self, model_id: str) -> Calibration:
        """What is known of how the model reads."""
        return self._calibrations.of(model_id)

    def learn(self, model_id: str, *, units: float, tokens: int) -> None:
        """The model read `units` of text as `tokens`: it reported so, or its tokenizer counted them."""
        self._calibrations.learn(model_id, units=units, tokens=tokens)

    async def count(
        self, model_id: str, request: ModelRequest, *, user_id: str | None = None
    ) -> TokenCount:
        """The tokens of `request`, whatever its `model` says. `user_id` is who asks.

        Exactly, if the model's provider counts and does so in time; else by estimate. What was
        counted exactly is learned from. Thoughts that others sealed are neither counted nor shown.

        Raises:
            ModelNotFoundError: Nobody knows the model.
        """
        found = await self._models.seen_by(user_id).find(model_id)
        maker = maker_of(found)
        if names_other_makers(request, maker):
            request = with_own_seals(request, maker)
        units, images = request_units(request), images_in(request)
        exact = await self._ask(found, request)
        if exact is not None:
            # How many tokens an image or an earlier thought is says nothing of words.
            if not images and not has_thoughts(request):
                self.learn(model_id, units=units, tokens=exact)
            return TokenCount(exact, 0.0)
        known = self._calibrations.of(model_id)
        tokens = math.ceil(units * known.factor) + images * found.image_tokens
        return TokenCount(tokens, known.spread)

    async def _ask(self, found: FoundModel, request: ModelRequest) -> int | None:
        if not isinstance(found.model, TokenCounter):
            return None
        try:
            async with asyncio.timeout(self._within):
                return await found.model.count_tokens(replace(request, model=found.upstream_name))
        except (ProviderError, TimeoutError) as failure:
            # A model that is not loaded, a server without the door for it: the estimate stands.
            logger.debug("tokens could not be counted: %s", failure)
            return None
