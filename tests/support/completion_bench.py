"""Completion models that tests script, behind inference and behind batch jobs."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta

from tests.support.busy import Busy
from typing_extensions import override

from arcano.inference import Call, MicroBatch, Priority, RetryRules, Route, Target
from arcano.providers import (
    ChatModel,
    Completion,
    CompletionModel,
    Completions,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    Parameters,
    ProviderError,
    ProviderRejectedRequestError,
    RequestMessage,
    TextDelta,
    TextPart,
    TokenUsage,
)

GUILTY = "guilty"
"""A prompt that begins so is refused, with everything that is sent together with it."""
BROKEN = "broken"
"""A prompt that begins so is not answered to its end; its neighbours are."""


def written_after(prompt: str) -> str:
    return f" {prompt[::-1]}, and so on"


@dataclass(eq=False)
class ScriptedCompletions(Busy, ChatModel, CompletionModel):
    """Goes on with each prompt, in its time. `calls` are the prompts of each call.

    `chats` are the questions that came as chats, which it answers, too. It `counts` what it uses.
    """

    calls: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    chats: list[ModelRequest] = field(default_factory=list[ModelRequest])
    counts: bool = True

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        self.chats.append(request)
        yield TextDelta("An answer, not a continuation.")
        yield ModelFinished("stop")

    @override
    async def complete(
        self, model: str, prompts: tuple[str, ...], parameters: Parameters
    ) -> Completions:
        self.calls.append(prompts)
        await self.work()
        if any(prompt.startswith(GUILTY) for prompt in prompts):
            raise ProviderRejectedRequestError("One of the prompts is not allowed.")
        outcomes = tuple(_outcome(prompt, parameters) for prompt in prompts)
        written = sum(len(one.text) for one in outcomes if isinstance(one, Completion))
        read = sum(len(prompt) for prompt in prompts)
        return Completions(outcomes, TokenUsage(read, written) if self.counts else None)


def _outcome(prompt: str, parameters: Parameters) -> Completion | ProviderError:
    if prompt.startswith(BROKEN):
        return ProviderError("The model stopped in the middle of this one.")
    text, limit = written_after(prompt), parameters.max_tokens
    if limit is not None and len(text) > limit:
        return Completion(text[:limit], "length")
    return Completion(text, "stop")


def a_completing_route(
    *models: str, micro_batch: MicroBatch | None = None, attempts: int = 1
) -> Route:
    """The route `route` over completion models, one after the other."""
    rules = micro_batch or MicroBatch(batch_size=64, max_wait=timedelta(milliseconds=10))
    targets = tuple(
        Target(name, name, rank=rank, micro_batch=rules, completes=True)
        for rank, name in enumerate(models)
    )
    return Route("route", targets, retry=RetryRules(attempts=attempts))


def a_row(
    prompt: str,
    *,
    user: str = "ada",
    priority: Priority = "batch",
    parameters: Parameters | None = None,
) -> Call:
    """The call that a row of a batch job is."""
    message = RequestMessage("user", (TextPart(prompt),))
    request = ModelRequest("route", (message,), parameters or Parameters())
    return Call(request, user, priority=priority)
