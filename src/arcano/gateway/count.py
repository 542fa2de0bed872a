"""How many tokens a question is for the model that it names: counted by its provider, or estimated."""

from dataclasses import dataclass

from arcano.gateway.ask import Gateway
from arcano.identity import Viewer
from arcano.providers import ModelRequest

HEADER = "arcano-token-count"


@dataclass(frozen=True, slots=True)
class CountedTokens:
    """`exact`: the model's own tokenizer counted them."""

    tokens: int
    exact: bool

    @property
    def headers(self) -> dict[str, str]:
        return {HEADER: "exact" if self.exact else "estimated"}


async def count_tokens(request: ModelRequest, *, viewer: Viewer, gateway: Gateway) -> CountedTokens:
    """The tokens that the question would be read as by the first target of the model that it names.

    Raises:
        KeyScopeError: A key that was made for other models.
        ModelNotFoundError: Nobody knows the model.
    """
    viewer.expect_model(request.model)
    chosen = await gateway.inference.look_up(request.model, viewer.user_id)
    tokens = gateway.inference.tokens
    count = await tokens.count(chosen.model_id, request, user_id=viewer.user_id)
    return CountedTokens(count.tokens, count.exact)
