"""Bare prompts for a completion model: those that ask alike go to it in one call, rows of batch jobs most of all.

Each row is a call of its own in every other way: with its own place in the line, its own end, its own failure.
Only what goes over the wire is shared. A row that has instructions or must fit a schema is asked as a chat.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from arcano.inference.call import Call
from arcano.inference.micro_batch import Entry, Gatherers, settle, share_out
from arcano.inference.routes import Target
from arcano.providers import (
    Completion,
    CompletionModel,
    FoundModel,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    Parameters,
    ProviderError,
    ProviderRejectedRequestError,
    TextDelta,
    TextPart,
    TokenUsage,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Prompts that may share a call are for the same place, and ask it alike."""

    target: Target
    model: CompletionModel
    upstream_name: str
    parameters: Parameters


def is_bare(call: Call, request: ModelRequest) -> bool:
    """Whether a call is nothing but a text to go on with: it says so, or is a row that has time to wait for others."""
    if (
        not (call.bare or call.priority == "batch")
        or request.tools
        or request.answer_schema
        or request.continues
    ):
        return False
    if len(request.messages) != 1 or request.messages[0].role != "user":
        return False
    parts = request.messages[0].parts
    return len(parts) == 1 and isinstance(parts[0], TextPart)


class Completer:
    """Asks completion models. Calls run in `tasks`: they belong to no single row."""

    def __init__(self, *, tasks: asyncio.TaskGroup) -> None:
        self._gatherers = Gatherers[_Place, Completion](tasks=tasks, send=_send)

    async def stream(
        self, request: ModelRequest, call: Call, *, target: Target, found: FoundModel
    ) -> AsyncGenerator[ModelEvent]:
        """What the model writes after the prompt of an `is_bare` call, in one piece; events as `ChatModel.stream`.

        It waits for other prompts with the same parameters as the target's `micro_batch` says. Closing
        the generator takes nothing from them; when all have gone, the call ends at the provider.

        Raises:
            ProviderError: This prompt has no answer, or the call failed as a whole. Where it was refused as
                a whole, it was asked again in halves, so that each fails by its own prompt alone.
        """
        if not isinstance(found.model, CompletionModel):
            raise ProviderRejectedRequestError(
                f"{target.id} takes no bare prompts. Take `completes` out of its route."
            )
        (part,) = request.messages[0].parts
        assert isinstance(part, TextPart)  # noqa: S101 - or it were not bare
        place = _Place(target, found.model, found.upstream_name, request.parameters)
        entry = self._gatherers.add(
            place, (part.text,), rules=target.micro_batch, user_id=call.user_id, weight=call.weight
        )
        # Whoever is cancelled here cancels the future with it, which is how a row leaves.
        completion = await entry.answer
        if completion.text:
            yield TextDelta(completion.text)
        yield ModelFinished(completion.reason, completion.usage)


@asynccontextmanager
async def open_completer() -> AsyncGenerator[Completer]:
    """One that lasts as long as the block. At its end its calls have ended."""
    async with asyncio.TaskGroup() as tasks:
        yield Completer(tasks=tasks)


async def _send(place: _Place, entries: Sequence[Entry[Completion]]) -> None:
    await settle(entries, partial(_ask, place))


async def _ask(
    place: _Place, entries: Sequence[Entry[Completion]]
) -> list[Completion | ProviderError]:
    prompts = tuple(entry.texts[0] for entry in entries)
    completions = await place.model.complete(place.upstream_name, prompts, place.parameters)
    outcomes = list(completions.outcomes)
    if len(outcomes) != len(prompts):
        raise ProviderError(
            f"{place.target.id} gave {len(outcomes)} answers to {len(prompts)} prompts."
        )
    if completions.usage is not None:
        _share_out(completions.usage, prompts, outcomes)
    return outcomes


def _share_out(
    usage: TokenUsage, prompts: Sequence[str], outcomes: list[Completion | ProviderError]
) -> None:
    """What was read goes by the lengths of the prompts, what was written by those of the answers.

    Whoever has no answer has no share: together the others have all of it.
    """
    answered = [
        (place, outcome)
        for place, outcome in enumerate(outcomes)
        if isinstance(outcome, Completion)
    ]
    if len(prompts) == 1:
        shares = [usage]
    else:
        shares = _shares(
            usage,
            read=[len(prompts[place]) for place, _ in answered],
            written=[len(outcome.text) for _, outcome in answered],
        )
    for (place, outcome), share in zip(answered, shares, strict=False):
        outcomes[place] = Completion(outcome.text, outcome.reason, share)


def _shares(usage: TokenUsage, *, read: list[int], written: list[int]) -> list[TokenUsage]:
    def parts(total: int | None, by: list[int]) -> Sequence[int | None]:
        return [None] * len(by) if total is None else share_out(total, by)

    return [
        TokenUsage(*counts, estimated=True)
        for counts in zip(
            parts(usage.input_tokens, read),
            parts(usage.output_tokens, written),
            parts(usage.reasoning_tokens, written),
            parts(usage.cached_input_tokens, read),
            parts(usage.cache_write_tokens, read),
            strict=True,
        )
    ]
